"""Gathering the facts of one provider's month: a fixed number of queries, however many visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import clock, policy
from songhe.kernel.money import Rounding
from songhe.kernel.process.deadlines import add_months
from songhe.register.agreements.models import Agreement
from songhe.register.people.models import CareLevel, Cover, Person, Stay
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Certificate, Worker
from songhe.register.workforce.rules import pay_class

from .facts import (
    Busy,
    CarerFacts,
    Decision,
    Month,
    Period,
    PersonFacts,
    PlanFacts,
    Rates,
    Relation,
    VisitFacts,
    week_of,
)
from .judging import CLASSES
from .models import ClaimLine, Enrolment, Pause, Statement

WHY = "judging a provider's month"
LEVELS = range(-1, 7)
_ROUNDINGS = {"half_up_fen_per_line": Rounding.HALF_UP, "down_fen_per_line": Rounding.DOWN, "up_fen_per_line": Rounding.UP}
_VISIT = (
    "id", "person_id", "carer_id", "plan_id", "day", "state", "started_at", "ended_at", "minutes", "planned_minutes",
    "done_items", "items", "flags", "signed", "staff_class",
)


def related_in(month: date) -> Q:
    """Service relations that run on any day of the month."""
    return Q(Q(ended_on__isnull=True) | Q(ended_on__gte=month), started_on__lt=add_months(month, 1))


def visits_of(provider_id: UUID, month: date) -> list[VisitFacts]:
    """Visits of the month of which a phone told anything; visits nobody came to are no claims."""
    left_only = Exists(Punch.objects.filter(visit=OuterRef("pk"), kind=Punch.Kind.OUT))
    rows = Visit.objects.unscoped(WHY).filter(
        Q(state__in=["started", "done"]) | Q(left_only, state__in=["assigned", "missed"]),
        provider_id=provider_id, day__gte=month, day__lt=add_months(month, 1), plan__funding="ltci",
    )
    return facts_of(rows)


def facts_of(rows: QuerySet[Any]) -> list[VisitFacts]:
    """Stored visits as the judge sees them."""
    return [
        VisitFacts(
            id=r[0], person_id=r[1], carer_id=r[2], plan_id=r[3], day=r[4], state=r[5], started_at=r[6], ended_at=r[7],
            minutes=r[8] or 0, planned_minutes=r[9], items=r[10], planned_items=r[11], flags=r[12], signed=r[13],
            staff_class=r[14],
        )
        for r in rows.order_by().values_list(*_VISIT)
    ]


def month_of(
    provider: Organisation, month: date, visits: Sequence[VisitFacts], filed_on: date, statement: Statement | None = None
) -> Month:
    """Everything that the judgment of these visits rests on. ``statement`` is the draft being made anew."""
    until = add_months(month, 1)
    people = {v.person_id for v in visits}
    paid = ClaimLine.objects.unscoped(WHY).filter(accepted=True, kind="visit").exclude(statement__state="reversed")
    if statement is not None:
        paid = paid.exclude(statement=statement)
    return Month(
        provider_id=provider.pk,
        filed_on=filed_on,
        contracted=contracts(provider.pk),
        people=people_facts(people, month, until),
        plans=_plans({v.plan_id for v in visits}),
        carers=_carers({v.carer_id for v in visits if v.carer_id}, provider.pk, month),
        rates={day: rates_on(day) for day in sorted({v.day for v in visits})},
        spent=_spent(paid, people, month, until),
        bonus_spent=_bonus_spent(paid, people, month, until),
        elsewhere=_elsewhere(provider.pk, people, month, until),
        claimed=_claimed(provider.pk, month, until, statement),
        decisions=_decisions(statement),
    )


def rates_on(day: date) -> Rates:
    """Policy values of a day."""
    def v(key: str, **where: Any) -> Any:
        return policy.value(key, on=day, **where).value

    return Rates(
        fund_percent=int(v("ltci.home.fund_percent")),
        price_fen={c: int(v("ltci.home.price_fen_per_hour", staff_class=c)) for c in CLASSES},
        weekly={level: weekly_minutes(level, day) for level in LEVELS},
        shortest=int(v("ltci.home.visit_minutes_minimum")),
        step=int(v("ltci.settlement.minutes_step")),
        rounding=rounding(day),
        daily_cap=int(v("ltci.carer.daily_minutes_cap")),
        monthly_cap=int(v("ltci.carer.monthly_minutes_cap")),
        late_after_days=int(v("ltci.settlement.late_after_days")),
        speed_kmh=float(v("visits.travel_speed_kmh")),
        overlap_allowed=bool(v("visits.overlap_allowed")),
        gap_days=int(v("ltci.home.bonus.gap_days")),
    )


def rounding(day: date) -> str:
    """How the fund's share of a line is rounded: the policy's words as the kernel's rule."""
    return _ROUNDINGS[str(policy.value("ltci.settlement.rounding", on=day).value)]


