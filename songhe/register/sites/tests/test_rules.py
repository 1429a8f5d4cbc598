"""Pure rules of the facility register, and its indicators."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songhe.kernel.areas.models import PublishedFact
from songhe.kernel.registry import indicators
from songhe.register.sites.rules import apportion

from .conftest import Homes

DAY = date(2026, 11, 18)


@given(st.dictionaries(st.integers(), st.integers(0, 900), max_size=40), st.integers(-5, 40_000))
def test_dealing_out_loses_nothing_and_overfills_nobody(limits: dict[int, int], total: int) -> None:
    dealt = apportion(limits, total)
    assert sum(dealt.values()) == max(0, min(total, sum(limits.values())))
    assert all(0 <= dealt[key] <= limits[key] for key in limits)


@pytest.mark.django_db
def test_indicators_count_what_is_there_on_the_day(homes: Homes) -> None:
    assert indicators.get("beds.approved").compute("310107", DAY) == 9
    assert indicators.get("beds.nursing").compute("310107005", DAY) == 3
    assert indicators.get("beds.approved").compute("310107", date(2023, 1, 1)) == 0
    assert indicators.get("beds.nursing_share").compute("310107", DAY) == 33.3
    assert indicators.get("sites.care_home").compute("310107", DAY) == 2
    by_town = indicators.get("beds.approved").by_town
    assert by_town is not None
    assert by_town("310107", DAY) == {"310107005000": 6, "310107015000": 3}


@pytest.mark.django_db
def test_beds_per_hundred_wants_a_published_population(homes: Homes) -> None:
    ratio = indicators.get("beds.per_hundred")
    assert ratio.compute("310107", DAY) is None
    PublishedFact.objects.create(
        area_code="310107000000", indicator="户籍60岁及以上人口", value=300, unit="人", reference="2019-12-31",
        reference_date=date(2019, 12, 31), kind="stock", status="published", source="x",
    )  # fmt: skip
    assert ratio.compute("310107", DAY) == 3.0
    assert ratio.compute("310107005", DAY) is None, "no town's population is published"


def test_every_indicator_says_its_universe() -> None:
    for key, item in indicators.items():
        if key.startswith(("beds.", "sites.", "workforce.")):
            assert item.universe
            assert item.definition
            assert item.source
