"""What this room hangs up for others to find: events, navigation, worklists, case face, panels, jobs, indicators."""

from __future__ import annotations

from songhe.kernel import events, registry
from songhe.kernel.access.roles import Role
from songhe.kernel.process.firing import declare_events

from . import face, filing, indicators, listing, views
from .process import PROCESS

#: Where a post's next step is its own to take.
WORKERS = frozenset({Role.STREET, Role.ADVISOR, Role.BUREAU, Role.AGENCY, Role.ASSESSOR})


def hang_up() -> None:
    """Called once, when the app is ready."""
    declare_events(PROCESS)
    events.declare("assessment.amended", "老年照护统一需求评估：补正申请", portal=True, icon="pencil")
    events.declare("assessment.began", "老年照护统一需求评估：评估员上门开始评估", portal=True, icon="clipboard-list")
    events.declare("assessment.recording_agreed", "同意留存评估影像", portal=True, icon="camera")
    events.declare("assessment.attached", "留存评估材料", portal=True, icon="paperclip")
    registry.case_faces.add("assessment", face.FACE)
    registry.worklists.add(
        "assessment", registry.Worklist("统一需求评估", "assessment", WORKERS, listing.waiting, order=10)
    )
    registry.navigation.add(
        "assessment",
        registry.MenuItem("评估", "评估办件", "assessment:list", "clipboard-list", listing.READERS - {Role.ASSESSOR}, order=30),
    )
    registry.navigation.add(
        "assessment.calendar",
        registry.MenuItem("评估", "上门日历", "assessment:calendar", "calendar-event", views.DIARISTS, order=31),
    )
    registry.file_panels.add("assessment", filing.PANEL)
    registry.shredders.add("assessment", filing.SHREDDER)
    for indicator in indicators.INDICATORS:
        registry.indicators.add(indicator.code, indicator)
