"""Opening files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.events.models import Event
from songhe.register.people import actions
from songhe.register.people.models import Person
from songhe.simulation.cast import CHANGSHOU, Cast

from .conftest import NORTH, someone


def test_a_file_is_opened_with_what_the_number_tells(cast: Cast) -> None:
    person = actions.register(someone(5, phone="138 0000 9999"), by=cast.street)
    stored = Person.objects.visible_to(cast.street).get(pk=person.pk)
    assert (stored.birth_date, stored.sex, stored.pinyin, stored.initials) == (
        date(1940, 1, 6), "f", "zhangguizhen", "zgz",
    )  # fmt: skip
    assert stored.phone == "13800009999"
    assert stored.hukou_area_code == NORTH
    assert stored.synthetic, "a number that was never issued belongs to nobody real"
    event = Event.objects.unscoped("test").get(kind="person.registered")
    assert event.person_id == person.pk
    assert event.area_code == NORTH
    assert event.data == {}, "no personal value in an event"


def test_a_second_file_for_one_number_is_refused_and_found(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.register(someone(0, identity_number=cast.shen.identity_number), by=cast.street)
    assert refused.value.field == "identity_number"
    assert "沈桂芳" in refused.value.message


def test_a_neighbours_file_is_refused_without_a_word_about_her(cast: Cast) -> None:
    new = someone(0, identity_number=cast.shen.identity_number, area_code=f"{CHANGSHOU}001")
    with pytest.raises(Refused) as refused:
        actions.register(new, by=cast.neighbour_street)
    said = refused.value.message + refused.value.remedy
    assert "区民政局" in said
    for secret in ("沈", "曹杨", "北岭园", cast.shen.phone):
        assert secret not in said


def test_many_are_opened_or_none(cast: Cast) -> None:
    before = Person.objects.unscoped("test").count()
    with pytest.raises(Refused, match="第 3 人"):
        actions.register_many([someone(0), someone(1), someone(0)], by=cast.street)
    assert Person.objects.unscoped("test").count() == before
    assert not Event.objects.unscoped("test").filter(kind="person.registered").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"identity_number": "310199194001010149"}, "identity_number"),
        ({"identity_number": "31019919400101"}, "identity_number"),
        ({"name": " "}, "name"),
        ({"phone": "123"}, "phone"),
        ({"area_code": "310107999001"}, "area_code"),
        ({"hukou_area_code": "310107999001"}, "hukou_area_code"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, given: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.register(someone(0, **given), by=cast.street)
    assert refused.value.field == field


def test_all_faults_are_found_at_once(cast: Cast) -> None:
    wrong = [someone(0, name=""), someone(1), someone(1), someone(2, phone="1")]
    assert [(f.index, f.field) for f in actions.faults_of(wrong, cast.street)] == [
        (0, "name"), (2, "identity_number"), (3, "phone"),
    ]  # fmt: skip


def test_a_street_opens_no_files_for_another(cast: Cast) -> None:
    elsewhere = someone(0, area_code=f"{CHANGSHOU}001")
    with pytest.raises(Refused, match="不在您的辖区"):
        actions.register(elsewhere, by=cast.street)
    registered_here = replace(elsewhere, hukou_area_code=NORTH)
    assert actions.register(registered_here, by=cast.street)


def test_who_is_registered_elsewhere_can_live_here(cast: Cast) -> None:
    person = actions.register(someone(0, hukou_area_code="000000000000"), by=cast.street)
    assert person.hukou_area_code == "000000000000"


@pytest.mark.parametrize("part", ["advisor", "doctor", "elder", "admin", "coordinator"])
def test_only_keepers_open_files(cast: Cast, part: str) -> None:
    with pytest.raises(Forbidden):
        actions.register(someone(0), by=cast.posts[part])