def weekly_minutes(level: int, on: date) -> int:
    """The weekly budget of a level, 0 where the level has none."""
    try:
        return int(policy.value("ltci.home.hours_per_week", on=on, level=level).value) * 60
    except policy.UnknownPolicy:
        return 0


def day_rate(level: int | None, on: date) -> int:
    """Fen a day of residence at a level, 0 where the level has no rate."""
    try:
        return int(policy.value("ltci.institution.day_rate_fen", on=on, level=level).value)
    except policy.UnknownPolicy:
        return 0


def contracts(provider_id: UUID) -> list[Period]:
    """When the provider had a contract with the insurance."""
    rows = Agreement.objects.unscoped(WHY).filter(party_b_id=provider_id, kind="ltci").order_by("starts")
    return [Period(s, e, True) for s, e in rows.values_list("starts", "ends")]


def people_facts(ids: Iterable[UUID], month: date, until: date) -> dict[UUID, PersonFacts]:
    """Facts of people over a period, in six queries."""
    wanted = list(ids)
    if not wanted:
        return {}
    facts = {
        pk: PersonFacts(birth, death, home=(lng, lat) if lng is not None and lat is not None else None)
        for pk, birth, death, lng, lat in Person.objects.unscoped(WHY)
        .filter(pk__in=wanted).order_by().values_list("pk", "birth_date", "death_date", "lng", "lat")
    }

    def within(rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(person_id__in=wanted).order_by("starts")

    for pid, s, e, kind, claimed in within(Cover.objects.unscoped(WHY)).values_list(
        "person_id", "starts", "ends", "kind", "pension_claimed"
    ):
        facts[pid].covers.append(Period(s, e, (kind, claimed)))
    for pid, s, e, level in within(CareLevel.objects.unscoped(WHY).filter(scheme="shanghai")).values_list(
        "person_id", "starts", "ends", "level"
    ):
        facts[pid].levels.append(Period(s, e, level))
    stays = Stay.objects.unscoped(WHY).filter(
        Q(ends__isnull=True) | Q(ends__gte=clock.midnight(month)), starts__lt=clock.midnight(until)
    )
    for pid, at, end, kind in within(stays).values_list("person_id", "starts", "ends", "kind"):
        facts[pid].stays.append((_local(at), _local(end) if end else None, kind))
    enrolments = Enrolment.objects.unscoped(WHY).filter(person_id__in=wanted, started_on__isnull=False)
    for pid, s, e, provider_id, form, bonus in enrolments.order_by("started_on").values_list(
        "person_id", "started_on", "ended_on", "provider_id", "form", "bonus"
    ):
        # The day on which a service relation ends still belongs to it.
        facts[pid].enrolments.append(Period(s, e + timedelta(days=1) if e else None, Relation(provider_id, form, bonus)))
    pauses = Pause.objects.unscoped(WHY).filter(enrolment__person_id__in=wanted).order_by("starts")
    for pid, s, e, kind in pauses.values_list("enrolment__person_id", "starts", "ends", "kind"):
        facts[pid].pauses.append(Period(s, e, kind))
    return facts


def _plans(ids: set[UUID]) -> dict[UUID, PlanFacts]:
    rows = CarePlan.objects.unscoped(WHY).filter(pk__in=ids).values_list("pk", "agreed_at", "starts", "ends")
    return {pk: PlanFacts(_local(agreed).date() if agreed else None, s, e) for pk, agreed, s, e in rows.order_by()}


def _carers(ids: set[UUID], provider_id: UUID, month: date) -> dict[UUID, CarerFacts]:
    """Carers with their employment here, and the certificates that their occupation asks for."""
    held: dict[UUID, list[tuple[str, Period]]] = {}
    rows = Certificate.objects.unscoped(WHY).filter(worker_id__in=ids).order_by("starts")
    for worker_id, kind, s, e in rows.values_list("worker_id", "kind", "starts", "ends"):
        held.setdefault(worker_id, []).append((kind, Period(s, e + timedelta(days=1) if e else None, True)))
    found = {}
    workers = Worker.objects.unscoped(WHY).filter(pk__in=ids).order_by()
    for pk, own, s, e, occupation, staff_class, grade in workers.values_list(
        "pk", "organisation_id", "starts", "ends", "occupation", "staff_class", "grade"
    ):
        asked = _certificates(occupation, month)
        certified = tuple(p for kind, p in held.get(pk, ()) if not asked or kind in asked)
        employed = (Period(s, e, True),) if own == provider_id else ()
        found[pk] = CarerFacts(pay_class(staff_class, grade, month)[0], employed, certified)
    return found


def _certificates(occupation: str, on: date) -> frozenset[str]:
    try:
        return frozenset(policy.value("register.certificate.required", on=on, occupation=occupation).value)
    except policy.UnknownPolicy:
        return frozenset()


def _spent(paid: QuerySet[Any], people: set[UUID], month: date, until: date) -> dict[tuple[UUID, date], int]:
    """Weekly minutes that other statements pay in the weeks this month touches: another month, another provider."""
    first, last = week_of(month), week_of(until - timedelta(days=1)) + timedelta(days=6)
    rows = paid.filter(person_id__in=people, day__range=(first, last)).order_by()
    found: dict[tuple[UUID, date], int] = {}
    for pid, day, minutes, bonus in rows.values_list("person_id", "day").annotate(
        minutes=Sum("quantity"), bonus=Sum("bonus_minutes")
    ):
        week = (pid, week_of(day))
        found[week] = found.get(week, 0) + minutes - bonus
    return found


def _bonus_spent(paid: QuerySet[Any], people: set[UUID], month: date, until: date) -> dict[tuple[UUID, date], int]:
    rows = paid.filter(person_id__in=people, day__gte=month, day__lt=until, bonus_minutes__gt=0).order_by()
    return {(pid, month): total for pid, total in rows.values_list("person_id").annotate(total=Sum("bonus_minutes"))}


def _elsewhere(provider_id: UUID, people: set[UUID], month: date, until: date) -> dict[UUID, list[Busy]]:
    found: dict[UUID, list[Busy]] = {}
    rows = (
        Visit.objects.unscoped(WHY)
        .filter(person_id__in=people, day__gte=month, day__lt=until, state="done")
        .exclude(provider_id=provider_id)
    )
    for pid, s, e, pk in rows.order_by().values_list("person_id", "started_at", "ended_at", "pk"):
        found.setdefault(pid, []).append(Busy(_local(s), _local(e), pk))
    return found


def _claimed(provider_id: UUID, month: date, until: date, statement: Statement | None) -> frozenset[UUID]:
    """Visits of this month that another statement already holds."""
    own = Visit.objects.filter(provider_id=provider_id, day__gte=month, day__lt=until)
    rows = ClaimLine.objects.unscoped(WHY).filter(visit_id__in=own.values("pk")).exclude(statement__state="reversed")
    if statement is not None:
        rows = rows.exclude(statement=statement)
    return frozenset(rows.order_by().values_list("visit_id", flat=True))


def _decisions(statement: Statement | None) -> dict[UUID, Decision]:
    """What officers decided about visits of this statement when it was filed before."""
    if statement is None:
        return {}
    rows = ClaimLine.objects.unscoped(WHY).filter(statement=statement, visit_id__isnull=False).exclude(decision="")
    return {pk: Decision(what, note) for pk, what, note in rows.order_by().values_list("visit_id", "decision", "note")}


def _local(at: datetime) -> datetime:
    return at.astimezone(clock.SHANGHAI)
