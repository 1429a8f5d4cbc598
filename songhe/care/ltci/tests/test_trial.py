"""What a change of the rules would do to everybody: counted over the people as they are."""

from datetime import date

import pytest

from songhe.care.ltci import trial
from songhe.kernel import policy

from .world import World, at

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 18)


def figures(area="310107"):
    told = []
    found = [f.value for f in trial.estimate(ON, area, lambda *step: told.append(step[:2]))]
    assert told == sorted(told)
    return dict(zip(("entitled", "home", "hours", "home_fen", "institution", "institution_fen", "total_fen"), found, strict=True))


@pytest.fixture
def district(world: World, home: World):
    for level in (1, 2, 3, 3, 5):
        world.elder(level=level)
    world.build()
    resident = home.elder(level=4, form="institution")
    home.stay(resident, "institution", at(date(2026, 9, 1), 9))
    home.build()


def test_people_hours_and_money_under_the_rules_as_they_are(district):
    found = figures()
    minutes = 3 * (180 * 52 // 12) + 420 * 52 // 12
    assert (found["entitled"], found["home"], found["institution"]) == (5, 4, 1)
    assert found["hours"] == minutes // 60
    assert found["institution_fen"] == 2500 * 30 * 85 // 100
    assert found["total_fen"] == found["home_fen"] + found["institution_fen"]


def test_four_hours_instead_of_three_for_level_three(district):
    before = figures()
    with policy.override("ltci.home.hours_per_week", 4, ON, level=3):
        after = figures()
    assert after["entitled"] == before["entitled"]
    assert after["hours"] - before["hours"] == pytest.approx(2 * 52 / 12, abs=1)
    assert after["home_fen"] > before["home_fen"]
    assert after["institution_fen"] == before["institution_fen"]
    assert figures() == before


def test_another_price_share_or_level(district):
    before = figures()
    with policy.override("ltci.eligible_levels", [3, 4, 5, 6], ON):
        assert figures()["entitled"] == before["entitled"] - 1
    with policy.override("ltci.home.fund_percent", 80, ON):
        assert figures()["home_fen"] == pytest.approx(before["home_fen"] * 8 / 9, abs=10)
    with policy.override("ltci.institution.day_rate_fen", 3000, ON, level=4):
        assert figures()["institution_fen"] == 3000 * 30 * 85 // 100


def test_the_neighbouring_town_is_another_matter(district):
    assert figures("310107015")["entitled"] == 0
