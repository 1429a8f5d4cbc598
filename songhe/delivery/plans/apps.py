"""Django's entry for this room."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """照护计划."""

    name = "songhe.delivery.plans"
    label = "plans"
    verbose_name = "照护计划"

    def ready(self) -> None:
        """Declare rights and events, hang up what others find."""
        from songhe.kernel.process.firing import declare_events

        from . import access, actions  # noqa: F401
        from .process import PROCESS

        declare_events(PROCESS)
