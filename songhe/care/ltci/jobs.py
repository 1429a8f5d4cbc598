"""Long work of the insurance: drafting a month, and what the clock does every night."""

from __future__ import annotations

from datetime import date
from typing import Any

from songhe.kernel.errors import Refused
from songhe.kernel.jobs import Daily, Run, job, schedule

from . import following, settlement


@job("ltci.draft", "长护险月度结算：生成明细", idempotent=True)
def draft(run: Run, month: str) -> dict[str, Any]:
    """Judge a month for all providers of the post and draft their statements."""
    first = date.fromisoformat(month)
    if not settlement.providers_for(run.post, first):
        raise Refused(
            "statement.nothing", f"{first.year} 年 {first.month} 月没有可结算的长护险服务。",
            remedy="请核对上门服务是否已签到签退、入住登记是否完整。",
        )

    def progress(done: int, total: int, name: str) -> None:
        run.progress(done, total, name)
        run.stop_if_cancelled()

    made = settlement.draft_month(first, by=run.post, progress=progress)
    if not made:
        return {"结算单": "本月结算单均已申报，没有重新生成"}
    return {"结算单": len(made), "明细": sum(s.lines_total for s in made), "通过": sum(s.lines_accepted for s in made)}


@job("ltci.due", "长护险：到期与等级变动", idempotent=True)
def due(run: Run) -> dict[str, Any]:
    """What falls due with the day: unanswered requests, levels that ended."""
    return dict(following.run_due())


schedule("ltci.due", Daily("00:20"))
