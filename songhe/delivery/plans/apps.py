"""Django's entry for this room."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """照护计划."""

    name = "songhe.delivery.plans"
    label = "plans"
    verbose_name = "照护计划"
