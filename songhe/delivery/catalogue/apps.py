"""Django's entry for this room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """服务目录."""

    name = "songhe.delivery.catalogue"
    label = "catalogue"
    verbose_name = "服务目录"
