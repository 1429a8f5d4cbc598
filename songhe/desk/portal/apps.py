"""Django's entry for this room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """长者与家属."""

    name = "songhe.desk.portal"
    label = "portal"
    verbose_name = "长者与家属"

    def ready(self) -> None:
        """Hang the four places of the portal into the navigation; more would not fit a thumb."""
        from songhe.kernel.access.roles import PORTAL
        from songhe.kernel.registry import MenuItem, navigation

        for order, (key, label, url, icon) in enumerate(
            (
                ("home", "首页", "portal:home", "home"),
                ("journey", "进度", "portal:journey", "route"),
                ("visits", "上门", "portal:visits", "calendar-event"),
                ("bill", "费用", "portal:bill", "receipt-yuan"),
            ),
            1,
        ):
            navigation.add(f"portal.{key}", MenuItem("我的", label, url, icon, frozenset(PORTAL), order=order))
