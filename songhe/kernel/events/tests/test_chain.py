"""The hash chain: what was sealed cannot be changed, removed or slipped in unnoticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from songhe.kernel import clock, events, guards
from songhe.kernel.access.scoping import Unscoped
from songhe.kernel.events import chain, queries
from songhe.kernel.events.models import Event, Seal
from songhe.simulation.cast import Cast

pytestmark = pytest.mark.django_db
WHY = "tests look at everything"


@pytest.fixture
def told(cast: Cast) -> list[Event]:
    """Three events about 沈桂芳, old enough to be sealed."""
    made = [
        events.record("person.corrected", by=cast.street, subject=cast.shen, reason=f"第 {n} 次更正", data={"n": n})
        for n in range(3)
    ]
    clock.advance(timedelta(minutes=5))
    return made


def test_sealing_twice_seals_once_and_the_chain_holds(told: list[Event]) -> None:
    assert chain.seal() >= 3
    assert chain.seal() == 0
    assert chain.verify() == []


def test_an_event_of_this_very_moment_waits_for_the_next_batch(cast: Cast) -> None:
    chain.seal(grace=timedelta(0))
    events.record("person.corrected", by=cast.street, subject=cast.shen)
    assert chain.seal() == 0


def test_a_changed_event_breaks_the_chain(told: list[Event]) -> None:
    chain.seal()
    with guards.lifted("the test plays a forger"):
        Event.objects.unscoped(WHY).filter(pk=told[1].pk).update(data={"n": 99})
    assert "改动" in chain.verify()[0].message


def test_a_removed_event_breaks_the_chain(told: list[Event]) -> None:
    chain.seal()
    with guards.lifted("the test plays a forger"):
        Event.objects.unscoped(WHY).filter(pk=told[0].pk).delete()
    assert "条数不符" in chain.verify()[0].message


def test_a_removed_seal_breaks_the_chain(told: list[Event], cast: Cast) -> None:
    chain.seal()
    events.record("person.corrected", by=cast.street, subject=cast.shen)
    clock.advance(timedelta(minutes=5))
    chain.seal()
    first = Seal.objects.order_by("position").first()
    assert first is not None
    with guards.lifted("the test plays a forger"):
        Event.objects.unscoped(WHY).filter(seal=first).update(seal=None)
        Seal.objects.filter(pk=first.pk).delete()
    assert any("序号不连续" in b.message or "不衔接" in b.message for b in chain.verify())


def test_the_database_itself_refuses_to_change_an_event(told: list[Event]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.unscoped(WHY).filter(pk=told[0].pk).update(data={})
    assert connection.is_usable()


def test_forgetting_the_words_of_a_reason_leaves_the_chain_whole(told: list[Event]) -> None:
    chain.seal()
    with guards.lifted("a person is forgotten"):
        Event.objects.unscoped(WHY).filter(pk=told[0].pk).update(reason="")
    assert chain.verify() == []


def test_an_undeclared_kind_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="not declared"):
        events.record("nobody.knows", by=cast.street, subject=cast.shen)


def test_events_cannot_be_read_without_a_scope(told: list[Event]) -> None:
    with pytest.raises(Unscoped):
        list(Event.objects.filter(kind="person.corrected"))


def test_elder_and_family_read_only_what_is_meant_for_them(told: list[Event], cast: Cast) -> None:
    events.declare("test.hidden", "内部记录", portal=False)
    events.record("test.hidden", by=cast.street, subject=cast.shen)
    seen = {m.kind for m in queries.timeline(cast.shen.pk, cast.elder)}
    assert "person.corrected" in seen
    assert "test.hidden" not in seen
