"""Monthly settlement 月度结算: visits → lines → statement; and the run over a whole month.

Each provider's month is one transaction with a unique key, so a run that dies in the middle is
simply run again: what was done stays, what was not is done. What a step does to the books is
said in :mod:`.booking`, what an officer decides about lines in :mod:`.reviewing`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum

from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import bulk, clock, events, parts
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system
from songhe.kernel.access.rights import area_q
from songhe.kernel.access.roles import Role
from songhe.kernel.crypto import sm3
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.guards import explained
from songhe.kernel.ids import uuid7_many
from songhe.kernel.process.deadlines import add_months
from songhe.kernel.process.firing import fire, open_cases
from songhe.register.people.models import CareLevel, Cover, Person, Stay
from songhe.register.sites.models import Organisation

from . import apart, bonus, days, gathering, judging
from .calendar import require_closed
from .facts import Line
from .models import ClaimLine, Enrolment, Statement
from .process import SETTLEMENT

WHY = "settling a month"
Progress = Callable[[int, int, str], None]


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
    """Providers that served anybody in the month, at home or in a home, in a steady order."""
    until = add_months(month, 1)
    visited = Visit.objects.unscoped(WHY).filter(
        day__gte=month, day__lt=until, state__in=["started", "done"], plan__funding="ltci"
    )
    relations = Enrolment.objects.unscoped(WHY).filter(gathering.related_in(month), form="institution")
    housed = Stay.objects.unscoped(WHY).filter(
        Q(ends__isnull=True) | Q(ends__gt=clock.midnight(month)), kind="institution", starts__lt=clock.midnight(until),
        organisation_id__in=relations.values("provider_id"),
    )
    ids = set(visited.order_by().values_list("provider_id", flat=True).distinct())
    ids |= set(housed.order_by().values_list("organisation_id", flat=True).distinct())
    return list(Organisation.objects.filter(pk__in=ids).order_by("pk"))


def providers_for(by: Post, month: date) -> list[Organisation]:
    """Those of them whose month ``by`` may draft: a provider its own, the insurer its area's, the clock all."""
    found = providers_of(month)
    if by.role == Role.SYSTEM:
        return found
    if by.role in (Role.COORDINATOR, Role.HOME):
        return [o for o in found if o.pk == by.organisation_id]
    if by.role == Role.INSURER and by.area_code:
        inside = set(Organisation.objects.filter(area_q("area_code", by.area_code)).values_list("pk", flat=True))
        return [o for o in found if o.pk in inside]
    raise Forbidden(f"您的岗位（{by.get_role_display()}）不能生成结算单")


def draft_month(
    month: date, *, by: Post, providers: Sequence[Organisation] | None = None, progress: Progress | None = None
) -> list[Statement]:
    """Draft the statements of a month that are not there yet, and judge drafts afresh.

    Refused for a month that still runs, and where a named provider has nothing to claim.
    """
    require_closed(month)
    allowed = providers_for(by, month)
    if providers is not None:
        known = {o.pk for o in allowed}
        for provider in providers:
            if provider.pk not in known:
                raise _nothing(provider, month) if _within(by, provider) else Missing("没有找到该机构，或它不在您的管辖范围内")
    wanted = allowed if providers is None else list(providers)
    made = []
    for at, provider in enumerate(wanted):
        if statement := draft(provider, month, by=by):
            made.append(statement)
        if progress:
            progress(at + 1, len(wanted), provider.name)
    return made


def _within(by: Post, provider: Organisation) -> bool:
    if by.role == Role.INSURER:
        return Organisation.objects.filter(area_q("area_code", by.area_code), pk=provider.pk).exists()
    return by.role == Role.SYSTEM or provider.pk == by.organisation_id


def _nothing(provider: Organisation, month: date) -> Refused:
    return Refused(
        "statement.nothing", f"{provider.name}在 {month.year} 年 {month.month} 月没有可结算的长护险服务", field="month",
        remedy="请核对上门服务是否已签到签退、入住登记是否完整。",
    )


@transaction.atomic
def draft(provider: Organisation, month: date, *, by: Post) -> Statement | None:
    """One provider's statement of a month. One that was filed already is left as it is (``None``)."""
    require_closed(month)
    _lock(provider)
    rows = Statement.objects.unscoped(WHY).filter(provider=provider, month=month)
    statement = rows.exclude(state="reversed").select_for_update(of=("self",)).first()
    if statement is not None and statement.state != "drafted":
        return None
    # A month that was filed once and returned or reversed is not late for that.
    before = rows.filter(filed_on__isnull=False).order_by("run").first()
    filed_on = before.filed_on if before is not None else clock.today()
    target = statement or Statement(
        provider=provider, month=month, run=rows.count() + 1, area_code=provider.area_code,
        filed_on=before.filed_on if before is not None else None,
    )
    claims = _claims(target, filed_on, statement)
    if statement is not None:
        ClaimLine.objects.unscoped(WHY).filter(statement=statement)._raw_delete("default")
        events.record("settlement.judged", by=by, subject=statement, data={"lines": len(claims)})
    elif claims:
        with explained():
            open_cases([target], by=by)
    else:
        return None
    bulk.insert(claims)
    target.judged_on = clock.today()
    total(target, claims)
    return target


def _lock(provider: Organisation) -> None:
    """The provider's row is the lock: two clerks who draft the same month wait for each other."""
    Organisation.objects.select_for_update().get(pk=provider.pk)


