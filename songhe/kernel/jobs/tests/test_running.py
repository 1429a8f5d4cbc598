"""Carrying out a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from songhe.kernel.errors import Refused
from songhe.kernel.jobs import Run, running, start
from songhe.kernel.jobs.models import JobRun, State

pytestmark = pytest.mark.django_db


def reload(run: JobRun) -> JobRun:
    return JobRun.objects.unscoped("a test").get(pk=run.pk)  # type: ignore[no-any-return]


def test_a_job_gets_its_arguments_and_leaves_its_result(kinds: Callable[..., None], make_post: Any) -> None:
    seen: dict[str, Any] = {}

    def work(run: Run, month: str) -> dict[str, Any]:
        seen.update(month=month, post=run.post)
        run.progress(3, 3, "正在核对")
        return {"已结算": 12}

    post = make_post("wang")
    kinds("test.work", work)
    run = start("test.work", by=post, title="2026 年 10 月结算", month="2026-10")
    assert (run.state, run.result, run.percent) == (State.DONE, {"已结算": 12}, 100)
    assert (run.done, run.total, run.title) == (3, 3, "2026 年 10 月结算")
    assert run.by == post.label
    assert seen["month"] == "2026-10"
    assert seen["post"].pk == post.pk
    assert run.started_at is not None
    assert run.finished_at is not None


def test_a_job_nobody_started_acts_in_the_systems_post(kinds: Callable[..., None]) -> None:
    roles = []
    kinds("test.work", lambda run: roles.append(run.post.role))
    assert start("test.work").by == "系统"
    assert roles == ["system"]


def test_a_refusal_is_shown_in_its_own_words(kinds: Callable[..., None]) -> None:
    def work(run: Run) -> None:
        raise Refused("settled", "该月已结算。", remedy="如需更正请办理冲销。")

    kinds("test.work", work)
    run = start("test.work")
    assert (run.state, run.error) == (State.FAILED, "该月已结算。如需更正请办理冲销。")


def test_a_fault_of_the_programme_shows_a_number_and_no_personal_text(kinds: Callable[..., None]) -> None:
    def work(run: Run) -> None:
        raise ValueError("张桂英 310107194901011234")

    kinds("test.work", work)
    run = start("test.work")
    assert run.state == State.FAILED
    assert str(run.pk) in run.error
    assert "张桂英" not in run.error
    assert "3101" not in run.error.replace(str(run.pk), "")


def test_a_run_is_carried_out_once_however_often_it_is_handed_over(kinds: Callable[..., None]) -> None:
    calls = []
    kinds("test.work", lambda run: calls.append(1))
    run = start("test.work")
    running.execute(run.pk)
    running.execute(run.pk)
    assert calls == [1]


def test_a_job_asked_to_stop_stops_at_its_next_pause(kinds: Callable[..., None]) -> None:
    reached = []

    def work(run: Run) -> None:
        run.progress(1, 10)
        JobRun.objects.unscoped("a test presses the button").filter(pk=run.run_id).update(
            cancel_requested=True
        )
        run._wrote = float("-inf")  # type: ignore[attr-defined]
        run.stop_if_cancelled()
        reached.append("the end")

    kinds("test.work", work)
    run = start("test.work")
    assert run.state == State.CANCELLED
    assert run.done == 1
    assert reached == []


def test_progress_is_written_at_most_once_a_second(
    kinds: Callable[..., None], django_assert_max_num_queries: Any
) -> None:
    def work(run: Run) -> None:
        for done in range(10_000):
            run.progress(done, 10_000)

    kinds("test.work", work)
    with django_assert_max_num_queries(12):
        start("test.work")


def test_a_run_given_up_as_dead_is_told_to_stop(kinds: Callable[..., None]) -> None:
    row = JobRun.objects.create(kind="test.work", title="t", state=State.RUNNING, attempts=1)
    run = running.StoredRun(row, inline=False)
    run.beat()
    assert not run.cancelled()
    JobRun.objects.unscoped("a test rescues the run").filter(pk=row.pk).update(attempts=2)
    run.beat()
    assert run.cancelled()


@pytest.mark.parametrize(("idempotent", "state"), [(True, State.QUEUED), (False, State.FAILED)])
def test_a_process_stopped_by_force_gives_back_what_may_be_repeated(
    kinds: Callable[..., None], idempotent: bool, state: State
) -> None:
    def work(run: Run) -> None:
        raise SystemExit(1)

    kinds("test.work", work, idempotent=idempotent)
    row = JobRun.objects.create(kind="test.work", title="t")
    with pytest.raises(SystemExit):
        running.execute(row.pk)
    assert reload(row).state == state


def test_an_unknown_kind_fails_and_says_so() -> None:
    row = JobRun.objects.create(kind="gone.away", title="旧任务")
    running.execute(row.pk)
    assert reload(row).state == State.FAILED
    assert "LookupError" in reload(row).error
