"""Monthly settlement 月度结算: visits → lines → statement → ledger → payment, and back again.

Each provider's month is one transaction with a unique key, so a run that dies in the middle is
simply run again: what was done stays, what was not is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum

from songhe.delivery.visits.models import Visit
from songhe.kernel import bulk, clock, events
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system
from songhe.kernel.crypto import sm3
from songhe.kernel.errors import Refused
from songhe.kernel.ledger import actions as ledger
from songhe.kernel.ledger.models import Posting
from songhe.kernel.process.deadlines import add_months
from songhe.kernel.process.firing import Firing, effect, fire, open_cases, writes
from songhe.register.people.models import Stay
from songhe.register.sites.models import Organisation

from . import days, gathering, judging
from .models import ClaimLine, Statement
from .process import SETTLEMENT

BOOK = "ltci"
WHY = "settling a month"


@dataclass(frozen=True)
class Settled:
    """What a run of settlement did; fen."""

    month: date
    statements: int
    lines: int
    accepted: int
    amount_fen: int
    fund_fen: int
    person_fen: int
    refused_fen: int


def providers_of(month: date) -> list[Organisation]:
    """Providers that served anybody in the month, at home or in a home."""
    until = add_months(month, 1)
    visited = Visit.objects.unscoped(WHY).filter(
        day__gte=month, day__lt=until, state__in=["started", "done"], plan__funding="ltci"
    )
    housed = Stay.objects.unscoped(WHY).filter(
        Q(ends__isnull=True) | Q(ends__gt=clock.midnight(month)), kind="institution", starts__lt=clock.midnight(until),
        organisation_id__isnull=False,
    )
    ids = set(visited.order_by().values_list("provider_id", flat=True).distinct())
    ids |= set(housed.order_by().values_list("organisation_id", flat=True).distinct())
    return list(Organisation.objects.filter(pk__in=ids, is_ltci_provider=True).order_by("pk"))


def draft_month(
    month: date,
    *,
    by: Post,
    providers: Sequence[Organisation] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Statement]:
    """Draft the statements of a month that are not there yet, and judge drafts afresh."""
    if month.day != 1:
        raise Refused("month", "结算月份应为当月一日", field="month")
    if month >= clock.today().replace(day=1):
        raise Refused("month.running", f"{month:%Y 年 %m 月}尚未结束，不能结算", field="month",
                      remedy="请在次月初申报。")
    wanted = list(providers) if providers is not None else providers_of(month)
    made = []
    for at, provider in enumerate(wanted):
        if statement := draft(provider, month, by=by):
            made.append(statement)
        if progress:
            progress(at + 1, len(wanted), provider.name)
    return made


@transaction.atomic
def draft(provider: Organisation, month: date, *, by: Post) -> Statement | None:
    """One provider's statement of a month. One that was submitted already is left as it is."""
    # The provider's row is the lock: two clerks who draft the same month wait for each other.
    Organisation.objects.select_for_update().get(pk=provider.pk)
    rows = Statement.objects.unscoped(WHY).filter(provider=provider, month=month)
    statement = rows.exclude(state="reversed").first()
    if statement is not None and statement.state != "drafted":
        return None
    visits = gathering.visits_of(provider.pk, month)
    lines = judging.judge(visits, gathering.month_of(provider, month, visits, clock.today())) if visits else []
    claims = [_claim(line) for line in lines] + days.claims(provider.pk, month)
    if not claims:
        return None
    if statement is None:
        statement = Statement(
            provider=provider, month=month, run=rows.count() + 1, area_code=provider.area_code
        )
        open_cases([statement], by=by)
    else:
        ClaimLine.objects.unscoped(WHY).filter(statement=statement).delete()
    for claim in claims:
        claim.statement_id = statement.pk
    bulk.insert(claims)
    _total(statement, claims)
    return statement


def _claim(line: judging.Line) -> ClaimLine:
    return ClaimLine(
        kind="visit", visit_id=line.visit_id, person_id=line.person_id, day=line.day, level=line.level,
        staff_class=line.staff_class, served=line.served, quantity=line.quantity, price_fen=line.price_fen,
        amount_fen=line.amount_fen, fund_fen=line.fund_fen, person_fen=line.person_fen, refused_fen=line.refused_fen,
        accepted=line.accepted, refusals=list(line.refusals),
    )


TOTALS = ["lines_total", "lines_accepted", "people", "minutes", "amount_fen", "fund_fen", "person_fen", "refused_fen", "digest"]


def _total(statement: Statement, claims: Sequence[ClaimLine]) -> None:
    """Sums and digest of a statement, from its lines."""
    paid = [c for c in claims if c.accepted]
    statement.lines_total, statement.lines_accepted = len(claims), len(paid)
    statement.people = len({c.person_id for c in claims})
    statement.minutes = sum(c.quantity for c in paid if c.kind == "visit")
    statement.amount_fen = sum(c.amount_fen for c in paid)
    statement.fund_fen = sum(c.fund_fen for c in paid)
    statement.person_fen = sum(c.person_fen for c in paid)
    statement.refused_fen = sum(c.refused_fen for c in claims)
    statement.digest = digest_of(claims)
    bulk.update([statement], TOTALS)


def digest_of(claims: Sequence[ClaimLine]) -> str:
    """SM3 over what would be paid, in a fixed order: fixes what was approved."""
    rows = sorted([str(c.person_id), str(c.day), str(c.visit_id), c.quantity, c.fund_fen, c.person_fen] for c in claims if c.accepted)
    return sm3(json.dumps(rows, separators=(",", ":")).encode()).hex()


