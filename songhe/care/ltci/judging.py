"""Judging a month of visits: what is paid, what is not, and why. Pure, over one provider's month.

Facts come in as plain tuples and periods; lines come out. Nothing here reads a database or a
clock, so the same month judged again gives the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from songhe.delivery import catalogue
from songhe.engines.geo import haversine_metres
from songhe.kernel import clock, money

from . import entitlement
from .facts import CarerFacts, Line, Month, PersonFacts, Rates, VisitFacts, holding, home_care_since, week_of
from .refusals import catalogue as refusal_catalogue
from .refusals import worst_first

#: Classes in rising order of price.
CLASSES = ("carer_health", "carer_medical", "nurse")


class Served:
    """A person as the month goes on: what is known about her, until when she was served, what she has left.

    Weekly minutes and the bonus are drawn on by visits; what other statements pay is gone from the start.
    """

    __slots__ = ("_bonus", "_month", "_week", "facts", "person_id", "until")

    def __init__(self, person_id: UUID, month: Month) -> None:
        self.person_id = person_id
        self.facts = month.people[person_id]
        self.until: datetime | None = None
        self._month = month
        self._week: dict[date, int] = {}
        self._bonus: dict[date, int] = {}

    def draw(self, day: date, level: int, wanted: int, rates: Rates) -> tuple[int, int]:
        """Minutes granted of those wanted, and how many of them are the bonus's."""
        week = week_of(day)
        spent = self._week.get(week)
        if spent is None:
            spent = self._month.spent.get((self.person_id, week), 0)
        plain = max(0, min(wanted, rates.weekly.get(level, 0) - spent))
        self._week[week] = spent + plain
        if plain == wanted:
            return plain, 0
        first = day.replace(day=1)
        used = self._bonus.get(first)
        if used is None:
            used = self._month.bonus_spent.get((self.person_id, first), 0)
        extra = max(0, min(wanted - plain, self._bonus_of(day, level, rates) - used))
        self._bonus[first] = used + extra
        return plain + extra, extra

    def _bonus_of(self, day: date, level: int, rates: Rates) -> int:
        enrolment = holding(self.facts.enrolments, day)
        if enrolment is None or enrolment.value.bonus != "hours":
            return 0
        return entitlement.bonus(level, home_care_since(self.facts, day, rates.gap_days), "hours", day)[0]


class Working:
    """A carer as the month goes on: her last visit, and the minutes of the day and of the month."""

    __slots__ = ("day", "day_minutes", "facts", "last", "month_minutes")

    def __init__(self, facts: CarerFacts | None) -> None:
        self.facts = facts
        self.last: VisitFacts | None = None
        self.day: date | None = None
        self.day_minutes = self.month_minutes = 0

    def work(self, visit: VisitFacts, rates: Rates) -> list[str]:
        """Take a visit into account; what her hours say against it."""
        if self.last is None or self.last.ended_at is None or visit.ended_at is None or visit.ended_at > self.last.ended_at:
            self.last = visit
        if visit.day != self.day:
            self.day, self.day_minutes = visit.day, 0
        self.day_minutes += visit.minutes
        self.month_minutes += visit.minutes
        codes = []
        if self.day_minutes > rates.daily_cap:
            codes.append("carer_over_daily_cap")
        if self.month_minutes > rates.monthly_cap:
            codes.append("carer_over_monthly_cap")
        return codes


def judge(visits: Sequence[VisitFacts], month: Month) -> list[Line]:
    """Lines for all visits, in order of time. Later visits bear what an overlap or a cap costs."""
    ordered = sorted(visits, key=lambda v: (v.started_at or clock.midnight(v.day), v.id))
    people: dict[UUID, Served] = {}
    carers: dict[UUID | None, Working] = {None: Working(None)}
    lines: list[Line] = []
    for visit in ordered:
        rates = month.rates[visit.day]
        person = people.get(visit.person_id)
        if person is None:
            person = people[visit.person_id] = Served(visit.person_id, month)
        carer = carers.get(visit.carer_id)
        if carer is None:
            carer = carers[visit.carer_id] = Working(month.carers.get(visit.carer_id))  # type: ignore[arg-type]
        codes, level = _standing(visit, person.facts, carer.facts, month, rates)
        codes += _evidence(visit, rates)
        if visit.started_at and visit.ended_at:
            if not rates.overlap_allowed:
                codes += _clashes(visit, carer.last, person.until, month, rates)
            if visit.carer_id is not None:
                codes += carer.work(visit, rates)
            if person.until is None or visit.ended_at > person.until:
                person.until = visit.ended_at
        lines.append(settle(visit, person, carer.facts, level, codes, rates, month))
    return lines


