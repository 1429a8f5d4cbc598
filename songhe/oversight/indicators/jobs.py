"""The nightly measure, and the one asked for by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from songhe.kernel.jobs import Daily, Run, job, schedule

from . import actions


@job("indicators.take", "指标计算", idempotent=True)
def take(run: Run, day: str = "") -> dict[str, Any]:
    """Measure every indicator of a day."""
    count = actions.take(date.fromisoformat(day) if day else None, progress=run.progress)
    return {"快照数": count}


schedule("indicators.take", Daily("00:40"))
