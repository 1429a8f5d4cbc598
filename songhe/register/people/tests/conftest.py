"""What the tests of this room share: people in numbers, and a counter of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from songhe.kernel.identity import Sex, make_synthetic_identity
from songhe.register.people import actions
from songhe.register.people.models import Person
from songhe.simulation.cast import CAOYANG, Cast

NORTH = f"{CAOYANG}001"


def someone(serial: int = 0, **given: object) -> actions.NewPerson:
    """A new person of 曹杨新村街道; ``serial`` tells people apart."""
    birth = date(1940, 1, 1) + timedelta(days=serial)
    facts = {
        "name": "张桂珍", "identity_number": make_synthetic_identity(birth, Sex.FEMALE, 7), "area_code": NORTH,
        "living": "alone", "phone": f"137{serial:08d}", "address": "枫桥路 1 号",
    }
    return actions.NewPerson(**{**facts, **given})  # type: ignore[arg-type]


@pytest.fixture
def crowd(cast: Cast) -> Callable[[int], list[Person]]:
    """Register so many people of 曹杨新村街道."""

    def register(count: int) -> list[Person]:
        start = Person.objects.unscoped("counting in a test").count()
        return actions.register_many([someone(start + n) for n in range(count)], by=cast.street)

    return register
