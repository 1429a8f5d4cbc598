"""Django's entry for this room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """一门式受理."""

    name = "songhe.desk.intake"
    label = "intake"
    verbose_name = "一门式受理"

    def ready(self) -> None:
        """Hang up rights, events, the menu, what the window takes in, and calls for help."""
        from songhe.kernel import events
        from songhe.kernel.process.firing import declare_events
        from songhe.kernel.registry import (
            MenuItem,
            Shredder,
            Worklist,
            case_faces,
            intake,
            navigation,
            shredders,
            worklists,
        )

        from . import access, actions, face, offers
        from .process import PROCESS

        declare_events(PROCESS)
        events.declare("intake.consulted", "窗口咨询", portal=True, icon="message-circle")
        case_faces.add("help", face.FACE)
        worklists.add("help", Worklist("请人帮忙", "help", access.WINDOW, face.waiting, order=5))
        intake.add("assessment", offers.ASSESSMENT)
        navigation.add("intake", MenuItem("办理", "一门式受理", "intake:start", "user-plus", access.WINDOW, order=2))
        shredders.add(
            "help", Shredder("求助时留下的说明、回电号码和求助人姓名", "答复满两年（假定值）", actions.forget)
        )
