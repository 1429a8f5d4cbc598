"""What a provider's month is judged on: plain values, gathered once, read many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A visit as it was served. Minutes are whole; ``flags`` are the remarks on its evidence."""

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


@dataclass(frozen=True, slots=True)
class Relation:
    """What a service relation says: with whom, in which form, with which bonus."""

    provider_id: UUID
    form: str
    bonus: str = ""


@dataclass(slots=True)
class PersonFacts:
    """What is known about a person over the month; each list in order of its start.

    ``covers`` say (kind, pension claimed), ``levels`` the Shanghai level, ``enrolments`` a
    :class:`Relation`; ``pauses`` lie between the days on which service stopped and went on.
    """

    birth_date: date
    death_date: date | None = None
    covers: list[Period] = field(default_factory=list)
    levels: list[Period] = field(default_factory=list)
    stays: list[tuple[datetime, datetime | None, str]] = field(default_factory=list)
    enrolments: list[Period] = field(default_factory=list)
    pauses: list[Period] = field(default_factory=list)
    home: Point | None = None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan: since when it was agreed, and its period (its last day belongs to it)."""

    agreed_on: date | None
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class CarerFacts:
    """A carer: class she is paid as, employment with this provider, certificates for her work."""

    staff_class: str
    employed: tuple[Period, ...]
    certified: tuple[Period, ...]


@dataclass(frozen=True)
class Rates:
    """Policy values of one day: percents, fen an hour by class, minutes, minutes a week by level."""

    fund_percent: int
    price_fen: Mapping[str, int]
    weekly: Mapping[int, int]
    shortest: int
    step: int
    rounding: str
    daily_cap: int
    monthly_cap: int
    late_after_days: int
    speed_kmh: float
    overlap_allowed: bool
    gap_days: int


@dataclass(frozen=True, slots=True)
class Busy:
    """Another visit of a person, served by another provider."""

    starts: datetime
    ends: datetime
    visit_id: UUID


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
    bonus_minutes: int
    price_fen: int
    amount_fen: int
    fund_fen: int
    person_fen: int
    refused_fen: int
    outcome: str
    refusals: tuple[str, ...]
    decision: str = ""
    note: str = ""

    @property
    def accepted(self) -> bool:
        """Whether anything of it is paid."""
        return self.quantity > 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer decided about a visit by hand: ``released``, or the code of a refusal; and why."""

    what: str
    note: str = ""

    @property
    def released(self) -> bool:
        """Whether a line that was held may be paid."""
        return self.what == "released"


@dataclass
class Month:
    """Everything one provider's month is judged on.

    ``spent`` are weekly minutes that other statements pay (of the same person, in weeks that this
    month touches), ``bonus_spent`` minutes of the bonus by month; ``elsewhere`` other providers'
    visits to the same people; ``claimed`` visits that another statement holds; ``decisions`` what
    was decided by hand when this month was filed before.
    """

    provider_id: UUID
    filed_on: date
    contracted: Sequence[Period]
    people: Mapping[UUID, PersonFacts]
    plans: Mapping[UUID, PlanFacts]
    carers: Mapping[UUID, CarerFacts]
    rates: Mapping[date, Rates]
    spent: Mapping[tuple[UUID, date], int] = field(default_factory=dict)
    bonus_spent: Mapping[tuple[UUID, date], int] = field(default_factory=dict)
    elsewhere: Mapping[UUID, Sequence[Busy]] = field(default_factory=dict)
    claimed: frozenset[UUID] = frozenset()
    decisions: Mapping[UUID, Decision] = field(default_factory=dict)
    #: Answers of the entitlement rules; few combinations occur among thousands of visits.
    remembered: dict[tuple[Any, ...], tuple[str, ...]] = field(default_factory=dict)


def week_of(day: date) -> date:
    """The Monday of a day's week.

    >>> week_of(date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def holding(periods: Sequence[Period], day: date) -> Period | None:
    """The period that holds a day, the latest where data should overlap."""
    for period in reversed(periods):
        if period.starts <= day and (period.ends is None or day < period.ends):
            return period
    return None


def home_care_since(person: PersonFacts, day: date, gap_days: int) -> date | None:
    """First day of the unbroken home care that holds on a day; a change of provider does not break it."""
    since: date | None = None
    for period in reversed(person.enrolments):
        if period.value.form != "home" or period.starts > day:
            continue
        if since is None:
            if not period.holds(day):
                return None
        elif period.ends is not None and (since - period.ends).days > gap_days:
            break
        since = period.starts
    return since
