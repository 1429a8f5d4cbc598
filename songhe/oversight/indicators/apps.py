"""Django's entry for this room."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """指标."""

    name = "songhe.oversight.indicators"
    label = "indicators"
    verbose_name = "指标"
