"""Wiring of the working-day calendar."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class CalendarConfig(AppConfig):
    """Working days as the State Council arranges them each year."""

    name = "songhe.kernel.calendar"
    label = "calendar"
    verbose_name = "工作日历"

    def ready(self) -> None:
        from songhe.kernel import events
        from songhe.kernel.access.roles import FIELD, STAFF
        from songhe.kernel.registry import MenuItem, importers, navigation

        from . import days, seed
        from .importer import CalendarImporter
        from .models import Day

        events.declare("calendar.changed", "修改工作日历", icon="calendar-event")
        navigation.add("calendar", MenuItem("系统", "工作日历", "calendar:now", "calendar", STAFF - FIELD, order=870))
        importers.add("calendar", CalendarImporter())

        def changed(instance: Day, using: str, **_: Any) -> None:
            days.changed({instance.date.year}, using)

        for signal in (post_save, post_delete):
            signal.connect(changed, sender=Day, weak=False, dispatch_uid="songhe.calendar.changed")
        post_migrate.connect(seed.after_migrate, sender=self, dispatch_uid="songhe.calendar.seed")
