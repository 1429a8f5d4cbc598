"""What holds in the books whatever happened: crash, race or a hand in the database."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from songhe.kernel.invariants import Violation, invariant

from .models import Account, Entry, Posting
from .rules import say


def check() -> list[Violation]:
    """All violations of the ledger; an empty list is what should come."""
    return list(chain(balanced(), with_entries(), one_unit(), above_floors(), mirrored()))


@invariant("ledger.balanced", "每笔记账合计为零")
def balanced() -> Iterator[Violation]:
    """Sum of each posting."""
    sums = Entry.objects.values("posting").annotate(total=Sum("amount")).exclude(total=0).order_by()
    for posting_id, total in sums.values_list("posting", "total"):
        yield Violation(f"posting {posting_id}", f"借贷不平，差额 {total}", key="ledger.balanced")


@invariant("ledger.entries", "每笔记账都有分录")
def with_entries() -> Iterator[Violation]:
    """A posting without entries is half a posting."""
    for pk in Posting.objects.filter(entries__isnull=True).order_by().values_list("pk", flat=True):
        yield Violation(f"posting {pk}", "没有分录", key="ledger.entries")


@invariant("ledger.units", "一笔记账只用一种单位")
def one_unit() -> Iterator[Violation]:
    """Fen, minutes and points never meet in one posting."""
    units = Entry.objects.values("posting").annotate(units=Count("account__unit", distinct=True))
    for pk in units.filter(units__gt=1).order_by().values_list("posting", flat=True):
        yield Violation(f"posting {pk}", "混用了不同单位的账户", key="ledger.units")


@invariant("ledger.floors", "余额不低于下限")
def above_floors() -> Iterator[Violation]:
    """Balances of accounts that have a floor."""
    accounts = Account.objects.filter(floor__isnull=False)
    below = accounts.annotate(total=Coalesce(Sum("entries__amount"), 0)).filter(total__lt=F("floor"))
    for account in below.order_by():
        amount = say(account.total, account.unit)
        yield Violation(f"account {account.pk}", f"余额 {amount} 低于下限", key="ledger.floors")


@invariant("ledger.reversals", "冲正与原记账互为镜像")
def mirrored() -> Iterator[Violation]:
    """Each reversal takes back exactly what its posting did."""
    left: dict[tuple[object, object], int] = {}
    reversed_entries = Entry.objects.filter(posting__reversal__isnull=False)
    for posting_id, account_id, amount in reversed_entries.values_list("posting", "account", "amount"):
        left[posting_id, account_id] = left.get((posting_id, account_id), 0) + amount
    reversals = Entry.objects.filter(posting__reverses__isnull=False)
    for posting_id, account_id, amount in reversals.values_list("posting__reverses", "account", "amount"):
        left[posting_id, account_id] = left.get((posting_id, account_id), 0) + amount
    for posting_id in {posting_id for (posting_id, _), rest in left.items() if rest}:
        yield Violation(f"posting {posting_id}", "冲正与原记账不符", key="ledger.reversals")
