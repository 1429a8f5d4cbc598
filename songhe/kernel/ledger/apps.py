"""Wiring of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Money, hours and points, in double entry."""

    name = "songhe.kernel.ledger"
    label = "ledger"
    verbose_name = "账本"
