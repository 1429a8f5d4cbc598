"""Daughter and coordinator agree to one plan in the same second: exactly one does."""

from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connections

from songhe.delivery.conftest import Delivery, slot
from songhe.delivery.plans import actions
from songhe.delivery.plans.models import CarePlan
from songhe.kernel.errors import Refused
from songhe.kernel.events.models import Event
from songhe.kernel.process import firing
from songhe.kernel.process.firing import fire
from songhe.simulation import cast as cast_module


@pytest.fixture
def db(committed):
    """Instead of the transaction around a test: a database whose commits both threads see."""


@pytest.fixture
def house(db):
    return Delivery(cast_module.build())


def proposed(house, *slots):
    plan = house.draft(*(slots or (slot(),)))
    fire(plan, "propose", by=house.cast.coordinator)
    return plan


def agree_together(monkeypatch, pairs, patience=0.7):
    """Each (plan, post) agrees in a thread; nobody writes before the other has looked, if it can."""
    barrier, results, who = Barrier(2), [], actions._who_agrees

    def waiting(step):
        try:
            barrier.wait(timeout=patience)
        except BrokenBarrierError:
            pass  # the other one is held by the lock: that is the point
        return who(step)

    monkeypatch.setattr(actions, "_who_agrees", waiting)

    def work(plan, post):
        try:
            fire(CarePlan(pk=plan.pk), "agree", by=post, data={"agreed_by": "陆敏"})
            results.append("agreed")
        except Refused as refused:
            results.append(refused.code)
        finally:
            connections["default"].close()

    threads = [Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(results)


def told(plan):
    return Event.objects.unscoped("test").filter(subject_id=plan.pk, kind="plan.agree").count()


def test_without_the_locks_both_agree(house, committed, monkeypatch):
    if committed == "sqlite":
        pytest.skip("SQLite has one writer at a time: there is no lock to take off")
    plan = proposed(house)

    def unlocked(model, ids, by):
        return list(model.objects.unscoped("test").filter(pk__in=ids))

    monkeypatch.setattr(firing, "_lock", unlocked)
    monkeypatch.setattr(actions, "_lock_people", lambda ids: None)
    pairs = [(plan, house.cast.daughter), (plan, house.cast.coordinator)]
    assert agree_together(monkeypatch, pairs, patience=20) == ["agreed", "agreed"]
    assert told(plan) == 2


def test_with_the_locks_one_agrees_and_the_other_is_told(house, monkeypatch):
    plan = proposed(house)
    assert agree_together(monkeypatch, [(plan, house.cast.daughter), (plan, house.cast.coordinator)]) == ["agreed", "moved_on"]
    assert told(plan) == 1
    plan.refresh_from_db()
    assert plan.state == "active"
    assert plan.agreed_by in ("陆敏（女儿）", "陆敏")


def test_two_plans_of_one_person_agreed_at_once_leave_one_running(house, monkeypatch):
    pairs = [(proposed(house, slot(1)), house.cast.daughter), (proposed(house, slot(4)), house.cast.coordinator)]
    assert agree_together(monkeypatch, pairs) == ["agreed", "agreed"]
    states = CarePlan.objects.unscoped("test").order_by("state").values_list("state", flat=True)
    assert list(states) == ["active", "superseded"]