def _standing(
    visit: VisitFacts, person: PersonFacts, carer: CarerFacts | None, month: Month, rates: Rates
) -> tuple[list[str], int | None]:
    """Whether the person, the provider and the plan stood as they must on that day; and the level."""
    day = visit.day
    found, level = entitled(person, day, month.remembered)
    codes = list(found)
    if person.stays:
        codes += _stays(visit, person)
    if holding(month.contracted, day) is None:
        codes.append("provider_not_contracted")
    codes += relation(person, day, month.provider_id, "home")
    plan = month.plans.get(visit.plan_id)
    if plan is None:
        codes.append("no_plan")
    elif plan.agreed_on is None or day < plan.agreed_on:
        codes.append("plan_not_agreed")
    elif day < plan.starts or (plan.ends is not None and day > plan.ends):
        codes.append("outside_service_period")
    if month.claimed and visit.id in month.claimed:
        codes.append("duplicate")
    if (month.filed_on - day).days > rates.late_after_days:
        codes.append("late_filing")
    if carer is None or holding(carer.employed, day) is None:
        codes.append("worker_not_of_provider")
    else:
        if holding(carer.certified, day) is None:
            codes.append("certificate_expired")
        codes += _items(visit, carer.staff_class)
    return codes, level


def _stays(visit: VisitFacts, person: PersonFacts) -> list[str]:
    """In hospital by the minute; in a home by the day, whose day of arrival counts and day of leaving not."""
    at = visit.started_at
    if at is None:
        return []
    until = visit.ended_at or at
    codes = []
    for starts, ends, kind in person.stays:
        overlaps = starts <= until and (ends is None or at < ends)
        if kind == "hospital" and overlaps:
            codes.append("in_hospital")
        elif kind == "institution":
            paid_there = starts.date() <= visit.day and (ends is None or visit.day < ends.date())
            if overlaps or paid_there:
                codes.append("in_institution_same_day")
    return codes


def relation(person: PersonFacts, day: date, provider_id: UUID, form: str) -> list[str]:
    """What the person's service relation says against a service of this provider in this form on a day."""
    enrolment = holding(person.enrolments, day)
    if enrolment is None:
        over = any(p.ends is not None and p.ends <= day and p.value.provider_id == provider_id for p in person.enrolments)
        return ["entitlement_stopped" if over else "provider_not_chosen"]
    if enrolment.value.form != form:
        return ["wrong_form"]
    if enrolment.value.provider_id != provider_id:
        return ["provider_not_chosen"]
    return ["entitlement_stopped"] if person.pauses and holding(person.pauses, day) else []


def facts_on(person: PersonFacts, day: date) -> entitlement.Facts:
    """What the entitlement of a day rests on."""
    cover, level = holding(person.covers, day), holding(person.levels, day)
    kind, claimed = cover.value if cover else ("", False)
    lapsed = coming = None
    if level is None:
        lapsed = next((p.ends for p in reversed(person.levels) if p.ends is not None and p.ends <= day), None)
        coming = next((p for p in person.levels if p.starts > day), None)
    return entitlement.Facts(
        birth_date=person.birth_date, cover=kind, pension_claimed=claimed, level=level.value if level else None,
        level_ends=level.ends if level else None, level_lapsed_on=lapsed, death_date=person.death_date,
        level_coming=coming.value if coming else None, level_begins=coming.starts if coming else None,
    )


def entitled(
    person: PersonFacts, day: date, remembered: dict[tuple[object, ...], tuple[str, ...]]
) -> tuple[tuple[str, ...], int | None]:
    """Codes against the person's entitlement on a day, and her level."""
    facts = facts_on(person, day)
    key = (
        entitlement.age_on(facts.birth_date, day), facts.cover, facts.pension_claimed, facts.level, facts.level_coming,
        facts.level_lapsed_on is not None, facts.death_date is not None and day > facts.death_date, day,
    )
    found = remembered.get(key)
    if found is None:
        found = remembered[key] = tuple(entitlement.refusals(facts, day)[0])
    return found, facts.level


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
    if visit.flags:
        if "outside_fence" in visit.flags:
            codes.append("far_from_home")
        if "no_position" in visit.flags:
            codes.append("location_missing")
        if "mocked" in visit.flags:
            codes.append("mocked_location")
    if visit.minutes > visit.planned_minutes:
        codes.append("over_plan_time")
    return codes


