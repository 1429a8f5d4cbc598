"""Judging a month of visits: what is paid, what is not, and why. Pure, over one provider's month.

Facts come in as plain tuples and periods; lines come out. Nothing here reads a database or a
clock, so the same month judged again gives the same lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from songhe.delivery import catalogue
from songhe.engines.geo import haversine_metres
from songhe.kernel import clock

from . import entitlement
from .refusals import blocks, worst_first

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A visit as it was served. Minutes are whole; flags are the remarks on its evidence."""

    id: UUID
    person_id: UUID
    carer_id: UUID | None
    plan_id: UUID
    day: date
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    minutes: int
    planned_minutes: int
    items: Sequence[int]
    planned_items: Sequence[int]
    flags: Sequence[str]
    signed: bool
    staff_class: str


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open period of days with what it says."""

    starts: date
    ends: date | None
    value: Any

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(slots=True)
class PersonFacts:
    """What is known about a person over the month; each list in order of its start."""

    birth_date: date
    death_date: date | None = None
    covers: list[Period] = field(default_factory=list)
    levels: list[Period] = field(default_factory=list)
    stays: list[tuple[datetime, datetime | None, str]] = field(default_factory=list)
    enrolments: list[Period] = field(default_factory=list)
    home: Point | None = None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan: since when it was agreed, and its period."""

    agreed_on: date | None
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class CarerFacts:
    """A carer: class she is paid as, employment, certificates."""

    staff_class: str
    employed: tuple[Period, ...]
    certified: tuple[Period, ...]


@dataclass(frozen=True)
class Rates:
    """Policy values of one day: percents, fen an hour by class, minutes."""

    fund_percent: int
    price_fen: Mapping[str, int]
    shortest: int
    daily_cap: int
    monthly_cap: int
    late_after_days: int
    speed_kmh: float


@dataclass(frozen=True, slots=True)
class Line:
    """A judged visit. ``quantity`` are the minutes paid, ``served`` those served; fen throughout."""

    visit_id: UUID
    person_id: UUID
    day: date
    level: int | None
    staff_class: str
    served: int
    quantity: int
    price_fen: int
    amount_fen: int
    fund_fen: int
    person_fen: int
    refused_fen: int
    accepted: bool
    refusals: tuple[str, ...]


@dataclass
class Month:
    """Everything one provider's month is judged on.

    ``spent`` are minutes already paid in the week that began in the month before; ``elsewhere``
    other providers' visits to the same people; ``claimed`` visits that an earlier statement holds.
    """

    provider_id: UUID
    filed_on: date
    contracted: Sequence[Period]
    people: Mapping[UUID, PersonFacts]
    plans: Mapping[UUID, PlanFacts]
    carers: Mapping[UUID, CarerFacts]
    rates: Mapping[date, Rates]
    spent: Mapping[tuple[UUID, date], int] = field(default_factory=dict)
    elsewhere: Mapping[UUID, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)
    claimed: frozenset[UUID] = frozenset()
    weekly_minutes: Mapping[tuple[int, date], int] = field(default_factory=dict)


