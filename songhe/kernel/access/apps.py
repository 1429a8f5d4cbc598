"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """访问控制."""

    name = "songhe.kernel.access"
    label = "access"
    verbose_name = "访问控制"
