"""What this room hangs up for others to find: events, navigation, worklists, case face, panels, indicators."""

from __future__ import annotations

from songhe.kernel import events
from songhe.kernel.process.firing import declare_events

from .process import PROCESS


def hang_up() -> None:
    """Called once, when the app is ready."""
    declare_events(PROCESS)
    events.declare("assessment.began", "老年照护统一需求评估：评估员上门开始评估", portal=True, icon="clipboard-list")
    events.declare("assessment.recording_agreed", "同意留存评估影像", portal=True, icon="camera")
    events.declare("assessment.attached", "留存评估材料", portal=True, icon="paperclip")
