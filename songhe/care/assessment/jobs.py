"""What the clock does by itself, each night; and the sweep of files that belong to no row."""

from __future__ import annotations

from typing import Any

from songhe.kernel import vault
from songhe.kernel.jobs import Daily, job, schedule

from . import actions


@job("assessment.due", "评估：公示期满出具结论、结论到期", idempotent=True)
def due(run: Any) -> dict[str, Any]:
    """Conclude what has been on notice long enough, expire what is over."""
    return {"办理": actions.run_due()}


@job("vault.sweep", "清理无主材料文件", idempotent=True)
def sweep(run: Any) -> dict[str, Any]:
    """Remove files that no row points to."""
    return {"清理": vault.sweep()}


schedule("assessment.due", Daily("00:20"))
schedule("vault.sweep", Daily("03:40"))
