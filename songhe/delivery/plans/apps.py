"""Django's entry for this room."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """照护计划."""

    name = "songhe.delivery.plans"
    label = "plans"
    verbose_name = "照护计划"

    def ready(self) -> None:
        """Declare rights and events, hang up what others find."""
        from songhe.kernel import registry
        from songhe.kernel.access.roles import PORTAL, Role
        from songhe.kernel.process.firing import declare_events

        from . import access, actions, erasing, face, listeners, listing, queries  # noqa: F401
        from .process import PROCESS

        declare_events(PROCESS)
        makers = frozenset({Role.COORDINATOR, Role.HOME})
        registry.case_faces.add("plan", face.FACE)
        registry.navigation.add(
            "plans", registry.MenuItem("服务", "照护计划", "plans:list", "calendar-month", listing.READERS, order=40)
        )
        registry.worklists.add("plan.draft", registry.Worklist("待完成的照护计划", "plan", makers, queries.drafts, order=41))
        registry.worklists.add(
            "plan.agree", registry.Worklist("待家属确认的计划", "plan", makers | PORTAL, queries.proposed, order=42)
        )
        registry.worklists.add("plan.review", registry.Worklist("待复核的计划", "plan", makers, queries.to_review, order=43))
        registry.file_panels.add("plans", face.PANEL)
        registry.servers.add("plans", queries.providers_of)
        registry.shredders.add("plans", erasing.SHREDDER)
