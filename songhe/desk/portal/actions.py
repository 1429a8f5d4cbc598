"""What the portal itself writes: how large an account reads."""

from __future__ import annotations

from songhe.kernel.access.models import Account

SIZES = ("20", "24", "30")


def keep_size(account: Account, size: str) -> None:
    """Remember the size in which this account reads, on every device."""
    if size in SIZES and account.elder_mode != size:
        account.elder_mode = size
        account.save(update_fields=["elder_mode"])
