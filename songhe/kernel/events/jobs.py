"""The clock's own work on events: sealing them."""

from __future__ import annotations

from typing import Any

from songhe.kernel.jobs import Every, Run, job, schedule

from . import chain


@job("events.seal", "事件封存", idempotent=True)
def seal(run: Run) -> dict[str, Any]:
    """Seal what has no seal yet."""
    return {"封存条数": chain.seal(progress=lambda done: run.progress(done, 0, "正在封存"))}


@job("events.verify", "事件链核验", idempotent=True)
def verify(run: Run) -> dict[str, Any]:
    """Recompute the whole chain and say where it does not hold."""
    broken = chain.verify(lambda done: run.progress(done, 0, "正在核验"))
    return {"不符": len(broken), "明细": "；".join(f"{b.position}：{b.message}" for b in broken[:20])}


schedule("events.seal", Every(10))
