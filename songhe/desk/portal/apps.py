"""Django's entry for this room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """长者与家属."""

    name = "songhe.desk.portal"
    label = "portal"
    verbose_name = "长者与家属"
