"""Two payments from one purse at one moment: with the lock off both pass, with it on only one."""

from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection, connections

from songhe.kernel.errors import Refused
from songhe.kernel.ledger import actions, invariants, queries
from songhe.kernel.ledger.actions import open_account, post
from songhe.kernel.ledger.models import Account, Entry, Posting, Unit


@pytest.fixture
def purse(scratch_default):
    with connection.schema_editor() as editor:
        for model in (Account, Posting, Entry):
            editor.create_model(model)
    fund = open_account("b", "fund", name="基金", unit=Unit.FEN)
    purse = open_account("b", "purse", name="王秀英", unit=Unit.FEN, floor=0)
    post("in", [(fund, -100), (purse, 100)])
    return fund, purse


def both_pay(purse, keys, monkeypatch, patience=0.7):
    """Two threads pay 100 each; neither inserts before the other has looked, if it can look at all."""
    fund, wallet = purse
    barrier, results = Barrier(2), []
    insert = actions._insert

    def insert_together(plans):
        try:
            barrier.wait(timeout=patience)
        except BrokenBarrierError:
            pass  # the other one is kept waiting by a lock: that is the point
        return insert(plans)

    monkeypatch.setattr(actions, "_insert", insert_together)

    def pay(key):
        try:
            results.append(post(key, [(wallet, -100), (fund, 100)]).key)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connections["default"].close()

    workers = [Thread(target=pay, args=[key]) for key in keys]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    monkeypatch.setattr(actions, "_insert", insert)
    return sorted(results)


def test_with_the_lock_one_is_paid_and_one_is_refused(purse, monkeypatch):
    results = both_pay(purse, ["a", "b"], monkeypatch)
    assert results[1] == "ledger.floor"
    assert results[0] in ("a", "b")
    assert queries.balance(purse[1]) == 0
    assert invariants.check() == []


# SQLite has one writer at a time: there is no lock to take off.
@pytest.mark.postgres
@pytest.mark.parametrize("scratch", ["postgresql"], indirect=True)
def test_without_the_lock_both_would_be_paid(purse, monkeypatch):
    monkeypatch.setattr(actions, "_lock", lambda accounts: None)
    assert both_pay(purse, ["a", "b"], monkeypatch, patience=20) == ["a", "b"]
    assert queries.balance(purse[1]) == -100
    assert [found.key for found in invariants.check()] == ["ledger.floors"]


def test_one_payment_sent_twice_at_one_moment_is_paid_once(purse, monkeypatch):
    assert both_pay(purse, ["a", "a"], monkeypatch) == ["a", "a"]
    assert queries.balance(purse[1]) == 0
    assert Posting.objects.filter(key="a").count() == 1


def test_without_a_floor_too_the_key_is_used_once(purse, monkeypatch):
    Account.objects.update(floor=None)
    assert both_pay(purse, ["a", "a"], monkeypatch) == ["a", "a"]
    assert queries.balance(purse[1]) == 0
