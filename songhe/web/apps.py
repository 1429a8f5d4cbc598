"""Django's entry for the web layer."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base templates, components, static files, error pages."""

    name = "songhe.web"
    label = "web"
    verbose_name = "网页"
