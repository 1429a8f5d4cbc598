"""The clock's work on visits: made ahead every night, missed when nobody came."""

from __future__ import annotations

from typing import Any

from songhe.kernel import clock
from songhe.kernel.access.posts import system
from songhe.kernel.jobs import Daily, Every, Run, job, schedule

from . import actions, generation


@job("visits.generate", "按计划生成上门服务", idempotent=True)
def generate(run: Run) -> dict[str, Any]:
    """Visits of the coming weeks for every running plan; what was made before stays as it is."""
    run.progress(0, 1, "正在生成上门服务")
    return {"新生成": generation.ahead(clock.now(), by=system())}


@job("visits.missed", "登记过时未上门", idempotent=True)
def missed(run: Run) -> dict[str, Any]:
    """Visits that nobody reported long after their time."""
    run.progress(0, 1, "正在查找过时未签到的服务")
    return {"登记未上门": actions.miss_overdue(by=system())}


schedule("visits.generate", Daily(at="01:30"))
schedule("visits.missed", Every(30))
