"""Kinds of jobs, and the days and hours on which some of them start by themselves."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from songhe.kernel.clock import SHANGHAI
from songhe.kernel.registry import Registry, schedules

Work = Callable[..., dict[str, Any] | None]
F = TypeVar("F", bound=Work)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job. An `idempotent` one may be run again after its worker died."""

    key: str
    title: str
    work: Work
    idempotent: bool = False


kinds: Registry[Kind] = Registry("jobs")


def job(key: str, title: str, *, idempotent: bool = False) -> Callable[[F], F]:
    """Register `fn(run, **args) -> dict` under a dotted key; the result is shown as label and value.

    Arguments arrive as JSON keeps them: a date or an id comes as text. Declare `idempotent`
    only what may stop anywhere and start anew without doing anything twice.
    """

    def register(work: F) -> F:
        kinds.add(key, Kind(key, title, work, idempotent))
        return work

    return register


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted from midnight in Shanghai, so that 15 means :00, :15, :30, :45."""

    minutes: int

    def after(self, moment: datetime) -> datetime:
        """The first moment later than `moment`."""
        local = moment.astimezone(SHANGHAI)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = int((local - midnight).total_seconds() // 60)
        following = midnight + timedelta(minutes=(passed // self.minutes + 1) * self.minutes)
        return min(following, midnight + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Daily:
    """Each day at HH:MM, Shanghai time."""

    at: str

    def after(self, moment: datetime) -> datetime:
        """The first moment later than `moment`."""
        local = moment.astimezone(SHANGHAI)
        today = _at(local, self.at)
        return today if today > local else today + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Monthly:
    """Each month on `day` at HH:MM; in a shorter month on its last day."""

    day: int
    at: str

    def after(self, moment: datetime) -> datetime:
        """The first moment later than `moment`."""
        local = moment.astimezone(SHANGHAI)
        for months in (0, 1):
            year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
            last = calendar.monthrange(year, month + 1)[1]
            found = _at(local.replace(year=year, month=month + 1, day=min(self.day, last)), self.at)
            if found > local:
                break
        return found


When = Every | Daily | Monthly


def schedule(key: str, when: When) -> None:
    """Let the job `key` start by itself. Called beside the job, at import."""
    schedules.add(key, when)


def _at(day: datetime, clock_time: str) -> datetime:
    at = time.fromisoformat(clock_time)
    return day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
