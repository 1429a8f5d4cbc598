"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """行政区划."""

    name = "songhe.kernel.areas"
    label = "areas"
    verbose_name = "行政区划"
