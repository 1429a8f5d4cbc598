"""Django's entry for this room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """办件."""

    name = "songhe.desk.cases"
    label = "cases"
    verbose_name = "办件"
