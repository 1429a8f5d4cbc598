"""Django's entry for this room."""

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    """待办."""

    name = "songhe.desk.worklist"
    label = "worklist"
    verbose_name = "待办"
