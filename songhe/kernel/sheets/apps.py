"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    """表格."""

    name = "songhe.kernel.sheets"
    label = "sheets"
    verbose_name = "表格导入导出"

    def ready(self) -> None:
        """Declare who sees what, and hang the pages into the navigation."""
        from songhe.kernel.access.roles import FIELD
        from songhe.kernel.registry import MenuItem, navigation

        from .access import UPLOADERS

        navigation.add("sheets", MenuItem("系统", "表格导入", "sheets:list", "upload", UPLOADERS - FIELD, order=890))
