"""Django's entry for this part of the kernel."""

from collections.abc import Collection
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connection


class ProcessConfig(AppConfig):
    """流程."""

    name = "songhe.kernel.process"
    label = "process"
    verbose_name = "流程"

    def ready(self) -> None:
        """Name the event of a deadline that moves; listen to the calendar."""
        from songhe.kernel import events
        from songhe.kernel.calendar import days_changed

        from .recounting import MOVED

        events.declare(MOVED, "放假安排有调整，办理时限重新计算", portal=True, icon="calendar-time")
        days_changed.connect(on_days_changed, dispatch_uid="songhe.process.recount")


def on_days_changed(years: Collection[int], using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Have the deadlines counted again beside the page, where any open clock may be touched.

    Also told while the tables are still being made, and of databases that are not the house's own.
    """
    from songhe.kernel.jobs import start

    from .recounting import clocks

    if using != DEFAULT_DB_ALIAS:
        return
    there = set(connection.introspection.table_names())
    if any(model._meta.db_table in there and rows.exists() for model, rows in clocks(years)):
        start("process.recount", years=sorted(years))
