"""What makes a posting a posting: pure, without a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from songhe.kernel.crypto import sm3
from songhe.kernel.errors import Refused
from songhe.kernel.money import yuan

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A posting that is in order and not yet written; amounts are by account, none of them zero."""

    key: str
    kind: str
    on: date
    memo: str
    by_post_id: UUID | None
    reverses_id: UUID | None
    amounts: dict[UUID, int]
    digest: str


def plan(
    key: str,
    lines: Iterable[tuple[UUID, int]],
    *,
    on: date,
    kind: str = "",
    memo: str = "",
    by_post_id: UUID | None = None,
    reverses_id: UUID | None = None,
) -> Plan:
    """Check one posting and put it into its one form: lines of one account are added up.

    Raises Refused when it has no key, moves nothing, or does not sum to zero; TypeError for an
    amount that is no whole number (a fault of the programme, not of a clerk).
    """
    if not key:
        raise Refused("ledger.key", "这笔记账没有记账号，无法防止重复。", field="key")
    amounts: dict[UUID, int] = {}
    for account_id, amount in lines:
        if type(amount) is not int:
            raise TypeError(f"posting {key}: amounts are whole numbers, got {amount!r}")
        amounts[account_id] = amounts.get(account_id, 0) + amount
    amounts = {account_id: amount for account_id, amount in amounts.items() if amount}
    if not amounts:
        raise Refused("ledger.empty", f"记账“{key}”没有发生额。")
    if difference := sum(amounts.values()):
        raise Refused(
            "ledger.unbalanced",
            f"记账“{key}”借贷不平，差额 {difference}。",
            remedy="请核对各分录数额，合计须为零。",
        )
    if max(map(abs, amounts.values())) > _LARGEST:
        raise Refused("ledger.too_large", f"记账“{key}”的数额超出可记录的范围。")
    return Plan(key, kind, on, memo, by_post_id, reverses_id, amounts, digest(kind, on, amounts, reverses_id))


def digest(kind: str, on: date, amounts: dict[UUID, int], reverses_id: UUID | None) -> str:
    """SM3 of what a posting does. Who sent it and its memo are left out: a retry may differ there."""
    lines = sorted(f"{account_id.hex}:{amount}" for account_id, amount in amounts.items())
    text = "\n".join([kind, on.isoformat(), reverses_id.hex if reverses_id else "", *lines])
    return sm3(text.encode()).hex()


def refuse_other_content(planned: Plan, written_digest: str) -> None:
    """The same key may come again only with the same content."""
    if planned.digest != written_digest:
        raise Refused(
            "ledger.key_reused",
            f"记账号“{planned.key}”已用于内容不同的一笔记账。",
            field="key",
            remedy="如需更正，请先冲正原记账，再用新的记账号记账。",
        )


def refuse_below_floor(name: str, unit: str, floor: int, balance: int, change: int) -> None:
    """A change that lowers a balance may not end under the floor; one that raises it always may."""
    if change < 0 and balance + change < floor:
        held, asked = say(balance, unit), say(-change, unit)
        raise Refused(
            "ledger.floor",
            f"“{name}”余额不足：现有 {held}，本次支出 {asked}，最多可透支 {say(-floor, unit)}。" if floor else
            f"“{name}”余额不足：现有 {held}，本次支出 {asked}。",
            remedy="请减少数额，或先补足余额。",
        )


def say(amount: int, unit: str) -> str:
    """An amount as a clerk writes it.

    >>> say(123450, "fen"), say(-90, "minute"), say(5, "point")
    ('1,234.50 元', '-1 小时 30 分钟', '5 分')
    """
    if unit == "fen":
        return f"{yuan(amount)} 元"
    if unit == "point":
        return f"{amount} 分"
    hours, minutes = divmod(abs(amount), 60)
    sign = "-" if amount < 0 else ""
    if not hours:
        return f"{sign}{minutes} 分钟"
    return f"{sign}{hours} 小时 {minutes} 分钟" if minutes else f"{sign}{hours} 小时"
