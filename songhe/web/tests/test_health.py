"""The health page says whether this house can serve, and tells of nobody."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from songhe.kernel import clock
from songhe.web import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def well(monkeypatch):
    """Every check holds unless a test breaks it: what the machine around is like is not the question."""
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health, "missing_vendor_files", list)
    monkeypatch.setattr(health, "is_certain", lambda day: True)
    monkeypatch.setattr(health, "FREE_BYTES", 0)
    clock.set_clock(None)  # the page is about real time; the shared fixture puts its own back


def ask():
    response = health.healthz(RequestFactory().get("/healthz"))
    return response.status_code, json.loads(response.content)


def test_a_house_that_can_serve_says_so():
    status, said = ask()
    assert (status, said["status"]) == (200, "ok"), said
    assert set(said["checks"]) == {"database", "migrations", "queue", "disk", "clock", "vendor_files", "calendar"}


def test_it_is_open_to_all_and_kept_by_nobody():
    assert health.healthz.screen.public
    assert health.healthz(RequestFactory().get("/healthz"))["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("name", "value", "check"), [
    ("missing_vendor_files", lambda: ["a.js"], "vendor_files"),
    ("is_certain", lambda day: False, "calendar"),
    ("FREE_BYTES", 10**18, "disk"),
])
def test_one_thing_amiss_fails_the_page_and_is_named(monkeypatch, name, value, check):
    monkeypatch.setattr(health, name, value)
    status, said = ask()
    assert (status, said["status"]) == (503, "failing")
    assert [key for key, one in said["checks"].items() if not one["ok"]] == [check]


def test_a_clock_that_was_set_by_hand_fails():
    with clock.frozen("2026-11-21T09:00:00"):
        assert ask()[1]["checks"]["clock"]["ok"] is False


def test_a_job_that_nobody_takes_fails_the_queue():
    from django_tasks_db.models import DBTaskResult

    row = DBTaskResult.objects.create(args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", backend_name="default",
                                      queue_name="default", priority=0)
    assert ask()[1]["checks"]["queue"]["ok"] is True
    DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=clock.now() - timedelta(minutes=11))
    assert ask()[1]["checks"]["queue"]["ok"] is False


def test_a_migration_that_was_not_run_fails():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people'")
    said = ask()[1]["checks"]["migrations"]
    assert said["ok"] is False
    assert "songhe migrate" in said["state"]


def test_a_database_that_is_away_is_told_without_its_address(monkeypatch):
    def away():
        raise OperationalError("connection to server at 10.1.2.3, user songhe failed")

    monkeypatch.setitem(health.CHECKS, "database", away)
    status, said = ask()
    assert status == 503
    assert said["checks"]["database"] == {"ok": False, "state": "OperationalError"}
    assert "10.1.2.3" not in json.dumps(said)
