"""What the page of the working days shows: a year drawn by months, its exceptions, what is still missing."""

from __future__ import annotations

import calendar as civil
from dataclasses import dataclass
from datetime import date

from songhe.kernel import clock
from songhe.kernel.events.models import Event

from . import days
from .models import Day, Kind


@dataclass(frozen=True)
class Cell:
    """One day of a month."""

    day: date
    row: Day | None
    works: bool
    today: bool


@dataclass(frozen=True)
class Month:
    """One month: its weeks from Monday, with gaps, and how many days are worked."""

    number: int
    weeks: list[list[Cell | None]]
    working_days: int


@dataclass(frozen=True)
class Change:
    """One change of the calendar, as it stands on record."""

    event: Event
    day: date
    was: str
    now: str


def exceptions(year: int) -> list[Day]:
    """The days of a year that differ from Monday to Friday, in order."""
    return list(Day.objects.filter(date__year=year).order_by("date"))


def months(year: int, rows: list[Day]) -> list[Month]:
    """The twelve months of a year."""
    by_date = {row.date: row for row in rows}
    today = clock.today()
    found = []
    for number in range(1, 13):
        weeks: list[list[Cell | None]] = []
        for week in civil.Calendar().monthdatescalendar(year, number):
            weeks.append(
                [
                    Cell(day, by_date.get(day), days.is_working_day(day), day == today) if day.month == number else None
                    for day in week
                ]
            )
        worked = sum(cell.works for week in weeks for cell in week if cell)
        found.append(Month(number, weeks, worked))
    return found


def years() -> list[int]:
    """The years with tabs: all that are entered, this one and the next."""
    this = clock.today().year
    return sorted({day.year for day in Day.objects.dates("date", "year")} | {this, this + 1})


def unknown(year: int) -> bool:
    """Whether the arrangement of a year is not entered yet."""
    return not days.is_certain(date(year, 6, 1))


def missing_names(year: int, rows: list[Day]) -> list[str]:
    """Holidays that the year before had and this one, entered in part, has not."""
    if not rows or unknown(year):
        return []
    before = Day.objects.filter(date__year=year - 1, kind=Kind.HOLIDAY).order_by("date").values_list("name", flat=True)
    named = "、".join(row.name for row in rows if row.kind != Kind.WORKDAY)
    return [name for name in dict.fromkeys(before) if name and not any(part in named for part in name.split("、"))]


def changes(year: int, limit: int = 50) -> list[Change]:
    """What was changed in a year's days, newest first."""
    rows = Event.objects.unscoped("the calendar is nobody's own and says nothing of people").filter(
        kind="calendar.changed", data__date__startswith=f"{year}-"
    )
    words = dict(Kind.choices)
    return [
        Change(e, date.fromisoformat(e.data["date"]), words.get(e.data["from"], ""), words.get(e.data["to"], ""))
        for e in rows.order_by("-at", "-id")[:limit]
    ]
