"""Visits made from plans: each once, none on days on which nobody is at home."""

from datetime import datetime, timedelta

from songhe.delivery.conftest import TODAY, slot
from songhe.delivery.visits import actions, generation
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock, hooks
from songhe.kernel.process.firing import fire
from songhe.register.people.models import Stay


def days(rows):
    return [v.day for v in rows if v.state != "cancelled"]


def at(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI)


def test_an_agreed_plan_has_its_visits_at_once(delivery):
    plan = delivery.active(slot(2), slot(4))
    assert days(delivery.visits(plan)) == [TODAY, TODAY + timedelta(2), TODAY + timedelta(7), TODAY + timedelta(9)]
    first = delivery.visits(plan)[0]
    assert (first.state, first.items, first.provider_id) == ("planned", [1, 9, 24], plan.provider_id)


def test_a_window_that_has_passed_today_makes_no_visit(delivery):
    plan = delivery.active(slot(2, "08:00"))
    assert days(delivery.visits(plan)) == [TODAY + timedelta(7)]


def test_a_plan_that_nobody_agreed_makes_none(delivery, cast):
    plan = delivery.draft(slot())
    fire(plan, "propose", by=cast.system)
    assert delivery.generate() == 0
    assert delivery.visits(plan) == []


def test_running_it_twice_makes_nothing_twice(delivery):
    delivery.active(slot(2), slot(4))
    before = Visit.objects.unscoped("test").count()
    assert delivery.generate(days=14) == 0
    assert delivery.generate(days=21) == 2
    assert Visit.objects.unscoped("test").count() == before + 2


def test_days_outside_the_plan_are_left_out(delivery):
    plan = delivery.active(*(slot(d) for d in range(7)), weekly=600, starts=TODAY + timedelta(1), ends=TODAY + timedelta(4))
    assert days(delivery.visits(plan)) == [TODAY + timedelta(n) for n in (1, 2, 3)]


def test_hospital_days_are_left_out_and_made_when_she_is_home(delivery, cast):
    person = cast.shen
    stay = Stay.objects.create(person=person, kind="hospital", starts=at(TODAY, 7))
    plan = delivery.active(*(slot(d) for d in range(7)), weekly=600)
    assert days(delivery.visits(plan)) == []
    stay.ends = at(TODAY + timedelta(2), 12)
    stay.save()
    with clock.frozen(stay.ends):
        hooks.call("stay.closed", [person.pk], by=cast.system, at=stay.ends)
    assert days(delivery.visits(plan))[0] == TODAY + timedelta(3)


def test_a_stay_that_begins_withdraws_what_lies_ahead_and_its_end_brings_it_back(delivery, cast):
    plan = delivery.active(*(slot(d) for d in range(7)), weekly=600)
    admitted, home = at(TODAY + timedelta(1), 9), at(TODAY + timedelta(3), 9)
    stay = Stay.objects.create(person=cast.shen, kind="hospital", starts=admitted)
    hooks.call("stay.opened", [cast.shen.pk], by=cast.system, at=admitted)
    assert days(delivery.visits(plan)) == [TODAY]
    stay.ends = home
    stay.save()
    with clock.frozen(home):
        hooks.call("stay.closed", [cast.shen.pk], by=cast.system, at=home)
    assert days(delivery.visits(plan))[:3] == [TODAY, TODAY + timedelta(3), TODAY + timedelta(4)]


def test_a_visit_that_the_family_cancelled_does_not_come_back(delivery, cast):
    plan = delivery.active(slot(4))
    visit = delivery.visits(plan)[0]
    actions.cancel([visit.pk], by=cast.daughter, reason="走亲戚")
    delivery.generate(days=14)
    assert TODAY + timedelta(2) not in days(delivery.visits(plan))


def test_nobody_is_visited_after_death(delivery, cast):
    plan = delivery.active(*(slot(d) for d in range(7)), weekly=600)
    died = at(TODAY + timedelta(1), 3)
    cast.shen.death_date = died.date()
    cast.shen.save()
    with clock.frozen(died + timedelta(hours=2)):
        hooks.call("person.died", [cast.shen.pk], by=cast.system, at=died)
    assert days(delivery.visits(plan)) == [TODAY]
    plan.refresh_from_db()
    assert plan.state == "ended"
    with clock.frozen(died + timedelta(days=1)):
        assert delivery.generate(TODAY + timedelta(2), days=14) == 0


def test_what_was_to_begin_before_the_ground_fell_away_waits_for_the_phone(delivery, cast):
    visit = delivery.assigned(slot(2, "10:00"))
    noon = at(TODAY, 12)
    with clock.frozen(noon):
        hooks.call("stay.opened", [cast.shen.pk], by=cast.system, at=noon)
        start = visit.planned_start
        [a, b] = actions.report(
            [delivery.punch(visit, "in", start), delivery.punch(visit, "out", start + timedelta(minutes=60))], by=cast.carer
        )
    assert (a.status, b.state) == ("recorded", "done")


def test_a_plan_that_ends_takes_its_visits_with_it(delivery, cast):
    plan = delivery.active(slot(2), slot(4))
    fire(plan, "end", by=cast.coordinator, reason="家属自行照护")
    assert days(delivery.visits(plan)) == []
    assert delivery.generate(days=14) == 0


def test_a_new_plan_takes_the_place_of_the_old_one(delivery):
    old = delivery.active(slot(2), slot(4))
    new = delivery.active(slot(3))
    old.refresh_from_db()
    assert (old.state, new.state) == ("superseded", "active")
    assert days(delivery.visits(old)) == []
    assert days(delivery.visits(new)) == [TODAY + timedelta(1), TODAY + timedelta(8)]


def test_queries_do_not_grow_with_the_plans(delivery, cast, django_assert_max_num_queries):
    def count(n):
        for i in range(n):
            delivery.draft(slot(5), person=delivery.person(f"长者{n}-{i}", n * 50 + i))
        from songhe.delivery.plans.models import CarePlan

        CarePlan.objects.unscoped("test").filter(state="draft").update(state="active")
        with django_assert_max_num_queries(20) as captured:
            generation.generate(TODAY, TODAY + timedelta(7), by=cast.system)
        return len(captured)

    assert count(1) == count(9)


def test_a_move_carries_what_lies_ahead_along(delivery, cast):
    plan = delivery.active(slot(4))
    hooks.call("person.moved", [cast.shen.pk], by=cast.street, at=clock.now(), area_code="310107015001")
    plan.refresh_from_db()
    assert plan.area_code == "310107015001"
    assert {v.area_code for v in delivery.visits(plan)} == {"310107015001"}


def test_leave_of_a_carer_frees_her_visits_of_those_days_only(delivery, cast):
    plan = delivery.active(slot(3), slot(4))
    carer = cast.workers["carer"]
    from songhe.delivery.visits import rostering

    rostering.assign([v.pk for v in delivery.visits(plan)[:2]], carer, by=cast.coordinator)
    thursday = TODAY + timedelta(days=1)
    hooks.call("worker.absent", [carer.pk], by=cast.coordinator, at=clock.now(), starts=thursday, ends=thursday + timedelta(days=1))
    assert [(v.state, v.carer_id) for v in delivery.visits(plan)[:2]] == [("planned", None), ("assigned", carer.pk)]
    hooks.call("worker.left", [carer.pk], by=cast.coordinator, at=clock.now(), on=thursday)
    assert {v.state for v in delivery.visits(plan)} == {"planned"}
