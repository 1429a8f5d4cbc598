"""Starting, cancelling and rescuing runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult, TaskResultStatus

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Conflict, Missing

from .kinds import kinds
from .models import JobRun, State
from .running import interrupted, is_inline
from .tasks import run_job

STALE = timedelta(minutes=5)


def start(kind: str, *, by: Post | None = None, title: str = "", **args: Any) -> JobRun:
    """Put a job into the queue and return its run; KeyError for an unknown kind.

    The run joins the caller's transaction: what is rolled back was never started. `title`
    replaces the kind's own (长护险月度结算 → 2026 年 10 月长护险结算). `args` become JSON.
    """
    known = kinds.get(kind)
    with transaction.atomic():
        run: JobRun = JobRun.objects.create(
            kind=kind,
            title=title or known.title,
            args=args,
            by_post_id=by.pk if by else None,
            by=by.label if by else _("系统"),
        )
        if not is_inline():
            _enqueue(run)
    if is_inline():
        run_job.enqueue(str(run.pk))
        run.refresh_from_db()
    return run


def cancel(run_id: UUID, by: Post) -> JobRun:
    """Stop a run: at once while it waits, at its next pause while it works.

    Raises Missing for a run that `by` may not see and Conflict for one that has ended.
    """
    mine = JobRun.objects.visible_to(by).filter(pk=run_id)
    with transaction.atomic():
        waiting = mine.filter(state=State.QUEUED).update(
            state=State.CANCELLED, cancel_requested=True, finished_at=clock.now()
        )
        asked = waiting or mine.filter(state=State.RUNNING).update(cancel_requested=True)
        run = mine.first()
    if run is None:
        raise Missing(_("没有这项任务。"))
    if not asked:
        raise Conflict(
            "jobs.ended",
            _("任务%(state)s，无法取消。") % {"state": run.get_state_display()},
            remedy=_("请刷新页面查看结果。"),
        )
    return run  # type: ignore[no-any-return]


def rescue(stale: timedelta = STALE) -> int:
    """Deal with runs whose worker went away; returns how many.

    A run without a heartbeat for `stale` is queued anew once if its kind is idempotent, and
    fails otherwise. A queued run whose task was taken by a worker that died before it began
    is handed to the queue again. Two rescuers never rescue one run twice.
    """
    rows = JobRun.objects.unscoped("dead workers' jobs are rescued whoever started them")
    dead = rows.filter(state=State.RUNNING).filter(
        Q(heartbeat_at__lt=Now() - stale) | Q(heartbeat_at__isnull=True)
    )
    saved = 0
    for run in dead:
        outcome = interrupted(run)
        with transaction.atomic():
            # Asked anew: since it was read, another rescuer may have come, or a late heartbeat.
            if not dead.filter(pk=run.pk, attempts=run.attempts).update(**outcome):
                continue
            _close_task(run)
            if outcome["state"] == State.QUEUED:
                _enqueue(run)
            saved += 1
    return saved + _rescue_lost(stale)


def _rescue_lost(stale: timedelta) -> int:
    """Queued runs whose task began long ago or ended: their worker died at the door."""
    rows = JobRun.objects.unscoped("dead workers' jobs are rescued whoever started them")
    waiting = {run.task_id: run for run in rows.filter(state=State.QUEUED).exclude(task_id="")}
    lost = DBTaskResult.objects.filter(pk__in=waiting).filter(
        Q(status=TaskResultStatus.RUNNING, started_at__lt=Now() - stale)
        | Q(status__in=(TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL))
    )
    saved = 0
    for task_id in lost.values_list("pk", flat=True):
        run = waiting[str(task_id)]
        with transaction.atomic():
            if rows.filter(pk=run.pk, state=State.QUEUED, task_id=run.task_id).update(task_id=""):
                _close_task(run)
                _enqueue(run)
                saved += 1
    return saved


def _enqueue(run: JobRun) -> None:
    task_id = str(run_job.enqueue(str(run.pk)).id)
    JobRun.objects.unscoped("the queue's number of a run").filter(pk=run.pk).update(task_id=task_id)
    run.task_id = task_id


def _close_task(run: JobRun) -> None:
    """The queue's own record of a dead worker says running for ever; it shall not."""
    if run.task_id:
        DBTaskResult.objects.filter(pk=run.task_id, status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.FAILED, finished_at=clock.now()
        )
