"""Django's entry for this part of the kernel."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """事件."""

    name = "songhe.kernel.events"
    label = "events"
    verbose_name = "事件"
