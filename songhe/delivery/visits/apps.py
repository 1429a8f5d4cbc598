"""Django's entry for this room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """上门服务."""

    name = "songhe.delivery.visits"
    label = "visits"
    verbose_name = "上门服务"

    def ready(self) -> None:
        """Declare rights and events, listen to what ends visits."""
        from songhe.kernel import events, registry
        from songhe.kernel.access.roles import Role
        from songhe.kernel.process.firing import declare_events

        from . import access, hangings, listeners, phone_evidence  # noqa: F401
        from .process import PROCESS

        declare_events(PROCESS)
        events.declare("visits.planned", "按计划生成上门服务", icon="calendar-plus")
        events.declare("visits.rostered", "为当天服务排班", icon="users")
        events.declare("visit.attached", "留存上门服务照片或签字", icon="camera")
        registry.navigation.add(
            "visits.today",
            registry.MenuItem("上门服务", "今日上门", "visits:today", "route", frozenset({Role.CARER, Role.NURSE}), order=10),
        )
        hangings.hang_up()
