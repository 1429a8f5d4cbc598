"""One elder, one carer, one plan, one contract, all in order: what the judge's tests change a detail of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from songhe.care.ltci import gathering, judging
from songhe.care.ltci.facts import (
    CarerFacts,
    Line,
    Month,
    Period,
    PersonFacts,
    PlanFacts,
    Relation,
    VisitFacts,
)
from songhe.kernel import clock

_SPACE = UUID(int=7)
OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)
LONG_AGO = date(2024, 1, 1)
FOREVER = date(2030, 1, 1)


def key(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(_SPACE, name)


SHEN, CARER, PLAN, PROVIDER = key("shen"), key("carer"), key("plan"), key("provider")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SHANGHAI)


def person(level: int = 3, **changes: Any) -> PersonFacts:
    """Insured, of age, at a level, served at home by the provider."""
    facts = PersonFacts(
        birth_date=date(1944, 3, 12),
        covers=[Period(LONG_AGO, None, ("employee", True))],
        levels=[Period(LONG_AGO, FOREVER, level)],
        enrolments=[Period(LONG_AGO, None, Relation(PROVIDER, "home"))],
        home=(121.4031, 31.2411),
    )
    for name, value in changes.items():
        setattr(facts, name, value)
    return facts


def visit(day: int = 5, hour: int = 9, minutes: int = 60, **changes: Any) -> VisitFacts:
    """A visit of October, served and signed."""
    on = changes.pop("on", OCTOBER.replace(day=day))
    start = at(on, hour)
    whole = VisitFacts(
        id=key(f"{on} {hour} {changes.get('person_id', '')}"), person_id=SHEN, carer_id=CARER, plan_id=PLAN, day=on,
        state="done", started_at=start, ended_at=start + timedelta(minutes=minutes), minutes=minutes, planned_minutes=60,
        items=(1, 9), planned_items=(1, 9), flags=(), signed=True, staff_class="carer_medical",
    )
    return replace(whole, **changes)


def month(visits: list[VisitFacts], **changes: Any) -> Month:
    """The month in which they are judged."""
    facts = Month(
        provider_id=PROVIDER,
        filed_on=date(2026, 11, 3),
        contracted=[Period(LONG_AGO, None, True)],
        people={SHEN: person()},
        plans={PLAN: PlanFacts(LONG_AGO, LONG_AGO, None)},
        carers={CARER: CarerFacts("carer_medical", (Period(LONG_AGO, None, True),), (Period(LONG_AGO, FOREVER, True),))},
        rates={v.day: gathering.rates_on(v.day) for v in visits},
    )
    for name, value in changes.items():
        setattr(facts, name, value)
    return facts


def judge(*visits: VisitFacts, **changes: Any) -> list[Line]:
    """Judge visits in a month that is in order but for the changes."""
    return judging.judge(list(visits), month(list(visits), **changes))
