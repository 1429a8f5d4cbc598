"""Django's entry for this room."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """机构与设施."""

    name = "songhe.register.sites"
    label = "sites"
    verbose_name = "机构与设施"
