"""Django's entry for this room."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """从业人员."""

    name = "songhe.register.workforce"
    label = "workforce"
    verbose_name = "从业人员"
