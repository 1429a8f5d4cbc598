"""Django's entry for this room."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """从业人员."""

    name = "songhe.register.workforce"
    label = "workforce"
    verbose_name = "从业人员"

    def ready(self) -> None:
        """Declare rights and events; hang up navigation, import, indicators and erasure."""
        from songhe.kernel import events
        from songhe.kernel.registry import MenuItem, Shredder, directories, importers, navigation, shredders

        from . import access, actions, importing, indicators, queries

        for code, label, icon in (
            ("worker.added", "登记了从业人员", "user-plus"),
            ("worker.changed", "修改了从业人员登记", "pencil"),
            ("worker.shifts_set", "登记了工作时间", "calendar-time"),
            ("worker.absent", "登记了请假", "calendar-event"),
            ("worker.back", "销假", "calendar-event"),
            ("certificate.added", "登记了证书", "certificate"),
        ):
            events.declare(code, label, icon=icon)
        navigation.add(
            "workforce", MenuItem("一本账", "从业人员", "workforce:list", "nurse", access.READERS, order=320)
        )
        navigation.add("workforce.me", MenuItem("我的", "我的登记", "workforce:me", "id", access.SELF, order=800))
        directories.add("workers", queries.listed)
        importers.add("workers", importing.WorkerImporter())
        indicators.register()
        shredders.add(
            "workforce",
            Shredder("从业人员的姓名、电话、出发点、技能、证书、班次和请假", "离职满五年（假定值）", actions.erase),
        )
