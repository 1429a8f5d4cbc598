"""Django's entry for this room."""

from django.apps import AppConfig


class LtciConfig(AppConfig):
    """长期护理保险."""

    name = "songhe.care.ltci"
    label = "ltci"
    verbose_name = "长期护理保险"
