"""The schedule: a table of next times, claimed row by row, so that two workers never start one job twice."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction

from songhe.kernel import clock, registry

from .actions import start
from .kinds import Daily, Every, Monthly, When
from .models import JobRun, Schedule


def sync() -> None:
    """Make the table say what the apps declare; a changed time counts from now."""
    declared: dict[str, When] = dict(registry.schedules.items())
    now = clock.now()
    with transaction.atomic():
        known = {row.name: row for row in Schedule.objects.all()}
        Schedule.objects.exclude(name__in=declared).delete()
        new = [
            Schedule(name=name, next_run_at=when.after(now), **_columns(when))
            for name, when in declared.items()
            if name not in known
        ]
        # Two workers that start together write the same rows; the first wins.
        Schedule.objects.bulk_create(new, ignore_conflicts=True)
        for name, when in declared.items():
            if name in known and when_of(known[name]) != when:
                Schedule.objects.filter(name=name).update(next_run_at=when.after(now), **_columns(when))


def run_due(now: datetime) -> list[JobRun]:
    """Start what is due at `now` and set the next times; returns the runs that were started here.

    After a standstill a missed job runs once, not once for each time missed. A job whose last
    run is still open is not started a second time beside it.
    """
    started = []
    for row in Schedule.objects.filter(enabled=True, next_run_at__lte=now).select_related("last_run"):
        with transaction.atomic():
            if not claim(row, now):
                continue
            if row.last_run is not None and row.last_run.is_open:
                continue
            run = start(row.name)
            Schedule.objects.filter(pk=row.pk).update(last_run_at=now, last_run=run)
            started.append(run)
    return started


def claim(row: Schedule, now: datetime) -> bool:
    """Whether this caller is the one to start `row`: the row still says what we read, and now says more.

    One conditional update decides; the loser of two finds the time already moved.
    """
    mine = Schedule.objects.filter(pk=row.pk, next_run_at=row.next_run_at, enabled=True)
    return mine.update(next_run_at=when_of(row).after(now)) == 1


def when_of(row: Schedule) -> When:
    """The times of a row."""
    if row.every_minutes:
        return Every(row.every_minutes)
    assert row.at is not None  # the table's check constraint
    at = row.at.strftime("%H:%M")
    return Monthly(row.day, at) if row.day else Daily(at)


def _columns(when: When) -> dict[str, Any]:
    match when:
        case Every(minutes):
            return {"every_minutes": minutes, "at": None, "day": None}
        case Daily(at):
            return {"every_minutes": None, "at": time.fromisoformat(at), "day": None}
        case Monthly(day, at):
            return {"every_minutes": None, "at": time.fromisoformat(at), "day": day}
