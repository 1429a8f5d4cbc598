"""Days of residence: arrival counts, leaving does not; hospital, change of level and of rate split the month."""

from datetime import date, timedelta

import pytest

from songhe.care.ltci import days
from songhe.care.ltci.models import Enrolment, Pause
from songhe.kernel import policy
from songhe.register.agreements.models import Agreement
from songhe.register.people.models import CareLevel

from .world import OCTOBER, World, at

FILED = date(2026, 11, 3)
pytestmark = pytest.mark.django_db


def on(day, hour=10):
    return at(OCTOBER.replace(day=day), hour)


def claims(home):
    return sorted(days.claims(home.provider.pk, OCTOBER, FILED), key=lambda c: c.day)


def resident(home, starts, ends=None, level=2, **more):
    person = home.elder(level=level, form="institution", **more)
    home.stay(person, "institution", starts, ends)
    home.build()
    return person


@pytest.mark.parametrize(("starts", "ends", "served"), [
    (at(date(2026, 8, 1), 10), None, 31),
    (on(10), None, 22),
    (at(date(2026, 8, 1), 10), on(10), 9),
    (on(10), on(11), 1),
    (on(10, 8), on(10, 20), 0),
    (on(31, 23), None, 1),
    (at(date(2026, 8, 1), 10), on(1, 9), 0),
    (at(date(2026, 11, 1), 0), None, 0),
])
def test_the_day_of_arrival_counts_and_the_day_of_leaving_does_not(home: World, starts, ends, served):
    resident(home, starts, ends)
    assert [c.quantity for c in claims(home)] == ([served] if served else [])


@pytest.mark.parametrize(("level", "rate"), [(2, 2000), (3, 2000), (4, 2500), (5, 3000), (6, 3000)])
def test_a_month_at_each_level(home: World, level, rate):
    resident(home, at(date(2026, 8, 1), 10), level=level)
    [line] = claims(home)
    assert (line.served, line.quantity, line.price_fen, line.amount_fen) == (31, 31, rate, 31 * rate)
    assert (line.fund_fen, line.person_fen) == (31 * rate * 85 // 100, 31 * rate * 15 // 100)
    assert line.accepted
    assert line.refusals == []


def test_a_stay_in_hospital_splits_the_month_and_its_days_are_not_paid(home: World):
    person = home.elder(level=4, form="institution")
    home.stay(person, "institution", at(date(2026, 8, 1), 10), on(10))
    home.stay(person, "hospital", on(10), on(15))
    home.stay(person, "institution", on(15))
    home.build()
    [line] = claims(home)
    assert line.quantity == 9 + 17
    assert line.amount_fen == 26 * 2500


def test_out_and_back_on_one_day_is_one_day(home: World):
    person = home.elder(level=2, form="institution")
    home.stay(person, "institution", at(date(2026, 8, 1), 10), on(10, 9))
    home.stay(person, "institution", on(10, 18))
    home.build()
    [line] = claims(home)
    assert line.quantity == 31


def test_a_new_level_in_the_middle_of_the_month_makes_two_lines(home: World):
    person = resident(home, at(date(2026, 8, 1), 10), level=3)
    CareLevel.objects.unscoped("test").filter(person=person).update(ends=date(2026, 10, 16))
    CareLevel.objects.create(person=person, scheme="shanghai", level=5, label="照护五级", starts=date(2026, 10, 16), official=True)
    lines = claims(home)
    assert [(c.level, c.quantity, c.amount_fen) for c in lines] == [(3, 15, 30000), (5, 16, 48000)]
    assert all(c.fund_fen + c.person_fen == c.amount_fen for c in lines)


def test_a_rate_that_changes_within_the_month_makes_two_lines(home: World):
    resident(home, at(date(2026, 8, 1), 10), level=2)
    with policy.override("ltci.institution.day_rate_fen", 2200, date(2026, 10, 11), level=2):
        lines = claims(home)
    assert [(c.quantity, c.price_fen) for c in lines] == [(10, 2000), (21, 2200)]


def test_a_lapsed_level_refuses_the_days_after_it_and_says_what_they_would_have_been(home: World):
    person = resident(home, at(date(2026, 8, 1), 10), level=3)
    CareLevel.objects.unscoped("test").filter(person=person).update(ends=date(2026, 10, 21))
    paid, refused = claims(home)
    assert (paid.quantity, paid.refusals) == (20, [])
    assert (refused.served, refused.quantity, refused.accepted, refused.refusals) == (11, 0, False, ["level_lapsed"])


def test_without_a_contract_nothing_is_paid(home: World, cast):
    Agreement.objects.unscoped("test").filter(party_b=home.provider).update(ends=date(2026, 10, 11))
    resident(home, at(date(2026, 8, 1), 10))
    paid, refused = claims(home)
    assert paid.quantity == 10
    assert refused.refusals == ["provider_not_contracted"]
    assert refused.refused_fen == 21 * 2000


def test_a_resident_without_a_service_relation_is_no_claim(home: World):
    person = resident(home, at(date(2026, 8, 1), 10))
    Enrolment.objects.unscoped("test").filter(person=person).update(started_on=date(2026, 10, 21))
    assert [c.quantity for c in claims(home)] == [11]
    Enrolment.objects.unscoped("test").filter(person=person).delete()
    assert claims(home) == []


def test_another_homes_resident_is_not_mine(home: World, cast):
    person = resident(home, at(date(2026, 8, 1), 10))
    Enrolment.objects.unscoped("test").filter(person=person).update(provider=cast.organisations["other_provider"])
    assert claims(home) == []


def test_a_pause_stops_the_days_between_its_edges(home: World):
    person = resident(home, at(date(2026, 8, 1), 10))
    row = Enrolment.objects.unscoped("test").get(person=person)
    Pause.objects.create(enrolment=row, kind="manual", starts=date(2026, 10, 11), ends=date(2026, 10, 21))
    by_ground = {tuple(c.refusals): c.quantity or c.served for c in claims(home)}
    assert by_ground == {(): 21, ("entitlement_stopped",): 10}


def test_days_filed_too_late_are_not_paid(home: World):
    resident(home, at(date(2026, 8, 1), 10))
    found = sorted(days.claims(home.provider.pk, OCTOBER, date(2026, 12, 10)), key=lambda c: c.day)
    assert [(c.served, c.accepted) for c in found] == [(10, False), (21, True)]
    assert found[1].day == date(2026, 12, 10) - timedelta(days=60)


def test_death_ends_with_its_day(home: World):
    person = resident(home, at(date(2026, 8, 1), 10), on(20, 23))
    person.death_date = date(2026, 10, 19)
    person.save()
    [line] = claims(home)
    assert line.quantity == 19
