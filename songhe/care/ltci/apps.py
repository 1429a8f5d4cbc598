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

        from . import access, booking, effects, following, hangings  # noqa: F401
        from .process import ENROLMENT, SETTLEMENT

        declare_events(ENROLMENT)
        declare_events(SETTLEMENT, portal_opened=False)
        events.declare("settlement.judged", "长护险月度结算：重新生成明细", icon="refresh")
        events.declare("settlement.released", "长护险月度结算：核查后放行明细", icon="lock-open")
        events.declare("settlement.refused", "长护险月度结算：审核拒付明细", icon="circle-x")
        hangings.hang_up()
