"""Each invariant of the kernel finds what it is there for, and is quiet about a sound house."""

from datetime import timedelta

import pytest
from django.db import connection

from songhe.care.assessment.models import Assessment
from songhe.kernel import checks, clock, events
from songhe.kernel.access.posts import system
from songhe.kernel.events import chain
from songhe.kernel.events.models import Event
from songhe.kernel.guards import lifted

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return Assessment.objects.create(number="PG2026-000001", person=cast.shen, state=Assessment.process.start,
                                     area_code=cast.shen.area_code)


def rows():
    return Assessment.objects.unscoped("a hand in the database")


def keys(*only):
    return {violation.key for violation in checks.run_all(only)}


def test_a_sound_house_has_none(case):
    chain.seal(grace=timedelta(0))
    assert checks.run_all() == []


def test_a_state_that_no_table_knows_is_found(case):
    rows().update(state="nowhere")
    assert "process.states" in keys()


def test_an_open_case_with_an_end_is_found(case):
    rows().update(closed_at=clock.now())
    assert keys() == {"process.closed"}


def test_a_closed_case_without_an_end_is_found(case):
    final = next(state.name for state in Assessment.process.states if state.final)
    rows().update(state=final)
    assert "process.closed" in keys()


def test_a_state_changed_past_the_actions_is_found(case):
    process = Assessment.process
    step = next(step for step in process.steps if step.target and step.target != process.start)
    events.record(process.event_of(step), by=system(), subject=case, data={"to": step.target})
    assert keys() == {"process.told"}
    rows().update(state=step.target)
    assert "process.told" not in keys()


def test_a_sealed_event_that_was_changed_is_found(case):
    process = Assessment.process
    events.record(f"{process.name}.opened", by=system(), subject=case)
    chain.seal(grace=timedelta(0))
    assert keys("events.chain") == set()
    with lifted("a hand in the database"):
        Event.objects.unscoped("a hand in the database").filter(seal__isnull=False).update(actor="别人")
    assert keys("events.chain") == {"events.chain"}


def test_the_invariants_take_few_queries(case, django_assert_max_num_queries):
    # Some ten a room, however many rows: raise it with a new room, never for a query per row.
    with django_assert_max_num_queries(80):
        checks.run_all()
    assert connection.in_atomic_block
