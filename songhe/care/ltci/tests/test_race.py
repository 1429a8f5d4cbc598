"""Two clerks settle the same month at the same moment: one statement, and both see it."""

from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection, connections

from songhe.care.ltci import settlement
from songhe.care.ltci.models import ClaimLine, Statement
from songhe.kernel import checks
from songhe.kernel.errors import Refused
from songhe.simulation import cast as cast_module

from .world import OCTOBER, World


@pytest.fixture
def db(committed):
    """Instead of the transaction around a test: a database whose commits both threads see."""
    return committed


def both_draft(monkeypatch, patience=0.7):
    """Two threads draft; neither judges before the other has looked for a statement, if it can look at all."""
    cast = cast_module.build()
    world = World(cast.organisations["provider"])
    carer, elder = world.worker("王秀英"), world.elder()
    for day in (6, 8, 13):
        world.visit(elder, carer, OCTOBER.replace(day=day))
    world.build()
    barrier, results = Barrier(2), []
    judge = settlement._claims

    def judge_together(*args):
        try:
            barrier.wait(timeout=patience)
        except BrokenBarrierError:
            pass  # the other one waits at the lock: that is the point
        return judge(*args)

    monkeypatch.setattr(settlement, "_claims", judge_together)

    def draft(by):
        try:
            results.append(settlement.draft(world.provider, OCTOBER, by=by).number)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connections["default"].close()

    clerks = [Thread(target=draft, args=[by]) for by in (cast.coordinator, cast.insurer)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join(timeout=30)
    return sorted(results)


def test_with_the_lock_both_get_the_one_statement(db, monkeypatch):
    results = both_draft(monkeypatch)
    assert len(results) == 2
    assert results[0] == results[1]
    assert results[0].startswith("JS")
    assert Statement.objects.unscoped("test").count() == 1
    assert ClaimLine.objects.unscoped("test").count() == 3
    assert checks.run_all(only=["ltci.totals", "ltci.paid_once", "ltci.shares"]) == []


def test_without_the_lock_the_second_clerk_runs_into_the_constraint(db, monkeypatch):
    if db == "sqlite":
        pytest.skip("SQLite has one writer at a time: there is no lock to take off")
    monkeypatch.setattr(settlement, "_lock", lambda provider: None)
    results = both_draft(monkeypatch, patience=20)
    assert results[0].startswith("JS")
    assert results[1] == "constraint.statement_one_open"
    assert Statement.objects.unscoped("test").count() == 1


def test_without_lock_and_constraint_the_month_would_be_claimed_twice(db, monkeypatch):
    if db == "sqlite":
        pytest.skip("SQLite has one writer at a time: there is no lock to take off")
    guard = next(c for c in Statement._meta.constraints if c.name == "statement_one_open")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Statement, guard)
    monkeypatch.setattr(settlement, "_lock", lambda provider: None)
    results = both_draft(monkeypatch, patience=20)
    assert len(set(results)) == 2
    assert Statement.objects.unscoped("test").count() == 2
    assert [v.key for v in checks.run_all(only=["ltci.paid_once"])] == ["ltci.paid_once"] * 3
