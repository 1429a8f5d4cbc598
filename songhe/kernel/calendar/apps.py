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
        from . import days, seed
        from .models import Day

        def changed(instance: Day, using: str, **_: Any) -> None:
            days.changed({instance.date.year}, using)

        for signal in (post_save, post_delete):
            signal.connect(changed, sender=Day, weak=False, dispatch_uid="songhe.calendar.changed")
        post_migrate.connect(seed.after_migrate, sender=self, dispatch_uid="songhe.calendar.seed")
