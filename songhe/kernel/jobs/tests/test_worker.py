"""The worker's loop: it empties the queue, keeps the schedule and stops when told to."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from songhe.kernel import clock
from songhe.kernel.jobs import Run, running, start, worker
from songhe.kernel.jobs.models import JobRun, State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queued")]


@pytest.fixture(autouse=True)
def no_ticks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ticker keeps still: an in-memory SQLite cannot serve two threads that write."""
    ticks: list[int] = []
    monkeypatch.setattr(worker.schedules, "sync", lambda: None)
    monkeypatch.setattr(worker.Ticker, "tick", lambda self: ticks.append(1))
    return ticks


def states() -> list[str]:
    found = JobRun.objects.unscoped("a test looks at all runs").order_by("id")
    return list(found.values_list("state", flat=True))


def test_a_batch_carries_out_the_whole_queue_and_ends(
    kinds: Callable[..., None], no_ticks: list[int]
) -> None:
    calls: list[int] = []
    kinds("test.work", lambda run, n: calls.append(n))
    kinds("test.broken", lambda run: 1 / 0)
    start("test.work", n=1)
    start("test.broken")
    start("test.work", n=2)
    call_command("worker", batch=True, interval=0)
    assert calls == [1, 2]
    assert states() == [State.DONE, State.FAILED, State.DONE]
    assert no_ticks


def test_a_stop_signal_lets_the_running_job_finish_and_leaves_the_next_in_the_queue(
    kinds: Callable[..., None],
) -> None:
    def work(run: Run) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGTERM)
        return {"做完": 1}

    before = signal.getsignal(signal.SIGTERM)
    kinds("test.work", work)
    start("test.work")
    start("test.work")
    worker.work(interval=0.01)
    assert states() == [State.DONE, State.QUEUED]
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_stop_signal_ends_an_idle_worker_at_once() -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with pytest.raises(SystemExit) as stopped:
        worker.work(interval=60)
    assert stopped.value.code == 0


def test_the_command_says_that_inline_jobs_need_no_worker(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    call_command("worker")
    assert "不需要后台服务" in capsys.readouterr().err


def test_the_schedule_rests_while_a_job_lives_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    looks: list[int] = []
    monkeypatch.setattr(worker.schedules, "run_due", lambda now: looks.append(1))
    ticker = worker.Ticker()
    with clock.frozen("2025-01-01"):
        ticker.tick()
    assert looks == []
    clock.set_clock(None)
    ticker.tick()
    assert looks == [1]


@pytest.mark.postgres
def test_progress_of_a_job_in_one_long_transaction_is_seen_from_outside(
    kinds: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PULSE_SECONDS", 0.05)
    seen = threading.Event()

    def watch(run_id: Any) -> None:
        for _n in range(200):
            row = JobRun.objects.unscoped("a test watches").get(pk=run_id)
            if row.done == 7 and row.message == "正在入账":
                seen.set()
                break
            threading.Event().wait(0.02)
        connection.close()

    def work(run: Run) -> None:
        from django.db import transaction

        with transaction.atomic():
            run.progress(7, 10, "正在入账")
            watcher = threading.Thread(target=watch, args=(run.run_id,))
            watcher.start()
            watcher.join()

    kinds("test.work", work)
    run = start("test.work")
    running.execute(run.pk)
    assert seen.is_set()
