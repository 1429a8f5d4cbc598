"""What visits do when plans stop, people go to hospital, or die."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from songhe.kernel import clock, hooks
from songhe.kernel.access.models import Post

from . import actions


@hooks.on("plans.stopped")
def plans_stopped(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """No visits without a plan."""
    actions.withdraw(by=by, reason="照护计划已结束", plans=ids, start=at.astimezone(clock.SHANGHAI).date())


@hooks.on("person.died")
def person_died(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """No visits after a death."""
    actions.withdraw(by=by, reason="长者已故", people=ids, start=at.astimezone(clock.SHANGHAI).date())


@hooks.on("stay.opened")
def stay_opened(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Nobody is visited at home while in hospital, in a home or away. ``ids`` are people."""
    actions.withdraw(by=by, reason="长者住院、入住机构或外出", people=ids, start=at.astimezone(clock.SHANGHAI).date())