def _clashes(
    visit: VisitFacts, before: VisitFacts | None, until: datetime | None, month: Month, rates: Rates
) -> list[str]:
    """Two places at once: of the carer, whose last visit was ``before``; of the person, served ``until``."""
    codes: list[str] = []
    start, end = visit.started_at, visit.ended_at
    assert start is not None
    assert end is not None
    if before is not None and before.ended_at is not None:
        if start < before.ended_at:
            codes.append("overlap_same_carer")
        elif before.person_id != visit.person_id and not _reachable(before, visit, month, rates):
            codes.append("impossible_travel")
    if until is not None and start < until:
        codes.append("overlap_same_person")
    if month.elsewhere:
        for other in month.elsewhere.get(visit.person_id, ()):
            # The later of two bears it, on whichever side it is; a tie goes by the id, the same on both sides.
            if other.starts < end and start < other.ends and (other.starts, other.visit_id) < (start, visit.id):
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
    reach = (minutes + 2) * rates.speed_kmh * 2 * 1000 / 60
    # A degree is nowhere longer than 111,320 m: most homes of a round are near enough without more ado.
    if (abs(here[0] - there[0]) + abs(here[1] - there[1])) * 111_320 <= reach:
        return True
    return haversine_metres(here, there) <= reach


def _paid_as(visit: VisitFacts, carer: CarerFacts | None) -> str:
    """A nurse who does a carer's visit is paid as planned; nobody is paid above her own class."""
    if carer is None or carer.staff_class not in CLASSES or visit.staff_class not in CLASSES:
        return visit.staff_class
    return CLASSES[min(CLASSES.index(carer.staff_class), CLASSES.index(visit.staff_class))]


def settle(
    visit: VisitFacts, person: Served, carer: CarerFacts | None, level: int | None, codes: list[str], rates: Rates, month: Month
) -> Line:
    """The line of a visit against which ``codes`` stand: minutes, money, shares."""
    paid_as = _paid_as(visit, carer)
    price = rates.price_fen.get(paid_as, 0)
    asked = price if paid_as == visit.staff_class else rates.price_fen.get(visit.staff_class, 0)
    if price < asked:
        codes.append("price_mismatch")
    decision = month.decisions.get(visit.id) if month.decisions else None
    if decision is not None and not decision.released:
        codes.append(decision.what)
    minutes = extra = 0
    refused = bool(codes) and against(codes, decision is not None and decision.released)
    if not refused and level is not None:
        minutes = payable(visit.minutes, visit.planned_minutes, rates.step)
        granted, extra = person.draw(visit.day, level, minutes, rates)
        if granted < minutes:
            codes.append("over_week_budget")
            minutes = granted
    claimed = amount(visit.minutes, asked)
    paid = amount(minutes, price)
    fund, rest = shares(paid, rates.fund_percent, rates.rounding)
    return Line(
        visit_id=visit.id, person_id=visit.person_id, day=visit.day, level=level, staff_class=paid_as,
        served=visit.minutes, quantity=minutes, bonus_minutes=extra, price_fen=price, amount_fen=paid, fund_fen=fund,
        person_fen=rest, refused_fen=max(0, claimed - paid), outcome=outcome(minutes, claimed - paid, codes),
        refusals=tuple(worst_first(codes)) if codes else (), decision=decision.what if decision else "",
        note=decision.note if decision else "",
    )


def against(codes: Sequence[str], released: bool = False) -> bool:
    """Whether any code keeps the line from being paid; what is only held may be released by hand."""
    known = refusal_catalogue()
    stops = ("reject",) if released else ("reject", "hold")
    return any(known[c].severity in stops for c in codes)


def outcome(paid: int, lost_fen: int, codes: Sequence[str]) -> str:
    """What became of a line: paid, reduced, held (a rule only wants it looked into), refused."""
    if paid:
        return "reduced" if lost_fen > 0 else "paid"
    known = refusal_catalogue()
    severities = {known[c].severity for c in codes}
    return "held" if "hold" in severities and "reject" not in severities else "refused"


def payable(served: int, planned: int, step: int) -> int:
    """Minutes that may be paid: never more than planned, whole steps. Unknown length counts as planned.

    >>> payable(75, 60, 1), payable(0, 60, 1), payable(58, 60, 15)
    (60, 60, 45)
    """
    return min(served or planned, planned) // step * step


def amount(minutes: int, price_fen: int) -> int:
    """Minutes at a price an hour, half up to the fen.

    >>> amount(50, 6500)
    5417
    """
    return (minutes * price_fen * 2 + 60) // 120


@lru_cache(maxsize=4096)
def shares(amount_fen: int, percent: int, rule: str) -> tuple[int, int]:
    """The fund's part and the person's, in fen; they add up to the amount.

    >>> shares(6501, 90, "half-up")
    (5851, 650)
    """
    return money.share(amount_fen, percent, rule)
