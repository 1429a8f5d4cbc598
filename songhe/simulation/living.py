"""Days lived through the actions that people use, on a clock that is set; the same by seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from songhe.kernel import bulk, clock
from songhe.kernel.access.models import Post

from . import applying, fates, visiting
from .loading import Placed
from .population import Assumptions, Population, Published, Staff
from .visiting import Phones

Progress = Callable[[str, int, int], None]


@dataclass
class Town:
    """The living district: who is where, what is stated, what phones still hold."""

    population: Population
    staff: Staff
    placed: Placed
    published: Published
    posts: dict[str, dict[object, Post]]
    stated: Assumptions = field(default_factory=Assumptions)
    phones: list[Phones] = field(default_factory=lambda: [Phones() for _ in range(visiting.SHARES)])
    #: Who leaves hospital on which day.
    leaving: dict[date, list[UUID]] = field(default_factory=dict)
    #: Windows, by town, that leave their work lying from a day on.
    left_lying: dict[str, date] = field(default_factory=dict)
    applied: int = 0
    assessed: int = 0
    visited: int = 0


@bulk.long_run()
def live(town: Town, start: date, days: int, *, progress: Progress | None = None) -> None:
    """Live ``days`` days from ``start``. The clock ends on the evening of the last."""
    for n in range(days):
        day = start + timedelta(days=n)
        clock.set_clock(datetime(day.year, day.month, day.day, 4, tzinfo=clock.SHANGHAI))
        fates.live(town, day)
        town.visited += visiting.live(day, town.phones, town.population.seed, town.stated.visit)
        applying.live(town, day)
        if progress:
            progress(f"推演 {day:%m-%d}", n + 1, days)
