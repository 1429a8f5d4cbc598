"""What visits do when plans stop, people go to hospital, or die."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from songhe.kernel import hooks
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system

from . import actions, generation


@hooks.on("plans.agreed")
def plans_agreed(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """An agreed plan has its visits at once, as far ahead as visits are made."""
    generation.ahead(at, by=system(), plans=ids)


@hooks.on("plans.stopped")
def plans_stopped(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """No visits without a plan."""
    actions.withdraw(by=by, reason="照护计划已结束", plans=ids, since=at)


@hooks.on("person.died")
def person_died(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """No visits after a death."""
    actions.withdraw(by=by, reason="长者已故", people=ids, since=at)


@hooks.on("stay.opened")
def stay_opened(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Nobody is visited at home while in hospital, in a home or away. ``ids`` are people."""
    actions.withdraw(by=by, reason="长者住院、入住机构或外出", people=ids, since=at)


@hooks.on("stay.closed")
def stay_closed(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Who is home again is visited again. ``ids`` are people."""
    generation.ahead(at, by=system(), people=ids)
