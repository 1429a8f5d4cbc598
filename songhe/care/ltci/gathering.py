"""Gathering the facts of one provider's month: a fixed number of queries, however many visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock, policy
from songhe.kernel.process.deadlines import add_months
from songhe.register.agreements.models import Agreement
from songhe.register.people.models import CareLevel, Cover, Person, Stay
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Certificate, Worker

from .judging import CarerFacts, Month, Period, PersonFacts, PlanFacts, Rates, VisitFacts, week_of
from .models import ClaimLine, Enrolment

WHY = "judging a provider's month"
#: Grades by the words of the register, as the policy names them.
GRADES = {"初级": "beginner", "中级": "intermediate", "高级": "senior", "技师": "technician", "高级技师": "senior_technician"}


def visits_of(provider_id: UUID, month: date) -> list[VisitFacts]:
    """Visits of the month that were begun; visits nobody came to are no claims."""
    rows = Visit.objects.unscoped(WHY).filter(
        provider_id=provider_id, day__gte=month, day__lt=add_months(month, 1), state__in=["started", "done"],
        plan__funding="ltci",
    )
    return [
        VisitFacts(
            id=r[0], person_id=r[1], carer_id=r[2], plan_id=r[3], day=r[4], state=r[5], started_at=r[6], ended_at=r[7],
            minutes=r[8] or 0, planned_minutes=r[9], items=r[10], planned_items=r[11], flags=r[12], signed=r[13],
            staff_class=r[14],
        )
        for r in rows.order_by().values_list(
            "id", "person_id", "carer_id", "plan_id", "day", "state", "started_at", "ended_at", "minutes",
            "planned_minutes", "done_items", "items", "flags", "signed", "staff_class",
        )
    ]


def month_of(provider: Organisation, month: date, visits: Sequence[VisitFacts], filed_on: date) -> Month:
    """Everything that the judgment of these visits rests on."""
    until = add_months(month, 1)
    days = sorted({v.day for v in visits})
    people = {v.person_id for v in visits}
    return Month(
        provider_id=provider.pk,
        filed_on=filed_on,
        contracted=_contracts(provider.pk),
        people=people_facts(people, month, until),
        plans=_plans({v.plan_id for v in visits}),
        carers=_carers({v.carer_id for v in visits if v.carer_id}, month),
        rates={day: rates_on(day) for day in days},
        spent=_spent(people, month),
        elsewhere=_elsewhere(provider.pk, people, month, until),
        claimed=_claimed(provider.pk, month, until),
        weekly_minutes={(level, month): weekly_minutes(level, month) for level in range(-1, 7)},
    )


def rates_on(day: date) -> Rates:
    """Policy values of a day."""
    def v(key: str, **where: Any) -> Any:
        return policy.value(key, on=day, **where).value

    return Rates(
        fund_percent=int(v("ltci.home.fund_percent")),
        price_fen={c: int(v("ltci.home.price_fen_per_hour", staff_class=c)) for c in ("nurse", "carer_medical", "carer_health")},
        shortest=int(v("ltci.home.visit_minutes_minimum")),
        daily_cap=int(v("ltci.carer.daily_minutes_cap")),
        monthly_cap=int(v("ltci.carer.monthly_minutes_cap")),
        late_after_days=int(v("ltci.settlement.late_after_days")),
        speed_kmh=float(v("visits.travel_speed_kmh")),
    )


def weekly_minutes(level: int, on: date) -> int:
    """The weekly budget of a level, 0 where the level has none."""
    try:
        return int(policy.value("ltci.home.hours_per_week", on=on, level=level).value) * 60
    except policy.UnknownPolicy:
        return 0


def _contracts(provider_id: UUID) -> list[Period]:
    rows = Agreement.objects.unscoped(WHY).filter(party_b_id=provider_id, kind="ltci").order_by("starts")
    return [Period(s, e, True) for s, e in rows.values_list("starts", "ends")]


def people_facts(ids: Iterable[UUID], month: date, until: date) -> dict[UUID, PersonFacts]:
    """Facts of people over a period, in five queries."""
    wanted = list(ids)
    facts = {
        pk: PersonFacts(birth, death, home=(lng, lat) if lng is not None and lat is not None else None)
        for pk, birth, death, lng, lat in Person.objects.unscoped(WHY)
        .filter(pk__in=wanted).values_list("pk", "birth_date", "death_date", "lng", "lat")
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
    for pid, s, e, provider_id, form in enrolments.order_by("started_on").values_list(
        "person_id", "started_on", "ended_on", "provider_id", "form"
    ):
        # The day on which a service relation ends still belongs to it.
        facts[pid].enrolments.append(Period(s, e + timedelta(days=1) if e else None, (provider_id, form)))
    return facts


def _plans(ids: set[UUID]) -> dict[UUID, PlanFacts]:
    rows = CarePlan.objects.unscoped(WHY).filter(pk__in=ids).values_list("pk", "agreed_at", "starts", "ends")
    return {pk: PlanFacts(_local(agreed).date() if agreed else None, s, e) for pk, agreed, s, e in rows}


def _carers(ids: set[UUID], month: date) -> dict[UUID, CarerFacts]:
    certificates: dict[UUID, list[Period]] = {}
    rows = Certificate.objects.unscoped(WHY).filter(worker_id__in=ids).order_by("starts")
    for worker_id, s, e in rows.values_list("worker_id", "starts", "ends"):
        certificates.setdefault(worker_id, []).append(Period(s, e + timedelta(days=1) if e else None, True))
    found = {}
    workers = Worker.objects.unscoped(WHY).filter(pk__in=ids)
    for pk, s, e, staff_class, grade in workers.values_list("pk", "starts", "ends", "staff_class", "grade"):
        found[pk] = CarerFacts(
            paid_class(staff_class, grade, month), (Period(s, e, True),), tuple(certificates.get(pk, ()))
        )
    return found


def paid_class(staff_class: str, grade: str, on: date) -> str:
    """The class a carer is paid as: from 2024, 中级 and above count as 医疗照护."""
    if staff_class != "carer_health" or grade not in GRADES:
        return staff_class
    return str(policy.value("ltci.home.staff_class_equivalent", on=on, grade=GRADES[grade]).value)


def _spent(people: set[UUID], month: date) -> dict[tuple[UUID, date], int]:
    """Minutes already paid in the week that began before the month."""
    monday = week_of(month)
    if monday == month:
        return {}
    rows = (
        ClaimLine.objects.unscoped(WHY)
        .filter(person_id__in=people, day__gte=monday, day__lt=month, accepted=True, kind="visit")
        .exclude(statement__state="reversed")
        .values_list("person_id").annotate(total=Sum("quantity")).order_by()
    )
    return {(pid, monday): total for pid, total in rows}


def _elsewhere(
    provider_id: UUID, people: set[UUID], month: date, until: date
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    rows = (
        Visit.objects.unscoped(WHY)
        .filter(person_id__in=people, day__gte=month, day__lt=until, state="done")
        .exclude(provider_id=provider_id)
    )
    for pid, s, e in rows.order_by().values_list("person_id", "started_at", "ended_at"):
        found.setdefault(pid, []).append((_local(s), _local(e)))
    return found


def _claimed(provider_id: UUID, month: date, until: date) -> frozenset[UUID]:
    rows = (
        ClaimLine.objects.unscoped(WHY)
        .filter(statement__provider_id=provider_id, day__gte=month, day__lt=until, visit_id__isnull=False)
        .exclude(statement__state="reversed").exclude(statement__month=month)
    )
    return frozenset(rows.order_by().values_list("visit_id", flat=True))



def _local(at: datetime) -> datetime:
    return at.astimezone(clock.SHANGHAI)
