"""Carrying out one run: claim it, do the work under a pulse, write down how it ended."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django_tasks import task_backends
from django_tasks.backends.immediate import ImmediateBackend

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import SongheError

from .kinds import kinds
from .models import JobRun, State
from .reporting import Cancelled, Run

log = logging.getLogger("songhe.jobs")

PULSE_SECONDS = 1.0
MOST_ATTEMPTS = 2


@dataclass
class _Told:
    done: int = 0
    total: int = 0
    message: str = ""


class StoredRun(Run):
    """A run with a row. The function's progress is kept in memory; the pulse writes it down."""

    def __init__(self, row: JobRun, *, inline: bool) -> None:
        self.run_id: UUID = row.pk
        self._row = row
        self._inline = inline
        self._told = _Told()
        self._stop = False
        self._wrote = float("-inf")

    def progress(self, done: int, total: int, message: str = "") -> None:
        self._told = _Told(max(done, 0), max(total, 0), message[:200])
        if self._inline:
            self._beat_now_and_then()

    def cancelled(self) -> bool:
        if self._inline:
            self._beat_now_and_then()
        return self._stop

    @property
    def post(self) -> Post:
        if self._row.by_post_id is None:
            return super().post
        return Post.objects.select_related("account").get(pk=self._row.by_post_id)

    def beat(self) -> None:
        """Write progress and heartbeat, and hear whether the run is wanted no more."""
        told = self._told
        mine = JobRun.objects.unscoped("the pulse of a running job").filter(
            pk=self.run_id, state=State.RUNNING, attempts=self._row.attempts
        )
        alive = mine.update(done=told.done, total=told.total, message=told.message, heartbeat_at=Now())
        # A run that is no longer ours was given up as dead and perhaps begun again: stop.
        self._stop = not alive or mine.filter(cancel_requested=True).exists()

    def _beat_now_and_then(self) -> None:
        if time.monotonic() - self._wrote >= PULSE_SECONDS:
            self._wrote = time.monotonic()
            self.beat()


class _Pulse(threading.Thread):
    """Beats beside the work, on a connection of its own.

    The work may sit in one long transaction, where its own writes would be seen by nobody
    and would lock the row that the cancel button must write to.
    """

    def __init__(self, run: StoredRun) -> None:
        super().__init__(name="job-pulse", daemon=True)
        self._target_run = run
        self._over = threading.Event()

    def run(self) -> None:
        try:
            while not self._over.wait(PULSE_SECONDS):
                try:
                    self._target_run.beat()
                except DatabaseError:
                    # SQLite lets one write at a time; the next beat will do.
                    log.debug("a heartbeat was missed", exc_info=True)
        finally:
            connection.close()

    def stop(self) -> None:
        self._over.set()
        self.join()


def is_inline() -> bool:
    """Whether jobs run at once in the caller's own process and transaction, as tests want it."""
    return isinstance(task_backends["default"], ImmediateBackend)


def execute(run_id: UUID) -> None:
    """Carry out a queued run. A run that is not queued (cancelled, taken, done) is left alone."""
    all_runs = JobRun.objects.unscoped("the worker carries out everybody's jobs")
    claimed = all_runs.filter(pk=run_id, state=State.QUEUED).update(
        state=State.RUNNING, attempts=F("attempts") + 1, started_at=clock.now(), heartbeat_at=Now(), error=""
    )
    if not claimed:
        return
    row: JobRun = all_runs.get(pk=run_id)
    mine = all_runs.filter(pk=row.pk, state=State.RUNNING, attempts=row.attempts)
    try:
        outcome = _outcome(row)
    except BaseException:
        # The process is being stopped by force: what may be repeated goes back into the queue.
        mine.update(**interrupted(row))
        raise
    mine.update(**outcome)


def _outcome(row: JobRun) -> dict[str, Any]:
    """Do the work; what the row shall say about it."""
    run = StoredRun(row, inline=is_inline())
    try:
        result = _work(row, run)
    except Cancelled:
        outcome: dict[str, Any] = {"state": State.CANCELLED}
    except SongheError as refusal:
        remedy = getattr(refusal, "remedy", "")
        outcome = {"state": State.FAILED, "error": f"{refusal.message}{remedy}"}
    except Exception as error:
        log.exception("job %s of kind %s failed", row.pk, row.kind)
        outcome = {"state": State.FAILED, "error": _fault(row, error)}
    else:
        outcome = {"state": State.DONE, "result": result or {}, "cancel_requested": False}
    told = run._told
    total = told.total or told.done
    done = total if outcome["state"] == State.DONE else told.done
    return outcome | {"finished_at": clock.now(), "done": done, "total": total, "message": told.message}


def _work(row: JobRun, run: StoredRun) -> dict[str, Any] | None:
    if row.kind not in kinds:
        raise LookupError(f"no job is called {row.kind}")
    work = kinds.get(row.kind).work
    if is_inline():
        return work(run, **row.args)
    pulse = _Pulse(run)
    pulse.start()
    try:
        return work(run, **row.args)
    finally:
        pulse.stop()


def interrupted(row: JobRun) -> dict[str, Any]:
    """What a row says whose worker went away: queued anew once if that is safe, else failed."""
    safe = row.kind in kinds and kinds.get(row.kind).idempotent
    if safe and row.attempts < MOST_ATTEMPTS and not row.cancel_requested:
        return {"state": State.QUEUED, "message": _("上次执行中断，等待重新执行"), "heartbeat_at": None}
    if row.cancel_requested:
        return {"state": State.CANCELLED, "finished_at": clock.now()}
    why = (
        _("执行中断（后台服务停止或断电），已自动重试仍未完成。")
        if safe
        else _("执行中断（后台服务停止或断电）。")
    )
    return {
        "state": State.FAILED,
        "error": why + _("已完成的部分有效，请核对后重新发起。"),
        "finished_at": clock.now(),
    }


def _fault(row: JobRun, error: Exception) -> str:
    # The text of an unexpected error may hold personal data; its name and the run's number do not.
    return _("程序出错，任务未完成（%(name)s）。请把任务编号 %(id)s 告诉系统管理员。") % {
        "name": type(error).__name__,
        "id": row.pk,
    }
