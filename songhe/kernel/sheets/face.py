"""How the state of an upload looks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import BatchState, ImportBatch


@dataclass(frozen=True, slots=True)
class Face:
    """What the state component of a page draws."""

    label: str
    tone: str
    final: bool


def face(batch: ImportBatch) -> Face:
    """The face of an upload's state; a checked one with faults waits for the clerk's correction."""
    if batch.state == BatchState.CHECKED and batch.bad:
        return Face(_("有错待改"), "bad", False)
    if batch.state == BatchState.CHECKED:
        return Face(_("待确认"), "warn", False)
    tone = {BatchState.STAGED: "info", BatchState.COMMITTED: "ok"}.get(BatchState(batch.state), "mute")
    return Face(batch.get_state_display(), tone, not batch.is_open)
