"""What becomes of plans when people die, move within the district, or leave it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from songhe.kernel import hooks
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system

from . import actions
from .models import CarePlan
from .process import PROCESS


@hooks.on("person.died")
def person_died(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """No plan outlives its person."""
    actions.end_for_people(ids, by=system(), reason="长者已故")


@hooks.on("person.moved_out")
def person_moved_out(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Who left the district is served elsewhere."""
    actions.end_for_people(ids, by=system(), reason="长者迁出本区")


@hooks.on("person.moved")
def person_moved(ids: Sequence[UUID], *, by: Post, at: datetime, area_code: str, **facts: Any) -> None:
    """The street where she lives now answers for her open plans."""
    CarePlan.objects.unscoped("a move carries the open plans along").filter(
        person_id__in=list(ids), state__in=PROCESS.open_states()
    ).update(area_code=area_code)
