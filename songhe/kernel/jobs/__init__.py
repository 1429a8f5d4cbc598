"""Jobs 后台任务: work that outlasts a page, with progress, cancel and a result; and the schedule.

An app writes its jobs in ``jobs.py``::

    @job("ltci.settle", "长护险月度结算", idempotent=True)
    def settle(run: Run, month: str) -> dict[str, Any]:
        for done, batch in enumerate(batches):
            run.progress(done, len(batches), "正在核对服务记录")
            run.stop_if_cancelled()
        return {"已结算": 1200}

    schedule("events.seal", Daily(at="02:10"))

and starts one with ``start("ltci.settle", by=post, month="2026-10")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .kinds import Daily, Every, Monthly, job, schedule
from .reporting import Cancelled, ConsoleRun, Run, SilentRun

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post

    from .models import JobRun

__all__ = [
    "Cancelled",
    "ConsoleRun",
    "Daily",
    "Every",
    "Monthly",
    "Run",
    "SilentRun",
    "job",
    "schedule",
    "start",
]


def start(kind: str, *, by: Post | None = None, title: str = "", **args: Any) -> JobRun:
    """Put a job into the queue; see :func:`songhe.kernel.jobs.actions.start`."""
    # Late, because an app's package is imported before its models may be.
    from .actions import start

    return start(kind, by=by, title=title, **args)
