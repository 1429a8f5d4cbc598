"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """界面."""

    name = "songhe.kernel.screens"
    label = "screens"
    verbose_name = "界面"
