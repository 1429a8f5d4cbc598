"""Balances and statements: always sums of entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet, Sum

from .models import Account, Entry


def balance(account: Account | UUID, on: date | None = None) -> int:
    """The balance of an account, at the end of a day where one is given."""
    entries = Entry.objects.filter(account=account)
    if on is not None:
        entries = entries.filter(posting__on__lte=on)
    return entries.aggregate(total=Sum("amount"))["total"] or 0


def balances(
    accounts: Iterable[Account | UUID] | QuerySet[Account], on: date | None = None
) -> dict[UUID, int]:
    """Balances of many accounts by id, in one query for a queryset; accounts without entries are 0."""
    if isinstance(accounts, QuerySet):
        found = dict.fromkeys(accounts.values_list("pk", flat=True), 0)
        entries = Entry.objects.filter(account__in=accounts.order_by())
    else:
        found = {account.pk if isinstance(account, Account) else account: 0 for account in accounts}
        entries = Entry.objects.filter(account__in=list(found))
    if on is not None:
        entries = entries.filter(posting__on__lte=on)
    found.update(entries.values_list("account").annotate(Sum("amount")).order_by())
    return found


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry of an account with the balance after it."""

    on: date
    key: str
    kind: str
    memo: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """对账单: what an account had, what moved, what it has; [since, until) in days."""

    account: Account
    since: date
    until: date
    opening: int
    lines: list[StatementLine]

    @property
    def closing(self) -> int:
        """The balance when the period ends."""
        return self.lines[-1].balance if self.lines else self.opening


def statement(account: Account, since: date, until: date) -> Statement:
    """The entries of an account from one day up to, not including, another."""
    entries = Entry.objects.filter(account=account)
    before = entries.filter(posting__on__lt=since).aggregate(total=Sum("amount"))["total"] or 0
    rows = entries.filter(posting__on__gte=since, posting__on__lt=until).order_by(
        "posting__on", "posting_id", "id"
    )
    running, lines = before, []
    for on, key, kind, memo, amount in rows.values_list(
        "posting__on", "posting__key", "posting__kind", "posting__memo", "amount"
    ):
        running += amount
        lines.append(StatementLine(on, key, kind, memo, amount, running))
    return Statement(account, since, until, before, lines)
