"""Django's entry for this room."""

from django.apps import AppConfig


class CockpitConfig(AppConfig):
    """一屏通."""

    name = "songhe.oversight.cockpit"
    label = "cockpit"
    verbose_name = "一屏通"

    def ready(self) -> None:
        """Hang both faces into the navigation."""
        from songhe.kernel.registry import MenuItem, navigation

        from .views import WATCHERS

        navigation.add("cockpit", MenuItem("监管", "一屏通", "cockpit:desk", "layout-dashboard", frozenset(WATCHERS), order=80))