def _claims(target: Statement, filed_on: date, before: Statement | None) -> list[ClaimLine]:
    """All lines of a statement. ``before`` is the same statement, where it is being made anew."""
    provider, month = target.provider, target.month
    visits = gathering.visits_of(provider.pk, month)
    lines: list[ClaimLine] = []
    more = days.claims(provider.pk, month, filed_on)
    if visits:
        facts = gathering.month_of(provider, month, visits, filed_on, before)
        lines = _stored(target, judging.judge(visits, facts))
        more += bonus.earned(lines, bonus.claims(facts, month, facts.rates[max(facts.rates)].gap_days))
    for line in more:
        line.statement_id = target.pk
    return lines + more


def _stored(target: Statement, lines: Sequence[Line]) -> list[ClaimLine]:
    """Lines as rows, by position in the order of the model's fields: by name it takes twice as long."""
    rows: Iterable[tuple[Any, ...]] = (
        (
            pk, target.pk, "visit", n.visit_id, n.person_id, n.day, n.level, n.staff_class, n.served, n.quantity, n.price_fen,
            n.amount_fen, n.fund_fen, n.person_fen, n.refused_fen, n.accepted, n.outcome, list(n.refusals), n.bonus_minutes, n.decision,
            n.note,
        )
        for n, pk in zip(lines, uuid7_many(len(lines)), strict=True)
    )
    return [ClaimLine(*row) for row in rows]  # type: ignore[misc]  # the stubs know no positions


TOTALS = [
    "lines_total", "lines_accepted", "people", "minutes", "amount_fen", "fund_fen", "person_fen", "refused_fen", "digest",
    "judged_on",
]


def total(statement: Statement, claims: Sequence[ClaimLine]) -> None:
    """Write sums and digest of a statement, from all its lines."""
    paid = [c for c in claims if c.accepted]
    statement.lines_total, statement.lines_accepted = len(claims), len(paid)
    statement.people = len({c.person_id for c in claims})
    statement.minutes = sum(c.quantity for c in paid if c.kind == "visit")
    statement.amount_fen = sum(c.amount_fen for c in paid)
    statement.fund_fen = sum(c.fund_fen for c in paid)
    statement.person_fen = sum(c.person_fen for c in paid)
    statement.refused_fen = sum(c.refused_fen for c in claims)
    statement.digest = digest_of((c.person_id, c.day, c.kind, c.visit_id, c.quantity, c.fund_fen, c.person_fen) for c in paid)
    bulk.update([statement], TOTALS)


def digest_of(paid: Iterable[tuple[Any, ...]]) -> str:
    """SM3 over what would be paid, in a fixed order: fixes what was approved.

    ``paid`` are (person, day, kind, visit, quantity, fund fen, person fen) of the accepted lines.
    """
    rows = sorted([str(p), str(d), k, str(v), q, f, o] for p, d, k, v, q, f, o in paid)
    return sm3(json.dumps(rows, separators=(",", ":")).encode()).hex()


def digest_now(statement: Statement) -> str:
    """The digest of the lines as they are stored now."""
    rows = ClaimLine.objects.unscoped(WHY).filter(statement=statement, accepted=True).order_by()
    return digest_of(rows.values_list("person_id", "day", "kind", "visit_id", "quantity", "fund_fen", "person_fen"))


@transaction.atomic
def file(statement: Statement, *, by: Post) -> Statement:
    """File a draft: its lines are made once more from today's records, then it goes to the insurer."""
    draft(statement.provider, statement.month, by=by)
    statement.refresh_from_db(fields=TOTALS)
    return fire(statement, "submit", by=by)[0]


def _take_steps(provider: Organisation, month: date, steps: Sequence[str], post: Post) -> None:
    """Take a provider's month through the steps named, each a transaction of its own."""
    draft(provider, month, by=post)
    for step_name in steps[1:]:
        statement = (
            Statement.objects.unscoped(WHY)
            .filter(provider=provider, month=month, state__in=SETTLEMENT.by_step[step_name].sources)
            .select_related("provider").first()
        )
        if statement is not None:
            fire(statement, step_name, by=post)


@bulk.long_run()
def settle_month(
    month: date, *, by: Post | None = None, through: str = "pay", progress: Progress | None = None
) -> Settled:
    """Settle a whole month as the clock does it: draft, file, approve provider by provider, then pay.

    Safe to run again after a crash: every provider's steps are transactions of their own and are
    skipped where they have been done. Providers that serve nobody in common are settled side by
    side where the database takes several writers. ``through`` is the last step to take: draft,
    submit, approve or pay.
    """
    from .paying import pay_out

    require_closed(month)
    post = by or system()
    steps = ["draft", "submit", "approve"]
    last = len(steps) if through == "pay" else steps.index(through) + 1
    bulk.analyze(Visit, Punch, CarePlan, Person, Cover, CareLevel, Stay, Enrolment, ClaimLine, Statement)
    wanted = providers_of(month)
    told: list[str] = []

    def settled(providers: Sequence[Organisation]) -> None:
        for provider in providers:
            told.append(provider.name)
            if progress:
                progress(len(told), len(wanted), provider.name)

    together = apart.groups(wanted, month) if parts.several() else []

    def work(n: int) -> None:
        for provider in together[n]:
            _take_steps(provider, month, steps[:last], post)

    if len(together) > 1:
        parts.spread(work, len(together), lambda n: settled(together[n]))
    else:
        # All hang together, or this process is alone: one after the other, each told as it is through.
        for provider in wanted:
            _take_steps(provider, month, steps[:last], post)
            settled([provider])
    if through == "pay":
        approved = Statement.objects.unscoped(WHY).filter(month=month, state="approved").select_related("provider")
        if ready := list(approved):
            pay_out(ready, by=post)
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
