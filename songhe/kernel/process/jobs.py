"""The clocks of all cases, counted again when the working days change."""

from __future__ import annotations

from typing import Any

from songhe.kernel import calendar
from songhe.kernel.jobs import Run, job

from . import recounting


@job("process.recount", "按工作日历重算办理时限", idempotent=True)
def recount(run: Run, years: list[int]) -> dict[str, Any]:
    """Compute the deadlines again that days of these years may have moved."""
    # The worker remembers the days for a while, and this run was started because they changed.
    calendar.forget()
    found = recounting.recount(years, by=run.post, run=run)
    return {"核对时限": found.looked, "改期": found.moved, "由待定转为确定或相反": found.settled}
