"""Two hands, one visit: with the lock off both believe they were first, with it on one was."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connections
from django.db.models import F

from songhe.delivery.conftest import TODAY, Delivery, slot
from songhe.delivery.visits import actions, crews, rostering
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import clock
from songhe.kernel.errors import Refused
from songhe.kernel.events.models import Event
from songhe.simulation import cast as cast_module


@pytest.fixture
def db(committed):
    """Instead of the transaction around a test: a database whose commits both threads see."""


@pytest.fixture
def house(db):
    return Delivery(cast_module.build())


def together(*works: Callable[[], object]) -> list[object]:
    """Run works in threads of their own; what they answer or how they were refused, sorted."""
    results: list[object] = []

    def run(work):
        try:
            results.append(work())
        except Refused as refused:
            results.append(refused.code)
        finally:
            connections["default"].close()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(results, key=str)


def meet(monkeypatch, module, name, patience=0.7):
    """Make two callers of a function wait for each other, if a lock lets both come so far.

    Where no lock holds one back both come, and slowly on a busy machine: then be patient.
    """
    barrier, function = Barrier(2), getattr(module, name)

    def waiting(*args, **kwargs):
        try:
            barrier.wait(timeout=patience)
        except BrokenBarrierError:
            pass  # the other one is held by the lock: that is the point
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, waiting)


def two_check_ins(house, visit):
    """The carer and a colleague check in to one visit at one moment, each on her own phone."""
    now = clock.now()
    nurse = house.cast.workers["nurse"].pk
    one, two = house.punch(visit, "in", now), house.punch(visit, "in", now - timedelta(minutes=2), carer_id=nurse)
    return together(
        lambda: actions.report([one], by=house.cast.carer)[0].status,
        lambda: actions.report([two], by=house.cast.nurse)[0].status,
    )


def starts(visit):
    return Event.objects.unscoped("test").filter(subject_id=visit.pk, kind="visit.check_in").count()


def test_without_the_lock_a_check_in_is_lost(house, committed, monkeypatch):
    if committed == "sqlite":
        pytest.skip("SQLite has one writer at a time: there is no lock to take off")
    visit = house.assigned()

    def unlocked(ids):
        rows = Visit.objects.unscoped("test").filter(pk__in=ids).annotate(lng=F("person__lng"), lat=F("person__lat"))
        return {v.pk: v for v in rows}

    monkeypatch.setattr(actions, "_lock", unlocked)
    meet(monkeypatch, actions, "_settle", patience=20)
    assert two_check_ins(house, visit) == ["recorded", "recorded"]
    punches = Punch.objects.unscoped("test").filter(visit=visit)
    # Both folded a set without the other's report and both told of a start. One of the two tales is false.
    assert punches.count() == 2
    assert starts(visit) == 2
    assert "repeated" not in Visit.objects.unscoped("test").get(pk=visit.pk).flags


def test_with_the_lock_one_check_in_counts_and_the_other_is_remarked(house, monkeypatch):
    visit = house.assigned()
    meet(monkeypatch, actions, "_settle")
    assert two_check_ins(house, visit) == ["recorded", "recorded"]
    now = Visit.objects.unscoped("test").get(pk=visit.pk)
    assert now.started_at == clock.now() - timedelta(minutes=2)
    assert now.carer_id == house.cast.workers["nurse"].pk
    assert "repeated" in now.flags


def test_one_report_sent_by_two_requests_at_once_is_one_start(house, monkeypatch):
    visit = house.assigned()
    report = house.punch(visit, "in")
    meet(monkeypatch, actions, "_known")
    work = lambda: actions.report([report], by=house.cast.carer)[0].status  # noqa: E731
    assert together(work, work) == ["known", "recorded"]
    assert Punch.objects.unscoped("test").filter(visit=visit).count() == starts(visit) == 1


@pytest.fixture
def pair(house):
    """Two visits at the same hour."""
    one = house.visits(house.active(slot(3)))[0]
    return one, house.visits(house.active(slot(3), person=house.person("另一位", 3)))[0]


def two_assignments(house, pair):
    """Two coordinators give the same carer two visits at the same hour."""
    carer = house.cast.workers["carer"]
    results = together(*(
        (lambda v=v: rostering.assign([v.pk], carer, by=house.cast.coordinator)[0].state) for v in pair
    ))
    held = Visit.objects.unscoped("test").filter(day=TODAY + timedelta(days=1), carer=carer).count()
    return results, held


def test_without_the_crew_lock_a_carer_is_promised_twice(house, pair, committed, monkeypatch):
    if committed == "sqlite":
        pytest.skip("SQLite has one writer at a time: there is no lock to take off")
    monkeypatch.setattr(crews, "lock", lambda providers: None)
    meet(monkeypatch, rostering.bulk, "update", patience=20)
    assert two_assignments(house, pair) == (["assigned", "assigned"], 2)


def test_with_the_crew_lock_the_second_is_told(house, pair, monkeypatch):
    meet(monkeypatch, rostering, "_allow")
    assert two_assignments(house, pair) == (["assigned", "visit.cannot"], 1)


def test_two_rosterings_at_once_assign_each_visit_once(house, monkeypatch):
    for n in range(4):
        house.active(slot(3, f"{9 + n:02}:00"), person=house.person(f"长者{n}", n + 1))
    meet(monkeypatch, rostering, "_usual")
    tomorrow = TODAY + timedelta(days=1)
    work = lambda: rostering.assign_day(tomorrow, by=house.cast.coordinator).assigned  # noqa: E731
    assert together(work, work) == [0, 4]
