"""A provider's busy month is settled while a clerk waits."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from songhe.care.ltci import gathering, judging, settlement
from songhe.care.ltci.models import ClaimLine
from songhe.kernel import clock

from .world import OCTOBER, World, crowd


@pytest.mark.django_db
@pytest.mark.slow
def test_four_thousand_visits_are_judged_and_stored_within_two_seconds(world: World, cast):
    crowd(world, 160, 25).build()
    gathering.rates_on(OCTOBER)  # the policy library is read once in the life of a process
    began = time.process_time()  # of this process alone: what else the machine does is not the question
    statement = settlement.draft(world.provider, OCTOBER, by=cast.insurer)
    took = time.process_time() - began
    assert statement.lines_total == 4000
    assert ClaimLine.objects.unscoped("test").count() == 4000
    assert took < 2, f"{took / 4000 * 1e6:.0f} µs a visit"


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_visits(world: World, cast):
    def queries(elders):
        crowd(world, elders, 4).build()
        with CaptureQueriesContext(connection) as seen:
            visits = gathering.visits_of(world.provider.pk, OCTOBER)
            month = gathering.month_of(world.provider, OCTOBER, visits, clock.today())
        assert len(judging.judge(visits, month)) == len(visits)
        return len(seen)

    assert queries(3) == queries(30)
