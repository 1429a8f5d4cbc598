"""Django's entry for this room."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """指标."""

    name = "songhe.oversight.indicators"
    label = "indicators"
    verbose_name = "指标"

    def ready(self) -> None:
        """Hang the list into the navigation."""
        from songhe.kernel.registry import MenuItem, navigation

        from .views import READERS

        navigation.add("indicators", MenuItem("监管", "指标", "indicators:list", "chart-bar", frozenset(READERS), order=82))
