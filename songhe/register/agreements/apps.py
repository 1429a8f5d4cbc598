"""Django's entry for this room."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """协议."""

    name = "songhe.register.agreements"
    label = "agreements"
    verbose_name = "协议"

    def ready(self) -> None:
        """Declare rights, events and the entry of the navigation."""
        from songhe.kernel import events
        from songhe.kernel.registry import MenuItem, navigation

        from . import access

        events.declare("agreement.concluded", "登记了协议", icon="writing-sign")
        events.declare("agreement.ended", "终止了协议", icon="circle-x")
        navigation.add(
            "agreements", MenuItem("一本账", "协议", "agreements:list", "writing-sign", access.READERS, order=330)
        )
