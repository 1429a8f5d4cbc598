"""What visits do when plans stop, people go to hospital, or die."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from songhe.kernel import clock, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system

from . import actions, generation
from .models import Visit


@hooks.on("plans.agreed")
def plans_agreed(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """An agreed plan has its visits at once, as far ahead as visits are made."""
    generation.ahead(at, by=system(), plans=ids)


@hooks.on("plans.stopped")
def plans_stopped(ids: Sequence[UUID], *, by: Post, at: datetime, reason: str = "", **facts: Any) -> None:
    """No visits without a plan."""
    actions.withdraw(by=by, reason=f"照护计划已结束：{reason}" if reason else "照护计划已结束", plans=ids, since=at)


@hooks.on("person.died")
def person_died(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """No visits after a death."""
    actions.withdraw(by=by, reason="长者已故", people=ids, since=at)


@hooks.on("stay.opened")
def stay_opened(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Nobody is visited at home while in hospital, in a home or away. ``ids`` are people."""
    actions.withdraw(by=by, reason="长者住院、入住机构或外出", people=ids, since=at)
    # Where the end is known already, the visits after it are made again at once.
    generation.ahead(max(at, clock.now()), by=system(), people=ids)


@hooks.on("stay.closed")
def stay_closed(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Who is home again is visited again. ``ids`` are people."""
    generation.ahead(at, by=system(), people=ids)


@hooks.on("person.moved")
def person_moved(ids: Sequence[UUID], *, by: Post, at: datetime, area_code: str, **facts: Any) -> None:
    """The street where she lives now answers for the visits to come."""
    Visit.objects.unscoped("a move carries the visits ahead along").filter(
        person_id__in=list(ids), day__gte=at.astimezone(clock.SHANGHAI).date(), state__in=["planned", "assigned"]
    ).update(area_code=area_code)


@hooks.on("worker.absent")
def worker_absent(ids: Sequence[UUID], *, by: Post, at: datetime, starts: date, ends: date, **facts: Any) -> None:
    """Visits of a carer on leave wait for another."""
    actions.release(ids, starts, ends, by=system())


@hooks.on("worker.left")
def worker_left(ids: Sequence[UUID], *, by: Post, at: datetime, on: date, **facts: Any) -> None:
    """Visits of a carer who left wait for another."""
    actions.release(ids, on, None, by=system())
