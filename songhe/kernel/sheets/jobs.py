"""Large uploads are checked and imported beside the page; old staging rows are purged at night."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from songhe.kernel.jobs import Daily, Run, job, schedule

from . import actions


@job("sheets.check", "核对导入文件", idempotent=True)
def check(run: Run, batch: str) -> dict[str, Any]:
    """Check an upload."""
    checked = actions.check(UUID(batch), run.post, run)
    return {"核对行数": checked.total, "有错行数": checked.bad}


@job("sheets.commit", "导入文件", idempotent=True)
def commit(run: Run, batch: str) -> dict[str, Any]:
    """Import a checked upload; asked twice, it is imported once."""
    return dict(actions.commit(UUID(batch), run.post, run).result)


@job("sheets.purge", "清除过期的导入明细", idempotent=True)
def purge(run: Run) -> dict[str, Any]:
    """Delete the rows of old uploads."""
    return {"清除文件数": actions.purge()}


schedule("sheets.purge", Daily("03:20"))
