"""Django's entry for this room."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """协议."""

    name = "songhe.register.agreements"
    label = "agreements"
    verbose_name = "协议"
