"""What the desk of visits hangs up for others to find: navigation, file section, indicators, erasure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from songhe.kernel import clock, registry
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role

from . import erasing, indicators, listing, queries
from .models import Visit

ROSTERERS = frozenset({Role.COORDINATOR, Role.HOME})


def waiting_today(post: Post) -> int:
    """Visits of today without a carer: the number beside the menu entry."""
    return int(Visit.objects.visible_to(post).filter(day=clock.today(), state="planned").count())


def section(person: Any, post: Post) -> Mapping[str, Any] | None:
    """The elder file's section: what comes next, and the last visits."""
    rows = Visit.objects.visible_to(post).filter(person=person).select_related("carer", "provider")
    today = clock.today()
    coming = list(rows.filter(day__gte=today, state__in=("planned", "assigned", "started")).order_by("planned_start", "pk")[:5])
    past = list(rows.filter(day__lte=today, state__in=("done", "missed", "cancelled")).order_by("-planned_start", "-pk")[:10])
    return {"visits": [(v, queries.state_of(v), queries.flags_of(v.flags)) for v in [*coming, *past]]}


PANEL = registry.FilePanel(
    "上门服务", "visits/file_panel.html", section, frozenset(listing.READERS | {Role.CARER, Role.NURSE}), order=50
)


def hang_up() -> None:
    """Called once, when the app is ready."""
    registry.navigation.add(
        "visits.day",
        registry.MenuItem("服务", "排班", "visits:day", "calendar-event", ROSTERERS, order=38, count=waiting_today),
    )
    registry.navigation.add(
        "visits.list", registry.MenuItem("服务", "上门记录", "visits:list", "map-pin", listing.READERS, order=42)
    )
    registry.file_panels.add("visits", PANEL)
    registry.shredders.add("visits", erasing.SHREDDER)
    indicators.register()
