"""Arithmetic of working days, on a table kept in memory: no query per question."""

import math
import time
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from threading import Lock

from django.db import DEFAULT_DB_ALIAS, transaction
from django.dispatch import Signal

# Another process may have changed the table: look again after this many seconds.
_FRESH_SECONDS = 60
_MARGIN_YEARS = 5

# Sent after commit with years={...} and using="default": whoever stored a deadline computes it again.
days_changed = Signal()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which something has to be done; `certain` is False when a year had to be assumed."""

    on: date
    certain: bool = True
    warning: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    """Working days of some years as sorted ordinals, and the exceptions they were made from."""

    exceptions: dict[date, str]
    known_years: frozenset[int]
    first_year: int
    last_year: int
    ordinals: list[int]


_table: _Table | None = None
_looked_at = -math.inf
_lock = Lock()


def _build(exceptions: dict[date, str], first_year: int, last_year: int) -> _Table:
    holidays = {d.toordinal() for d, kind in exceptions.items() if kind == "holiday"}
    makeups = {d.toordinal() for d, kind in exceptions.items() if kind == "workday"}
    span = range(date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal() + 1)
    # Ordinal 1 was a Monday.
    ordinals = [n for n in span if n in makeups or ((n - 1) % 7 < 5 and n not in holidays)]
    # A day in December may come from the next year's paper: it does not make its own year known.
    known = frozenset(d.year for d in exceptions if d.month < 12)
    return _Table(exceptions, known, first_year, last_year, ordinals)


def _current(first: date, last: date) -> _Table:
    """The table, fresh enough and wide enough for the days asked about."""
    global _table, _looked_at
    table = _table
    stale = time.monotonic() - _looked_at > _FRESH_SECONDS
    if table and not stale and table.first_year <= first.year and last.year <= table.last_year:
        return table
    with _lock:
        table = _table
        exceptions = _read() if stale or table is None else table.exceptions
        low, high = first.year, last.year
        if table:
            low, high = min(low, table.first_year), max(high, table.last_year)
        if (
            table is None
            or exceptions != table.exceptions
            or (low, high) != (table.first_year, table.last_year)
        ):
            years = [low, high, *(day.year for day in exceptions)]
            _table = table = _build(
                exceptions, max(min(years) - _MARGIN_YEARS, 1), min(max(years) + _MARGIN_YEARS, 9998)
            )
        if stale:
            _looked_at = time.monotonic()
        return table


def _read() -> dict[date, str]:
    from .models import Day

    return dict(Day.objects.values_list("date", "kind"))


def forget() -> None:
    """Read the table again at the next question."""
    global _looked_at
    _looked_at = -math.inf


def changed(years: Iterable[int], using: str = DEFAULT_DB_ALIAS) -> None:
    """Rows were changed: drop the memory now and once committed, then tell who keeps deadlines."""
    forget()
    transaction.on_commit(partial(_announce, frozenset(years), using), using=using)


def _announce(years: frozenset[int], using: str) -> None:
    forget()
    days_changed.send(sender=None, years=years, using=using)


def is_working_day(day: date) -> bool:
    """True when offices work on that day; provisional in a year that is not published yet."""
    table = _current(day, day)
    ordinal = day.toordinal()
    place = bisect_right(table.ordinals, ordinal)
    return place > 0 and table.ordinals[place - 1] == ordinal


def is_certain(day: date) -> bool:
    """True when the arrangement of the day's year is published."""
    return day.year in _current(day, day).known_years


def unknown_years(first: date, last: date) -> list[int]:
    """Years from one day to another whose arrangement is not published yet."""
    known = _current(first, last).known_years
    return [year for year in range(first.year, last.year + 1) if year not in known]


def add_working_days(start: date, count: int) -> Deadline:
    """The count-th working day after `start`, which itself does not count (期间开始的日不算入).

    count 0 is `start` itself; a negative count goes back, for reminders. 民法典 第二百零一条 for the
    first day; that the last day is a working day follows from counting working days alone.
    """
    if count == 0:
        return _deadline(start, start)
    reach = date.fromordinal(
        min(max(start.toordinal() + count * 2 + (30 if count > 0 else -30), 1), 3_652_000)
    )
    table = _current(min(start, reach), max(start, reach))
    ordinal = start.toordinal()
    if count > 0:
        place = bisect_right(table.ordinals, ordinal) + count - 1
    else:
        place = bisect_right(table.ordinals, ordinal - 1) + count
    end = date.fromordinal(table.ordinals[place])
    return _deadline(start, end)


def _deadline(start: date, end: date) -> Deadline:
    unknown = unknown_years(min(start, end), max(start, end))
    if not unknown:
        return Deadline(end)
    years = "、".join(str(year) for year in unknown)
    return Deadline(end, False, f"{years} 年放假安排尚未公布，暂按周一至周五推算，公布后自动重算")


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before.

    The inverse of add_working_days: working_days_between(d, add_working_days(d, n).on) == n.
    """
    if end < start:
        return -working_days_between(end, start)
    ordinals = _current(start, end).ordinals
    return bisect_right(ordinals, end.toordinal()) - bisect_right(ordinals, start.toordinal())
