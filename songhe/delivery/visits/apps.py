"""Django's entry for this room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """上门服务."""

    name = "songhe.delivery.visits"
    label = "visits"
    verbose_name = "上门服务"
