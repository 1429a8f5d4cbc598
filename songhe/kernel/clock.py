"""The one clock of the platform.

Every moment and every date in Songhe comes from here, so that a test can stand still on a
chosen day and the simulation can live a month in minutes through the very actions that
people use. The clock belongs to the process, not to a thread: worker threads started by a
simulated day must live on the same day.

Moments are aware datetimes in Asia/Shanghai; the database stores the instant, whatever the zone.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class _Hands:
    """Where a set clock stands: `at`, and since when it ticks (monotonic ns; None = it stands still)."""

    at: datetime
    ticking_since: int | None = None

    def read(self) -> datetime:
        if self.ticking_since is None:
            return self.at
        return self.at + timedelta(microseconds=(time.monotonic_ns() - self.ticking_since) // 1000)


_hands: _Hands | None = None
_reign = 0


def _set(hands: _Hands | None) -> None:
    global _hands, _reign
    _hands = hands
    _reign += 1


def _shanghai(at: datetime | date | str) -> datetime:
    """A day means its first moment in Shanghai; a naive datetime is Shanghai wall time."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=SHANGHAI)
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai."""
    return datetime.now(SHANGHAI) if _hands is None else _hands.read()


def today() -> date:
    """The present day in Shanghai."""
    return now().date()


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def milliseconds() -> int:
    """The present moment as whole milliseconds since 1970 (what a UUIDv7 begins with)."""
    if _hands is None:
        return time.time_ns() // 1_000_000
    return int(_hands.read().timestamp() * 1000)


def reign() -> int:
    """Changes each time somebody sets the clock to a chosen moment.

    Ids are kept in order within one reign: a clock that slips back by itself is corrected,
    a clock that was put back on purpose is believed.
    """
    return _reign


def is_set() -> bool:
    """True while the clock shows a chosen time and not the real one."""
    return _hands is not None


def set_clock(at: datetime | date | str | None) -> None:
    """Stop the clock of this process at a moment; None gives it back to real time."""
    _set(None if at is None else _Hands(_shanghai(at)))


def advance(by: timedelta) -> datetime:
    """Move a set clock forward and return the new moment.

    Raises RuntimeError on a running real clock (nobody can move real time) and ValueError
    on a negative step: who wants to go back says so with set_clock.
    """
    global _hands
    if _hands is None:
        raise RuntimeError("the clock shows real time; set_clock() or frozen() first")
    if by < timedelta(0):
        raise ValueError("the clock only advances; use set_clock() to go back")
    _hands = _Hands(_hands.at + by, _hands.ticking_since)
    return _hands.read()


@contextmanager
def frozen(at: datetime | date | str) -> Iterator[datetime]:
    """Time stands still at `at` inside the block; advance() may move it."""
    before = _hands
    _set(_Hands(_shanghai(at)))
    try:
        yield now()
    finally:
        _set(before)


@contextmanager
def travel(at: datetime | date | str) -> Iterator[datetime]:
    """Time starts at `at` inside the block and runs on at its usual pace."""
    before = _hands
    _set(_Hands(_shanghai(at), time.monotonic_ns()))
    try:
        yield now()
    finally:
        _set(before)
