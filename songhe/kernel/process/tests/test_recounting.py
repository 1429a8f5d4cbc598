"""Stored deadlines follow the working days: who moves, who stays, and that it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from songhe.desk.intake.actions import answer
from songhe.desk.intake.models import HelpRequest
from songhe.kernel import clock
from songhe.kernel.access import posts
from songhe.kernel.calendar import actions as calendar
from songhe.kernel.calendar import forget
from songhe.kernel.events.models import Event
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.process import recounting
from songhe.kernel.process.firing import open_cases
from songhe.register.people import actions as people
from songhe.register.people.models import Person
from songhe.register.people.tests.conftest import someone
from songhe.simulation.cast import Cast

PAPER = "国务院办公厅关于2027年部分节假日安排的通知"
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _fresh() -> object:
    forget()
    yield
    forget()


def waiting(cast: Cast, on: date, first: int, count: int = 1) -> list[Person]:
    """People who asked for help on a day: one working day to ring back."""
    with clock.frozen(f"{on}T10:00"):
        asking = people.register_many([someone(first + n) for n in range(count)], by=cast.street)
        cases = [HelpRequest(person=p, asked_by=p.name, area_code=p.area_code) for p in asking]
        open_cases(cases, by=posts.system())
    return asking


def due(person: Person) -> tuple[date | None, bool]:
    found = HelpRequest.objects.unscoped("test").get(person=person)
    return found.due_on, found.due_certain


def holiday(cast: Cast, *days: date, name: str = "元旦") -> None:
    news = [calendar.NewDay(day, "holiday", name, PAPER) for day in days]
    calendar.set_days(news, by=cast.bureau, reason="通知已公布")


def moved() -> list[Event]:
    return list(Event.objects.unscoped("test").filter(kind=recounting.MOVED))


def test_publishing_a_year_moves_the_deadline_in_it_and_no_other(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    [early] = waiting(cast, date(2026, 12, 25), 1)
    [late] = waiting(cast, date(2026, 12, 31), 2)
    assert due(early) == (date(2026, 12, 28), True)
    assert due(late) == (NEW_YEAR, False)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        holiday(cast, NEW_YEAR)
    assert due(late) == (date(2027, 1, 4), True)
    assert due(early) == (date(2026, 12, 28), True)
    [event] = moved()
    assert (event.person_id, event.data["from"], event.data["to"]) == (late.pk, "2027-01-01", "2027-01-04")
    assert event.actor.startswith("系统")
    run = JobRun.objects.unscoped("test").get(kind="process.recount")
    assert (run.args, run.result["核对时限"], run.result["改期"]) == ({"years": [2027]}, 1, 1)


def test_a_day_taken_back_moves_the_deadline_back(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    [person] = waiting(cast, date(2026, 12, 31), 1)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        holiday(cast, NEW_YEAR)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        calendar.remove_day(NEW_YEAR, by=cast.bureau, reason="登错")
    assert due(person) == (NEW_YEAR, False)
    assert len(moved()) == 2


def test_a_deadline_that_only_becomes_sure_is_settled_without_an_event(cast: Cast) -> None:
    [person] = waiting(cast, date(2027, 3, 1), 1)
    assert due(person) == (date(2027, 3, 2), False)
    holiday(cast, NEW_YEAR)
    found = recounting.recount({2027}, by=cast.bureau)
    assert (found.looked, found.moved, found.settled) == (1, 0, 1)
    assert due(person) == (date(2027, 3, 2), True)
    assert moved() == []


def test_counting_again_where_nothing_changed_changes_nothing(cast: Cast) -> None:
    waiting(cast, date(2026, 12, 30), 1, 3)
    found = recounting.recount({2026}, by=cast.bureau)
    assert (found.looked, found.moved, found.settled) == (3, 0, 0)


def test_what_is_closed_stays_as_it_was(cast: Cast) -> None:
    [person] = waiting(cast, date(2026, 12, 31), 1)
    answer(HelpRequest.objects.unscoped("test").get(person=person), by=cast.street, reason="已电话答复")
    HelpRequest.objects.unscoped("test").update(due_on=NEW_YEAR)
    holiday(cast, NEW_YEAR)
    assert recounting.recount({2027}, by=cast.bureau).looked == 0
    assert due(person)[0] == NEW_YEAR


def test_clocks_in_months_and_calendar_days_are_not_looked_at() -> None:
    looked = {model._meta.label: set(_states(rows)) for model, rows in recounting.clocks({2026})}
    assert looked["plans.CarePlan"] == {"proposed"}, "an active plan is reviewed after months"
    assert "noticed" not in looked["assessment.Assessment"], "a public notice runs in calendar days"
    assert "submitted" in looked["assessment.Assessment"]
    assert looked["ltci.Statement"] == {"drafted", "submitted", "approved"}


def _states(rows: object) -> list[str]:
    [states] = [child.rhs for child in rows.query.where.children if child.lookup_name == "in"]  # type: ignore[attr-defined]
    return list(states)


def test_many_cost_as_few_queries_as_one(cast: Cast) -> None:
    def asked(first: int, count: int) -> int:
        waiting(cast, date(2026, 12, 31), first, count)
        forget()
        calendar_day = date(2027, 1, 1) if first == 1 else date(2027, 1, 4)
        holiday(cast, calendar_day, name="元旦")
        forget()
        with CaptureQueriesContext(connection) as queries:
            assert recounting.recount({2027}, by=cast.bureau).moved >= count
        return len(queries)

    assert asked(1, 1) == asked(10, 40)


def test_without_an_open_clock_no_job_is_started(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        holiday(cast, date(2029, 1, 1))
    assert not JobRun.objects.unscoped("test").filter(kind="process.recount").exists()


def test_more_than_one_set_is_counted_to_the_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "_CHUNK", 2)
    asking = waiting(cast, date(2026, 12, 31), 1, 5)
    holiday(cast, NEW_YEAR)
    found = recounting.recount({2027}, by=cast.bureau)
    assert (found.looked, found.moved) == (5, 5)
    assert {due(person) for person in asking} == {(date(2027, 1, 4), True)}
