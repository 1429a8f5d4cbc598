"""Starting, cancelling, rescuing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django_tasks_db.models import DBTaskResult

from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Missing
from songhe.kernel.jobs import actions, running, start
from songhe.kernel.jobs.models import JobRun, State

pytestmark = pytest.mark.django_db


def everything() -> Any:
    return JobRun.objects.unscoped("a test looks at all runs")


def reload(run: JobRun) -> JobRun:
    return everything().get(pk=run.pk)  # type: ignore[no-any-return]


def die(run: JobRun, *, minutes: int, attempts: int = 1) -> None:
    """A worker took the run and was killed so many minutes ago."""
    everything().filter(pk=run.pk).update(
        state=State.RUNNING, attempts=attempts, heartbeat_at=Now() - timedelta(minutes=minutes)
    )
    DBTaskResult.objects.filter(pk=run.task_id).update(status="RUNNING")


def test_a_queued_run_waits_in_the_queue(kinds: Callable[..., None], queued: None) -> None:
    kinds("test.work", lambda run: None)
    run = start("test.work")
    assert reload(run).state == State.QUEUED
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(run.pk)]


def test_a_start_that_is_rolled_back_never_was(kinds: Callable[..., None], queued: None) -> None:
    kinds("test.work", lambda run: None)
    with transaction.atomic():
        start("test.work")
        transaction.set_rollback(True)
    assert not everything().exists()
    assert not DBTaskResult.objects.exists()


def test_a_waiting_run_is_cancelled_at_once_and_never_carried_out(
    kinds: Callable[..., None], queued: None, make_post: Any
) -> None:
    calls: list[int] = []
    kinds("test.work", lambda run: calls.append(1))
    post = make_post("wang")
    run = start("test.work", by=post)
    assert actions.cancel(run.pk, post).state == State.CANCELLED
    running.execute(run.pk)
    assert calls == []


def test_a_working_run_is_asked_to_stop(kinds: Callable[..., None], queued: None, make_post: Any) -> None:
    kinds("test.work", lambda run: None)
    post = make_post("wang")
    run = start("test.work", by=post)
    die(run, minutes=0)
    cancelled = actions.cancel(run.pk, post)
    assert (cancelled.state, cancelled.cancel_requested) == (State.RUNNING, True)


def test_a_run_that_has_ended_cannot_be_cancelled(kinds: Callable[..., None], make_post: Any) -> None:
    kinds("test.work", lambda run: None)
    post = make_post("wang")
    run = start("test.work", by=post)
    with pytest.raises(Conflict, match="已完成，无法取消"):
        actions.cancel(run.pk, post)
    assert reload(run).state == State.DONE


def test_a_neighbour_neither_sees_nor_cancels_a_run(
    kinds: Callable[..., None], queued: None, make_post: Any
) -> None:
    kinds("test.work", lambda run: None)
    run = start("test.work", by=make_post("wang"))
    neighbour = make_post("li")
    assert not JobRun.objects.visible_to(neighbour).exists()
    with pytest.raises(Missing):
        actions.cancel(run.pk, neighbour)
    assert reload(run).state == State.QUEUED


def test_an_elder_sees_no_runs_and_the_administrator_all(kinds: Callable[..., None], make_post: Any) -> None:
    kinds("test.work", lambda run: None)
    start("test.work", by=make_post("wang"))
    assert JobRun.objects.visible_to(make_post("elder", Role.ELDER)).count() == 0
    assert JobRun.objects.visible_to(make_post("admin", Role.ADMIN)).count() == 1


def test_a_dead_run_that_may_be_repeated_is_queued_once_more(
    kinds: Callable[..., None], queued: None
) -> None:
    kinds("test.work", lambda run: {"做完": 1}, idempotent=True)
    run = start("test.work")
    first_task = run.task_id
    die(run, minutes=6)
    assert actions.rescue() == 1
    saved = reload(run)
    assert saved.state == State.QUEUED
    assert saved.task_id != first_task
    assert DBTaskResult.objects.get(pk=first_task).status == "FAILED"
    assert actions.rescue() == 0
    running.execute(run.pk)
    assert reload(run).state == State.DONE


def test_a_run_that_dies_twice_fails(kinds: Callable[..., None], queued: None) -> None:
    kinds("test.work", lambda run: None, idempotent=True)
    run = start("test.work")
    die(run, minutes=6, attempts=2)
    actions.rescue()
    assert reload(run).state == State.FAILED
    assert "已自动重试" in reload(run).error


def test_a_dead_run_that_must_not_be_repeated_fails(kinds: Callable[..., None], queued: None) -> None:
    kinds("test.work", lambda run: None)
    run = start("test.work")
    die(run, minutes=6)
    actions.rescue()
    assert reload(run).state == State.FAILED
    assert "执行中断" in reload(run).error


def test_a_run_with_a_heartbeat_is_left_alone(kinds: Callable[..., None], queued: None) -> None:
    kinds("test.work", lambda run: None, idempotent=True)
    run = start("test.work")
    die(run, minutes=4)
    assert actions.rescue() == 0
    assert reload(run).state == State.RUNNING


def test_a_dead_run_somebody_wanted_to_stop_is_cancelled(kinds: Callable[..., None], queued: None) -> None:
    kinds("test.work", lambda run: None, idempotent=True)
    run = start("test.work")
    die(run, minutes=6)
    everything().update(cancel_requested=True)
    actions.rescue()
    assert reload(run).state == State.CANCELLED


def test_a_run_whose_worker_died_at_the_door_is_handed_over_again(
    kinds: Callable[..., None], queued: None
) -> None:
    kinds("test.work", lambda run: None)
    run = start("test.work")
    first_task = run.task_id
    DBTaskResult.objects.update(status="RUNNING", started_at=Now() - timedelta(minutes=6))
    assert actions.rescue() == 1
    assert reload(run).task_id != first_task
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_a_run_that_waits_its_turn_is_left_alone(kinds: Callable[..., None], queued: None) -> None:
    kinds("test.work", lambda run: None)
    start("test.work")
    assert actions.rescue() == 0
    assert DBTaskResult.objects.count() == 1
