"""A small district, built and lived for some days: what must be true of it, and what must not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from songhe.care.assessment.models import Assessment
from songhe.care.ltci.models import Enrolment
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import calendar, checks, clock
from songhe.kernel.events.models import Event
from songhe.register.people.models import Person, Stay
from songhe.register.sites.models import Organisation, Site
from songhe.register.workforce.models import Worker
from songhe.simulation import demo, ink
from songhe.simulation.models import Report

WHY = "tests look at everything"
#: Without the mark the run prepares no test database, and the fixture would meet the real one.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Some five hundred people and five days of October, made once and taken back after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.build(scale=1000, seed=3, days=5, until=date(2026, 11, 18))
        transaction.set_rollback(True)


def test_a_district_is_lived_and_nothing_in_it_contradicts_itself(lived: str) -> None:
    assert Person.objects.unscoped(WHY).filter(synthetic=True).count() > 400
    assert Enrolment.objects.unscoped(WHY).filter(state="serving").exists()
    done = Visit.objects.unscoped(WHY).filter(state="done")
    assert done.exists()
    assert Punch.objects.unscoped(WHY).count() >= 2 * done.count()
    assert checks.run_all() == []


def test_nobody_is_visited_while_in_hospital_or_after_death(lived: str) -> None:
    dead = Person.objects.unscoped(WHY).filter(death_date__isnull=False)
    for person in dead:
        late = Visit.objects.unscoped(WHY).filter(person=person, day__gt=person.death_date, state__in=["planned", "assigned"])
        assert not late.exists()
    for stay in Stay.objects.unscoped(WHY).filter(kind="hospital", ends__isnull=True):
        ahead = Visit.objects.unscoped(WHY).filter(
            person_id=stay.person_id, planned_start__gt=stay.starts, state__in=["planned", "assigned"]
        )
        assert not ahead.exists()


def test_what_happened_is_told_by_events_of_named_posts(lived: str) -> None:
    events = Event.objects.unscoped(WHY)
    assert events.filter(kind="visit.check_out").exists()
    assert not events.filter(actor="").exists()


def test_applications_come_in_on_working_days_only(lived: str) -> None:
    cases = Assessment.objects.unscoped(WHY)
    assert cases.exists()
    for case in cases:
        assert calendar.is_working_day(case.opened_at.astimezone(clock.SHANGHAI).date())


def test_the_elder_of_the_cast_is_served_by_whom_her_daughter_chose(lived: str) -> None:
    shen = Person.objects.unscoped(WHY).get(name="沈桂芳", birth_date=date(1944, 3, 12))
    case = Assessment.objects.unscoped(WHY).get(person=shen)
    assert (case.state, case.official_level) == ("delivered", 4)
    row = Enrolment.objects.unscoped(WHY).get(person=shen)
    assert row.state == "serving"
    assert Visit.objects.unscoped(WHY).filter(person=shen, provider=row.provider, state="done").exists()


def test_the_report_compares_and_states_its_assumptions(lived: str) -> None:
    report = Report.objects.get()
    assert {"figure", "published", "simulated", "ratio", "status"} <= set(report.figures[0])
    assert len(report.assumptions) > 50
    assert all(row["reason"] for row in report.assumptions)


def test_everybody_and_every_place_is_found_by_initials(lived: str) -> None:
    for model in (Person, Worker, Organisation, Site):
        rows = model.objects.unscoped(WHY) if hasattr(model.objects, "unscoped") else model.objects.all()
        assert rows.exists()
        assert not rows.filter(initials="").exists(), model


def test_the_same_seed_draws_the_same_signature() -> None:
    assert ink.scribble(7) == ink.scribble(7)
    assert ink.scribble(7) != ink.scribble(8)
