"""Django's entry for this room."""

from django.apps import AppConfig


class CockpitConfig(AppConfig):
    """一屏通."""

    name = "songhe.oversight.cockpit"
    label = "cockpit"
    verbose_name = "一屏通"
