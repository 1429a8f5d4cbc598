"""The house is whole: it can be built, and it breaks no invariant."""

from __future__ import annotations

from datetime import timedelta

from songhe.kernel import checks, clock
from songhe.kernel.access import rights
from songhe.kernel.events import chain
from tests.house import House


def test_the_house_has_one_of_everything_on_both_sides(house: House) -> None:
    assert set(house.near.rows) == set(house.far.rows)
    kinds = {type(row) for row in house.near.rows.values()}
    assert {m.__name__ for m in rights.declared_models()} <= {k.__name__ for k in kinds} | {"Survey"}


def test_the_house_breaks_no_invariant(house: House) -> None:
    assert [str(v) for v in checks.run_all()] == []


def test_the_events_of_the_house_are_a_whole_chain(house: House) -> None:
    clock.advance(timedelta(hours=1))
    assert chain.seal() > 100
    assert chain.verify() == []
