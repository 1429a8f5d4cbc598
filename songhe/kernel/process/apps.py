"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """流程."""

    name = "songhe.kernel.process"
    label = "process"
    verbose_name = "流程"
