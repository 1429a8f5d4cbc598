"""Django's entry for this room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """一门式受理."""

    name = "songhe.desk.intake"
    label = "intake"
    verbose_name = "一门式受理"
