"""沈桂芳 on her way: applied by her daughter, assessed, served, billed; and 戴建国, who has only applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from songhe.care.assessment import actions as assessment
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.tests.conftest import carry
from songhe.care.ltci import actions as ltci
from songhe.care.ltci import settlement
from songhe.care.ltci.models import Enrolment
from songhe.conftest import NOW
from songhe.delivery.plans.actions import SlotDraft
from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits import actions as visits
from songhe.delivery.visits import generation, rostering
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock
from songhe.kernel.ids import uuid7
from songhe.kernel.process.firing import fire
from songhe.simulation.cast import Cast

OCTOBER = date(2026, 10, 1)
WEEK = (date(2026, 10, 12), date(2026, 10, 13), date(2026, 10, 14))


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@dataclass
class Way:
    """What an elder has in hand."""

    case: Assessment
    enrolment: Enrolment
    plan: CarePlan
    done: list[Visit]
    coming: list[Visit]


def at(day: date, hour: int = 9) -> None:
    clock.set_clock(datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI))


def assessed(cast: Cast, level: int = 4) -> Assessment:
    """Applied for by the daughter in August, delivered."""
    at(date(2026, 8, 12))
    asked = assessment.Application(cast.shen.pk, applicant="relative", channel="portal", statement="洗澡要人帮")
    return carry(cast, assessment.apply(asked, by=cast.daughter)[0], "delivered", level=level)


def enrolled(cast: Cast) -> Enrolment:
    """The service relation that the conclusion opened."""
    return Enrolment.objects.unscoped("test").select_related("person", "provider").get(person=cast.shen)


def planned(cast: Cast, row: Enrolment) -> CarePlan:
    """A plan of five hours a week, proposed to the family."""
    fire(row, "choose", by=cast.daughter, data={"provider": cast.organisations["provider"].pk})
    fire(row, "accept", by=cast.coordinator)
    slots = tuple(SlotDraft(d, time(9), time(10, 30), 60, (1, 8, 9), "carer_medical") for d in range(5))
    plan = ltci.plan([enrolled(cast)], {row.pk: slots}, by=cast.coordinator, starts=OCTOBER)[0]
    return fire(plan, "propose", by=cast.coordinator)[0]


def served(cast: Cast, plan: CarePlan) -> tuple[list[Visit], list[Visit]]:
    """Three visits in October, one of them far too short, settled in November; this week's visits ahead."""
    system = cast.posts["system"]
    Visit.objects.unscoped("test").all().delete()
    done = []
    for day in WEEK:
        generation.generate(day, day + timedelta(days=1), by=system)
        rostering.assign_day(day, by=system)
        visit = Visit.objects.unscoped("test").get(person=cast.shen, day=day)
        minutes = 60 if day != WEEK[-1] else 5
        start = visit.planned_start
        clock.set_clock(start + timedelta(hours=2))
        visits.report(
            [
                visits.PunchReport(uuid7(), visit.pk, kind, when, cast.workers["carer"].pk, clock.now(), 121.4032, 31.2411, 20,
                                   items=(1, 8), signed=kind == "out")
                for kind, when in (("in", start), ("out", start + timedelta(minutes=minutes)))
            ],
            by=cast.carer,
        )
        done.append(visit)
    at(date(2026, 11, 5))
    settlement.settle_month(OCTOBER, through="pay")
    clock.set_clock(NOW)
    generation.generate(NOW.date(), NOW.date() + timedelta(days=4), by=system)
    for day in range(4):
        rostering.assign_day(NOW.date() + timedelta(days=day), by=system)
    coming = Visit.objects.unscoped("test").filter(person=cast.shen, day__gte=NOW.date()).order_by("planned_start")
    return done, list(coming)


@pytest.fixture
def way(cast: Cast) -> Way:
    """The whole way of 沈桂芳; the clock stands at the usual Wednesday."""
    case = assessed(cast)
    row = enrolled(cast)
    plan = planned(cast, row)
    fire(plan, "agree", by=cast.daughter)
    done, coming = served(cast, plan)
    return Way(case, enrolled(cast), plan, done, coming)