def week_of(day: date) -> date:
    """The Monday of a day's week.

    >>> week_of(date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def judge(visits: Sequence[VisitFacts], month: Month) -> list[Line]:
    """Lines for all visits, in order of time. Later visits bear what an overlap or a cap costs."""
    ordered = sorted(visits, key=lambda v: (v.started_at or clock.midnight(v.day), v.id))
    lines: list[Line] = []
    spent: dict[tuple[UUID, date], int] = defaultdict(int, month.spent)
    by_carer: dict[UUID, VisitFacts] = {}
    by_person: dict[UUID, datetime] = {}
    carer_day: dict[tuple[UUID, date], int] = defaultdict(int)
    carer_month: dict[UUID, int] = defaultdict(int)
    for visit in ordered:
        rates = month.rates[visit.day]
        person = month.people[visit.person_id]
        codes = _standing(visit, person, month, rates)
        codes += _evidence(visit, rates)
        if visit.started_at and visit.ended_at:
            codes += _clashes(visit, by_carer, by_person, month, rates)
            if visit.carer_id:
                before = by_carer.get(visit.carer_id)
                if before is None or before.ended_at is None or visit.ended_at > before.ended_at:
                    by_carer[visit.carer_id] = visit
                carer_day[visit.carer_id, visit.day] += visit.minutes
                carer_month[visit.carer_id] += visit.minutes
                if carer_day[visit.carer_id, visit.day] > rates.daily_cap:
                    codes.append("carer_over_daily_cap")
                if carer_month[visit.carer_id] > rates.monthly_cap:
                    codes.append("carer_over_monthly_cap")
            last = by_person.get(visit.person_id)
            by_person[visit.person_id] = max(last, visit.ended_at) if last else visit.ended_at
        carer = month.carers.get(visit.carer_id) if visit.carer_id else None
        lines.append(_line(visit, person, codes, _paid_as(visit, carer), rates, month, spent))
    return lines



def holding(periods: Sequence[Period], day: date) -> Period | None:
    """The period that holds a day, the latest where data should overlap."""
    for period in reversed(periods):
        if period.starts <= day and (period.ends is None or day < period.ends):
            return period
    return None


def _standing(visit: VisitFacts, person: PersonFacts, month: Month, rates: Rates) -> list[str]:
    """Whether the person, the provider and the plan stood as they must on that day."""
    day = visit.day
    codes, _ = entitled(person, day)
    codes = list(codes)
    at = visit.started_at
    if at is not None:
        for starts, ends, kind in person.stays:
            if kind == "hospital" and starts <= at and (ends is None or at < ends):
                codes.append("in_hospital")
            elif kind == "institution" and starts.date() <= day and (ends is None or day <= ends.date()):
                codes.append("in_institution_same_day")
    if holding(month.contracted, day) is None:
        codes.append("provider_not_contracted")
    enrolment = holding(person.enrolments, day)
    if enrolment is None:
        codes.append("provider_not_chosen")
    elif enrolment.value[1] != "home":
        codes.append("wrong_form")
    elif enrolment.value[0] != month.provider_id:
        codes.append("provider_not_chosen")
    plan = month.plans.get(visit.plan_id)
    if plan is None:
        codes.append("no_plan")
    elif plan.agreed_on is None or day < plan.agreed_on:
        codes.append("plan_not_agreed")
    elif day < plan.starts or (plan.ends is not None and day > plan.ends):
        codes.append("outside_service_period")
    if visit.id in month.claimed:
        codes.append("duplicate")
    if (month.filed_on - day).days > rates.late_after_days:
        codes.append("late_filing")
    carer = month.carers.get(visit.carer_id) if visit.carer_id else None
    if carer is None or holding(carer.employed, day) is None:
        codes.append("worker_not_of_provider")
    else:
        if holding(carer.certified, day) is None:
            codes.append("certificate_expired")
        codes += _items(visit, carer.staff_class)
    return codes


def facts_on(person: PersonFacts, day: date) -> entitlement.Facts:
    """What the entitlement of a day rests on."""
    cover, level = holding(person.covers, day), holding(person.levels, day)
    lapsed = next((p.ends for p in reversed(person.levels) if p.ends is not None and p.ends <= day), None)
    kind, claimed = cover.value if cover else ("", False)
    return entitlement.Facts(
        birth_date=person.birth_date, cover=kind, pension_claimed=claimed, level=level.value if level else None,
        level_ends=level.ends if level else None, level_lapsed_on=lapsed, death_date=person.death_date,
    )


def entitled(person: PersonFacts, day: date) -> tuple[tuple[str, ...], int | None]:
    """Codes against the person's entitlement on a day, and her level."""
    facts = facts_on(person, day)
    key = (
        entitlement.age_on(facts.birth_date, day), facts.cover, facts.pension_claimed, facts.level,
        facts.level_lapsed_on is not None, facts.death_date is not None and day > facts.death_date, day,
    )
    found = _remembered.get(key)
    if found is None:
        if len(_remembered) > 50_000:
            _remembered.clear()
        found = _remembered[key] = tuple(entitlement.refusals(facts, day)[0])
    return found, facts.level


#: Few combinations occur among hundreds of thousands of visits; within a month they mean the same.
_remembered: dict[tuple[Any, ...], tuple[str, ...]] = {}


def _items(visit: VisitFacts, staff_class: str) -> list[str]:
    codes: list[str] = []
    for number in visit.items:
        known = catalogue.item(number)
        if known is None:
            codes.append("item_not_in_catalogue")
        elif staff_class not in known.staff_classes:
            codes.append("wrong_staff_class")
        elif number not in visit.planned_items:
            codes.append("item_not_in_plan")
    return codes


