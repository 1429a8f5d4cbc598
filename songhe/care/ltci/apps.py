"""Django's entry for this room."""

from django.apps import AppConfig


class LtciConfig(AppConfig):
    """长期护理保险."""

    name = "songhe.care.ltci"
    label = "ltci"
    verbose_name = "长期护理保险"

    def ready(self) -> None:
        """Declare rights and events."""
        from songhe.kernel import events
        from songhe.kernel.process.firing import declare_events

        from . import access, settlement  # noqa: F401
        from .process import ENROLMENT, SETTLEMENT

        declare_events(ENROLMENT)
        declare_events(SETTLEMENT, portal_opened=False)
        events.declare("settlement.released", "解除暂缓，照常支付", icon="lock-open")
