"""Computing stored deadlines again 重算时限, once the working days were arranged otherwise.

A case keeps its due day. When a holiday is published, moved or taken back, the clocks that run in
working days are counted again: open cases only, by the rule of the day on which they entered their
state, whole sets at a time. Counting again where nothing changed changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from songhe.kernel import bulk, clock, events
from songhe.kernel.access.models import Post
from songhe.kernel.jobs import Run, SilentRun

from .models import Case

MOVED = "process.deadline_moved"
_WHY = "the calendar counts for every case"
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Recounted:
    """What came of it: clocks looked at, deadlines on another day, deadlines as sure or unsure as they were not before."""

    looked: int = 0
    moved: int = 0
    settled: int = 0

    def __add__(self, other: Recounted) -> Recounted:
        return Recounted(self.looked + other.looked, self.moved + other.moved, self.settled + other.settled)


def clocks(years: Collection[int]) -> Iterator[tuple[type[Case], Any]]:
    """Each kind of case with its open rows whose working-day deadline lies in the first of ``years`` or later.

    A deadline before these years was counted over days that are as they were.
    """
    since = date(min(years), 1, 1)
    for model in apps.get_models():
        if issubclass(model, Case):
            states = [s.name for s in model.process.states if not s.final and model.counts_working_days(s)]
            if states:
                yield model, model.objects.unscoped(_WHY).filter(state__in=states, due_on__gte=since)


def recount(years: Collection[int], *, by: Post, run: Run | None = None) -> Recounted:
    """Count the deadlines again that changed days in ``years`` may move; an event for each that moved.

    A thousand cases a transaction: three queries and an insert each, however many move.
    """
    run = run or SilentRun()
    work = [(model, rows) for model, rows in clocks(years)]
    total, found = sum(rows.count() for _model, rows in work), Recounted()
    for _model, rows in work:
        last: UUID | None = None
        while True:
            run.stop_if_cancelled()
            part, last = _chunk(rows, last, by)
            found += part
            run.progress(found.looked, total, "正在重算办理时限")
            if last is None:
                break
    return found


def _chunk(rows: Any, after: UUID | None, by: Post) -> tuple[Recounted, UUID | None]:
    """The next cases in the order of their ids, locked in it; and where to go on, if anywhere."""
    with transaction.atomic():
        waiting = rows.filter(pk__gt=after) if after else rows
        cases: list[Case] = list(waiting.select_for_update(of=("self",)).order_by("pk")[:_CHUNK])
        changed, moved = [], []
        for case in cases:
            limit = case.limit(case.state_now, case.state_since.astimezone(clock.SHANGHAI).date())
            if limit is None or (limit.on, limit.certain) == (case.due_on, case.due_certain):
                continue
            if limit.on != case.due_on:
                data = {"from": str(case.due_on), "to": str(limit.on), "state": case.state}
                moved.append(events.New(MOVED, case, data=data))
            case.due_on, case.due_certain = limit.on, limit.certain
            changed.append(case)
        bulk.update(changed, ["due_certain", "due_on"])
        events.record_many(moved, by=by)
    found = Recounted(len(cases), len(moved), len(changed) - len(moved))
    return found, cases[-1].pk if len(cases) == _CHUNK else None