@transaction.atomic
def release(statement: Statement, line_ids: Sequence[UUID], *, by: Post, reason: str) -> int:
    """Pay lines that were held back, after they were looked into. Only while the statement is being checked."""
    from .refusals import catalogue

    if len(reason.strip()) < 2:
        raise Refused("reason_missing", "请填写核查结论", field="reason")
    locked = Statement.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=statement.pk, state="submitted").first()
    if locked is None:
        raise Refused("statement.not_submitted", "只有待审核的结算单可以解除暂缓")
    known = catalogue()
    lines = list(ClaimLine.objects.unscoped(WHY).filter(statement=locked, pk__in=list(line_ids), accepted=False))
    months = {d: gathering.rates_on(d) for d in {c.day for c in lines}}
    for line in lines:
        if any(known[c].severity == "reject" for c in line.refusals):
            raise Refused("line.rejected", f"{line.day} 的一条明细属于不予支付，不能解除", field="lines")
        line.quantity = line.served
        line.amount_fen = judging.amount(line.served, line.price_fen)
        line.fund_fen = judging.part(line.amount_fen, months[line.day].fund_percent)
        line.person_fen, line.refused_fen = line.amount_fen - line.fund_fen, 0
        line.accepted = line.quantity > 0
    bulk.update(lines, ["quantity", "amount_fen", "fund_fen", "person_fen", "refused_fen", "accepted"])
    _total(locked, list(ClaimLine.objects.unscoped(WHY).filter(statement=locked)))
    events.record("settlement.released", by=by, subject=locked, reason=reason, data={"lines": len(lines)})
    return len(lines)


@effect(SETTLEMENT, "approve")
def _approve(statements: Sequence[Statement], firing: Firing) -> None:
    """Put what was approved into the ledger: one posting a person and statement."""
    for statement in statements:
        lines = list(ClaimLine.objects.unscoped(WHY).filter(statement=statement))
        if digest_of(lines) != statement.digest:
            raise Refused("statement.changed", f"{statement.number} 的明细在申报后有变动，请退回重新申报")
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
    on = firing.today
    ledger.post_many(
        [
            ledger.NewPosting(
                key=f"ltci:{statement.number}:{pid}", kind="ltci.claim", on=on, by=firing.by,
                memo=f"{statement.month:%Y-%m} 长护险 {statement.number}",
                lines=[(fund, -f), (account, -p), (provider, f + p)] if p else [(fund, -f), (provider, f)],
            )
            for (pid, f, p), account in zip(rows, people, strict=True)
            if f
        ]
    )


def _accounts(provider: Organisation) -> list[ledger.Account]:
    return ledger.open_accounts(
        [
            ledger.NewAccount(BOOK, "fund", "长护险基金", "fen"),
            ledger.NewAccount(BOOK, f"provider:{provider.pk}", provider.name, "fen", owner_kind="organisation", owner_id=provider.pk),
        ]
    )


@effect(SETTLEMENT, "pay")
def _pay(statements: Sequence[Statement], firing: Firing) -> None:
    """Pay the fund's share out to the provider."""
    bank = ledger.open_account(BOOK, "bank", name="基金拨付户", unit="fen")
    wanted = []
    for statement in statements:
        _, provider = _accounts(statement.provider)
        if statement.fund_fen:
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


@effect(SETTLEMENT, "reject")
@writes("digest")
def _reject(statements: Sequence[Statement], firing: Firing) -> None:
    """A returned statement is judged afresh before it is filed again."""
    for statement in statements:
        statement.digest = ""


@effect(SETTLEMENT, "submit")
def _submit(statements: Sequence[Statement], firing: Firing) -> None:
    """What was returned must have been judged again."""
    for statement in statements:
        if not statement.digest:
            raise Refused("statement.stale", f"{statement.number} 退回后尚未重新生成明细", remedy="请先重新生成，再申报。")


def settle_month(
    month: date,
    *,
    by: Post | None = None,
    through: str = "pay",
    progress: Callable[[int, int, str], None] | None = None,
) -> Settled:
    """Settle a whole month as the clock does it: draft, file, approve, pay, provider by provider.

    Safe to run again after a crash: every step of every provider is its own transaction and is
    skipped where it has been done. ``through`` is the last step to take.
    """
    post = by or system()
    steps = ["draft", "submit", "approve", "pay"]
    last = steps.index(through)
    wanted = providers_of(month)
    for at, provider in enumerate(wanted):
        draft(provider, month, by=post)
        for step_name in steps[1 : last + 1]:
            source = SETTLEMENT.by_step[step_name].sources
            rows = Statement.objects.unscoped(WHY).filter(provider=provider, month=month, state__in=source)
            statement = rows.select_related("provider").first()
            if statement is not None:
                fire(statement, step_name, by=post)
        if progress:
            progress(at + 1, len(wanted), provider.name)
    return summary(month)


def summary(month: date) -> Settled:
    """The month's totals over all statements that stand."""
    n = (
        Statement.objects.unscoped(WHY).filter(month=month).exclude(state="reversed").aggregate(
            statements=Count("pk"), lines=Sum("lines_total"), accepted=Sum("lines_accepted"), amount=Sum("amount_fen"),
            fund=Sum("fund_fen"), person=Sum("person_fen"), refused=Sum("refused_fen"),
        )
    )
    return Settled(
        month, n["statements"], n["lines"] or 0, n["accepted"] or 0, n["amount"] or 0, n["fund"] or 0, n["person"] or 0,
        n["refused"] or 0,
    )


def last_month(today: date) -> date:
    """First day of the month before."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
