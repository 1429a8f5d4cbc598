"""What starts by itself, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from songhe.kernel import clock, registry
from songhe.kernel.jobs import Daily, Every, Monthly, schedules
from songhe.kernel.jobs.models import JobRun, Schedule, State

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture
def declared() -> Iterator[dict[str, Any]]:
    """The apps' declarations, replaced for one test."""
    before = dict(registry.schedules._items)
    registry.schedules._items.clear()
    yield registry.schedules._items
    registry.schedules._items.clear()
    registry.schedules._items.update(before)


@pytest.fixture
def nightly(kinds: Callable[..., None], declared: dict[str, Any]) -> list[int]:
    """A job that is declared for ten past two each night; the list grows when it runs."""
    calls: list[int] = []
    kinds("test.nightly", lambda run: calls.append(1))
    declared["test.nightly"] = Daily("02:10")
    return calls


def runs() -> Any:
    return JobRun.objects.unscoped("a test looks at all runs")


@pytest.mark.django_db
def test_a_declared_job_starts_at_its_time_and_not_before(nightly: list[int]) -> None:
    with clock.frozen(NOON):
        schedules.sync()
    assert schedules.run_due(NOON + timedelta(hours=14, minutes=9)) == []
    due = NOON + timedelta(hours=14, minutes=10)
    [run] = schedules.run_due(due)
    assert run.kind == "test.nightly"
    assert nightly == [1]
    row = Schedule.objects.get()
    assert (row.last_run, row.last_run_at, row.next_run_at) == (run, due, due + timedelta(days=1))
    assert schedules.run_due(due) == []


@pytest.mark.django_db
def test_after_a_standstill_a_missed_job_runs_once(nightly: list[int]) -> None:
    with clock.frozen(NOON):
        schedules.sync()
    later = NOON + timedelta(days=9)
    schedules.run_due(later)
    schedules.run_due(later)
    assert nightly == [1]
    assert Schedule.objects.get().next_run_at > later


@pytest.mark.django_db
def test_a_job_is_not_started_beside_its_own_unfinished_run(nightly: list[int]) -> None:
    with clock.frozen(NOON):
        schedules.sync()
    busy = JobRun.objects.create(kind="test.nightly", title="t", state=State.RUNNING)
    Schedule.objects.update(last_run=busy)
    assert schedules.run_due(NOON + timedelta(days=2)) == []
    assert nightly == []


@pytest.mark.django_db
def test_a_switched_off_job_does_not_start(nightly: list[int]) -> None:
    with clock.frozen(NOON):
        schedules.sync()
    Schedule.objects.update(enabled=False)
    assert schedules.run_due(NOON + timedelta(days=2)) == []


@pytest.mark.django_db
def test_sync_follows_the_declarations_and_keeps_what_has_not_changed(
    declared: dict[str, Any], kinds: Callable[..., None]
) -> None:
    declared.update(a=Every(15), b=Daily("02:10"), c=Monthly(5, "06:00"))
    with clock.frozen(NOON):
        schedules.sync()
    Schedule.objects.filter(name="a").update(next_run_at=NOON)
    del declared["b"]
    declared["c"] = Monthly(6, "06:00")
    with clock.frozen(NOON):
        schedules.sync()
    kept = {row.name: row for row in Schedule.objects.all()}
    assert set(kept) == {"a", "c"}
    assert kept["a"].next_run_at == NOON
    assert kept["c"].next_run_at == datetime(2026, 3, 6, 6, tzinfo=clock.SHANGHAI)
    assert schedules.when_of(kept["c"]) == Monthly(6, "06:00")


@pytest.mark.django_db
def test_the_table_refuses_a_row_without_a_time() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Schedule.objects.create(name="x", next_run_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Schedule.objects.create(name="x", next_run_at=NOON, every_minutes=5, at="02:10")


# -- Two schedulers that read the same due row: one start. -----------------------------------------


def a_second_scheduler_cuts_in(monkeypatch: pytest.MonkeyPatch, claim: Callable[..., bool]) -> None:
    """Between the first scheduler's reading and its claim, a second one does the whole round."""
    cut_in = [False]

    def claim_after_the_other(row: Schedule, now: datetime) -> bool:
        if not cut_in[0]:
            cut_in[0] = True
            schedules.run_due(now)
        return claim(row, now)

    monkeypatch.setattr(schedules, "claim", claim_after_the_other)


def claim_without_looking(row: Schedule, now: datetime) -> bool:
    """What claiming would be without the condition: whoever has read the row takes it."""
    Schedule.objects.filter(pk=row.pk).update(next_run_at=schedules.when_of(row).after(now))
    return True


@pytest.mark.django_db
def test_without_the_claim_two_schedulers_start_one_job_twice(
    nightly: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(NOON):
        schedules.sync()
    a_second_scheduler_cuts_in(monkeypatch, claim_without_looking)
    schedules.run_due(NOON + timedelta(days=1))
    assert nightly == [1, 1]


@pytest.mark.django_db
def test_with_the_claim_two_schedulers_start_one_job_once(
    nightly: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(NOON):
        schedules.sync()
    a_second_scheduler_cuts_in(monkeypatch, schedules.claim)
    schedules.run_due(NOON + timedelta(days=1))
    assert nightly == [1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_schedulers_at_once_start_one_job_once(nightly: list[int], queued: None) -> None:
    with clock.frozen(NOON):
        schedules.sync()
    gate = threading.Barrier(8)

    def look() -> None:
        gate.wait()
        try:
            schedules.run_due(NOON + timedelta(days=1))
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs().count() == 1
