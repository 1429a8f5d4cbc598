"""The diary 上门日历: visits of a week for an agency, of the next days for an assessor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from songhe.engines import scoring
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.calendar import is_working_day

from . import instruments, queries
from .models import Assessment, Survey

#: How far ahead an assessor looks; two days back, so that an unfinished visit is not lost from sight.
AHEAD, BACK = 14, 2


@dataclass(frozen=True)
class Visit:
    """One visit with how far its survey has come."""

    case: Assessment
    answered: int = 0
    items: int = 0

    @property
    def percent(self) -> int:
        """Share of items answered."""
        return self.answered * 100 // self.items if self.items else 0


@dataclass
class Day:
    """A day and its visits."""

    on: date
    working: bool
    visits: list[Visit] = field(default_factory=list)

    @property
    def today(self) -> bool:
        """Whether it is this day."""
        return self.on == clock.today()


def week(post: Post, first: date) -> list[Day]:
    """Seven days from a Monday."""
    return _days(queries.diary(post, first, 7), [first + timedelta(days=n) for n in range(7)])


def ahead(post: Post) -> list[Day]:
    """Days with visits of the next two weeks, and visits of the last days that are not handed in."""
    first = clock.today() - timedelta(days=BACK)
    rows = [
        c for c in queries.diary(post, first, BACK + AHEAD) if c.state == "scheduled" or _day(c) >= clock.today()
    ]
    days = _days(rows, [first + timedelta(days=n) for n in range(BACK + AHEAD)])
    return [d for d in days if d.visits or d.today]


def waiting(post: Post) -> dict[str, int]:
    """What the agency has yet to arrange or to judge."""
    rows = Assessment.objects.visible_to(post)
    return {state: rows.filter(state=state).count() for state in ("assigned", "surveyed")}


def _day(case: Assessment) -> date:
    assert case.scheduled_at is not None
    return case.scheduled_at.astimezone(clock.SHANGHAI).date()


def _days(cases: Iterable[Any], days: list[date]) -> list[Day]:
    rows = list(cases)
    counts = _progress([c.pk for c in rows])
    items = sum(len(scoring.load(n).items) for n in instruments.NAMES)
    found = {day: Day(day, is_working_day(day)) for day in days}
    for case in rows:
        found[_day(case)].visits.append(Visit(case, counts.get(case.pk, 0), items))
    return list(found.values())


def _progress(case_ids: list[UUID]) -> dict[UUID, int]:
    counts: dict[UUID, int] = {}
    rows = Survey.objects.unscoped("the cases were opened through their own scope").filter(assessment__in=case_ids)
    for pk, answers in rows.values_list("assessment_id", "answers"):
        counts[pk] = counts.get(pk, 0) + len(answers)
    return counts
