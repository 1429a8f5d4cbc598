"""Django's entry for this room."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """机构与设施."""

    name = "songhe.register.sites"
    label = "sites"
    verbose_name = "机构与设施"

    def ready(self) -> None:
        """Declare rights and events; hang up navigation, imports and indicators."""
        from songhe.kernel import events
        from songhe.kernel.access.roles import DESK, Role
        from songhe.kernel.registry import MenuItem, directories, importers, navigation

        from . import access, importing, indicators, queries  # noqa: F401 - access declares rights on import

        for code, label, icon in (
            ("district.loaded", "装入了区数据", "database"),
            ("organisation.added", "登记了机构", "building"),
            ("organisation.changed", "修改了机构登记", "pencil"),
            ("site.added", "登记了设施", "building-community"),
            ("site.changed", "修改了设施登记", "pencil"),
            ("site.hours_set", "登记了开放时间", "clock"),
            ("licence.added", "登记了证照", "certificate"),
            ("beds.added", "新增了床位", "bed"),
            ("beds.moved", "调整了床位房间", "bed"),
            ("beds.kind_set", "登记了床位类别", "bed"),
            ("beds.kind_ended", "结束了床位类别", "bed"),
        ):
            events.declare(code, label, icon=icon)
        roles = frozenset(DESK | {Role.ADMIN})
        navigation.add("sites", MenuItem("一本账", "机构与设施", "sites:list", "building-community", roles, order=310))
        navigation.add("sites.map", MenuItem("一本账", "设施地图", "sites:map", "map-2", roles, order=311))
        directories.add("organisations", queries.listed)
        importers.add("sites", importing.SiteImporter())
        importers.add("organisations", importing.OrganisationImporter())
        indicators.register()