def _evidence(visit: VisitFacts, rates: Rates) -> list[str]:
    if visit.started_at is None:
        return ["no_check_in"]
    if visit.ended_at is None:
        return ["no_check_out"]
    codes: list[str] = []
    if not visit.items:
        codes.append("no_item_recorded")
    if not visit.signed:
        codes.append("no_signature")
    if visit.minutes < min(rates.shortest, visit.planned_minutes):
        codes.append("too_short")
    if "outside_fence" in visit.flags:
        codes.append("far_from_home")
    if "no_position" in visit.flags:
        codes.append("location_missing")
    if visit.minutes > visit.planned_minutes:
        codes.append("over_plan_time")
    return codes


def _clashes(
    visit: VisitFacts, by_carer: Mapping[UUID, VisitFacts], by_person: Mapping[UUID, datetime], month: Month, rates: Rates
) -> list[str]:
    codes: list[str] = []
    start, end = visit.started_at, visit.ended_at
    assert start is not None and end is not None  # noqa: S101 - said by the caller
    before = by_carer.get(visit.carer_id) if visit.carer_id else None
    if before is not None and before.ended_at is not None:
        if start < before.ended_at:
            codes.append("overlap_same_carer")
        elif before.person_id != visit.person_id and not _reachable(before, visit, month, rates):
            codes.append("impossible_travel")
    last = by_person.get(visit.person_id)
    if last is not None and start < last:
        codes.append("overlap_same_person")
    if any(s < end and start < e for s, e in month.elsewhere.get(visit.person_id, ())):
        codes.append("overlap_same_person")
    return codes


def _reachable(before: VisitFacts, visit: VisitFacts, month: Month, rates: Rates) -> bool:
    """Whether the way between two homes fits between two visits, by straight line and the policy's speed.

    The speed is that of an e-bike with a margin of two, so that only the impossible is remarked.
    """
    here, there = month.people[before.person_id].home, month.people[visit.person_id].home
    if here is None or there is None or before.ended_at is None or visit.started_at is None:
        return True
    minutes = (visit.started_at - before.ended_at).total_seconds() / 60
    return haversine_metres(here, there) <= (minutes + 2) * rates.speed_kmh * 2 * 1000 / 60


def _paid_as(visit: VisitFacts, carer: CarerFacts | None) -> str:
    """A nurse who does a carer's visit is paid as planned; nobody is paid above her own class."""
    order = ("carer_health", "carer_medical", "nurse")
    if carer is None or carer.staff_class not in order or visit.staff_class not in order:
        return visit.staff_class
    return order[min(order.index(carer.staff_class), order.index(visit.staff_class))]


def _line(
    visit: VisitFacts, person: PersonFacts, codes: list[str], staff_class: str, rates: Rates, month: Month,
    spent: dict[tuple[UUID, date], int],
) -> Line:
    level = holding(person.levels, visit.day)
    price = rates.price_fen.get(staff_class, 0)
    minutes = min(visit.minutes, visit.planned_minutes)
    refused = blocks(codes)
    if not refused and level is not None:
        week = (visit.person_id, week_of(visit.day))
        left = max(0, month.weekly_minutes[level.value, visit.day.replace(day=1)] - spent[week])
        if minutes > left:
            codes.append("over_week_budget")
            minutes = left
        spent[week] += minutes
    served_fen = amount(visit.minutes, price)
    paid_fen = 0 if refused else amount(minutes, price)
    fund_fen = part(paid_fen, rates.fund_percent)
    return Line(
        visit_id=visit.id, person_id=visit.person_id, day=visit.day, level=level.value if level else None,
        staff_class=staff_class, served=visit.minutes, quantity=0 if refused else minutes, price_fen=price,
        amount_fen=paid_fen, fund_fen=fund_fen, person_fen=paid_fen - fund_fen, refused_fen=served_fen - paid_fen,
        accepted=not refused and minutes > 0, refusals=tuple(worst_first(codes)) if codes else (),
    )


def amount(minutes: int, price_fen: int) -> int:
    """Minutes at a price an hour, half up to the fen.

    >>> amount(50, 6500)
    5417
    """
    return (minutes * price_fen * 2 + 60) // 120


def part(amount_fen: int, percent: int) -> int:
    """A percent of an amount, half up to the fen; the rest is the other's.

    >>> part(6501, 90)
    5851
    """
    return (amount_fen * percent * 2 + 100) // 200
