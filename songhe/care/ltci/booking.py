"""What the steps of a statement do: the checks before them, and the postings in the ledger.

The book ``ltci`` knows the fund, the bank it pays through, one account a provider and one a
person. Approval owes the provider what fund and person pay; payment takes the fund's part out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Sum

from songhe.kernel.errors import Refused
from songhe.kernel.ledger import actions as ledger
from songhe.kernel.ledger.models import Account, Posting
from songhe.kernel.process.firing import Firing, effect, writes
from songhe.register.sites.models import Organisation

from .models import ClaimLine, Statement
from .process import SETTLEMENT
from .settlement import digest_now

BOOK = "ltci"
WHY = "booking a statement"


@effect(SETTLEMENT, "submit")
@writes("filed_on")
def _submit(statements: Sequence[Statement], firing: Firing) -> None:
    """Only lines made just now are filed: what a phone told since then must be in them."""
    for statement in statements:
        if statement.judged_on is None or statement.judged_on < firing.today - timedelta(days=1):
            made = f"是 {statement.judged_on} 生成的" if statement.judged_on else "退回后尚未重新生成"
            raise Refused("statement.stale", f"{statement.number} 的明细{made}", remedy="请重新生成明细，核对后再申报。")
        statement.filed_on = statement.filed_on or firing.today


@effect(SETTLEMENT, "reject")
@writes("judged_on")
def _reject(statements: Sequence[Statement], firing: Firing) -> None:
    """A returned statement is judged afresh before it is filed again."""
    for statement in statements:
        statement.judged_on = None


@effect(SETTLEMENT, "approve")
def _approve(statements: Sequence[Statement], firing: Firing) -> None:
    """Put what was approved into the ledger: one posting a person and statement."""
    for statement in statements:
        if digest_now(statement) != statement.digest:
            raise Refused("statement.changed", f"{statement.number} 的明细在申报后有变动", remedy="请退回，由机构重新申报。")
        _post(statement, firing)


def _post(statement: Statement, firing: Firing) -> None:
    rows = list(
        ClaimLine.objects.unscoped(WHY).filter(statement=statement, accepted=True)
        .values_list("person_id").annotate(fund=Sum("fund_fen"), person=Sum("person_fen")).order_by("person_id")
    )
    if not rows:
        return
    fund, provider = _accounts(statement.provider)
    people = ledger.open_accounts(
        [
            ledger.NewAccount(BOOK, f"person:{pid}", "长护险个人自付", "fen", owner_kind="person", owner_id=pid)
            for pid, _, _ in rows
        ]
    )
    ledger.post_many(
        [
            ledger.NewPosting(
                key=f"ltci:{statement.number}:{pid}", kind="ltci.claim", on=firing.today, by=firing.by,
                memo=f"{statement.month:%Y-%m} 长护险 {statement.number}", lines=[(fund, -f), (account, -p), (provider, f + p)],
            )
            for (pid, f, p), account in zip(rows, people, strict=True)
        ]
    )


def _accounts(provider: Organisation) -> list[Account]:
    return ledger.open_accounts(
        [
            ledger.NewAccount(BOOK, "fund", "长护险基金", "fen"),
            ledger.NewAccount(
                BOOK, f"provider:{provider.pk}", provider.name, "fen", owner_kind="organisation", owner_id=provider.pk
            ),
        ]
    )


@effect(SETTLEMENT, "pay")
def _pay(statements: Sequence[Statement], firing: Firing) -> None:
    """Pay the fund's share out to the provider."""
    bank = ledger.open_account(BOOK, "bank", name="基金拨付户", unit="fen")
    wanted = []
    for statement in statements:
        if statement.fund_fen:
            _, provider = _accounts(statement.provider)
            wanted.append(
                ledger.NewPosting(
                    key=f"ltci:{statement.number}:paid", kind="ltci.payment", on=firing.today, by=firing.by,
                    memo=f"{statement.month:%Y-%m} 拨付 {statement.number}",
                    lines=[(provider, -statement.fund_fen), (bank, statement.fund_fen)],
                )
            )
    ledger.post_many(wanted)


@effect(SETTLEMENT, "reverse")
def _reverse(statements: Sequence[Statement], firing: Firing) -> None:
    """Take everything back that the statement posted; the provider may then file the month anew."""
    for statement in statements:
        postings = list(Posting.objects.filter(key__startswith=f"ltci:{statement.number}:", reverses=None).order_by("key"))
        ledger.reverse_many(postings, by=firing.by, reason=f"{statement.number} 冲正：{firing.reason}", on=firing.today)
