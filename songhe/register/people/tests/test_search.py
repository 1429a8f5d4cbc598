"""The one search box."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from songhe.register.people import actions, search
from songhe.register.people.models import CareLevel, Person
from songhe.register.people.rules import Sought, read_search
from songhe.simulation.cast import Cast

from .conftest import NORTH, someone


def names(cast: Cast, text: str, part: str = "street") -> list[str]:
    rows = search.search(Person.objects.visible_to(cast.posts[part]), text)
    return [p.name for p in rows.order_by("pinyin", "id")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("沈", [Sought.NAME]),
        ("shen gui fang", [Sought.LETTERS]),
        ("SGF", [Sought.LETTERS]),
        ("１２３４", [Sought.TAIL]),
        ("123x", [Sought.TAIL]),
        ("沈 0041", [Sought.NAME, Sought.TAIL]),
        ("310199 19440312 0041", [Sought.IDENTITY]),
        ("138-0000-0001", [Sought.PHONE]),
        ("+86 138 0000 0001", [Sought.PHONE]),
        ("021-62345678", [Sought.PHONE]),
        ("62345678", [Sought.PHONE]),
        ("12345", [Sought.NOTHING]),
        ("12", [Sought.NOTHING]),
        ("", []),
    ],
)
def test_what_was_typed_is_understood(text: str, kinds: list[Sought]) -> None:
    assert [word.kind for word in read_search(text)] == kinds


@pytest.mark.parametrize("text", ["沈", "沈桂", "沈桂芳", "s", "shen", "ShenGuiFang", "shen gui", "sgf", "sg"])
def test_she_is_found_by_name_pinyin_and_initials(cast: Cast, text: str) -> None:
    assert names(cast, text) == ["沈桂芳"]


@pytest.mark.parametrize("text", ["桂芳", "沈贵", "guifang", "gf", "shenguifangg", "单"])
def test_others_are_not_found(cast: Cast, text: str) -> None:
    assert names(cast, text) == []


def test_she_is_found_by_numbers(cast: Cast) -> None:
    number, phone = cast.shen.identity_number, cast.shen.phone
    for text in (number, number.lower(), number[-4:], phone, phone[-4:], f"沈 {phone[-4:]}"):
        assert names(cast, text) == ["沈桂芳"], text
    assert names(cast, f"戴 {phone[-4:]}") == []
    assert names(cast, number[:-1]) == []


def test_the_family_calls_and_she_is_found(cast: Cast) -> None:
    relative = actions.NewRelative(cast.shen.pk, "陆建", "儿子", phone="13712345678")
    actions.add_relatives([relative], by=cast.street)
    assert names(cast, "137 1234 5678") == ["沈桂芳"]
    assert names(cast, "13712345678", "neighbour_street") == []


@pytest.mark.parametrize("text", ["沈", "沈桂芳", "shen", "sgf"])
def test_a_neighbour_finds_nothing(cast: Cast, text: str) -> None:
    assert names(cast, text, "neighbour_street") == []
    assert names(cast, cast.shen.identity_number, "neighbour_street") == []
    assert names(cast, cast.shen.phone[-4:], "neighbour_street") == []


def test_a_surname_alone_finds_those_who_bear_it(cast: Cast) -> None:
    actions.register_many(
        [someone(n, name=name) for n, name in enumerate(["欧阳修", "欧文", "王欧"])], by=cast.street
    )
    assert names(cast, "欧") == ["欧文", "欧阳修"]
    assert names(cast, "欧阳") == ["欧阳修"]


def test_filters_narrow_together(cast: Cast) -> None:
    people = actions.register_many(
        [someone(0, living="lone"), someone(1, living="family", area_code=f"{NORTH[:-1]}2")], by=cast.street
    )
    CareLevel.objects.bulk_create(
        [
            CareLevel(person=people[0], scheme="shanghai", level=5, label="", starts=date(2026, 1, 1)),
            CareLevel(person=people[1], scheme="shanghai", level=5, label="", starts=date(2024, 1, 1),
                      ends=date(2026, 11, 18)),
            CareLevel(person=people[1], scheme="national", level=5, label="", starts=date(2026, 1, 1)),
        ]
    )  # fmt: skip
    rows = Person.objects.visible_to(cast.street)
    assert list(search.with_level(rows, "5")) == [people[0]], "a level that ended today is not in force"
    assert people[1] in search.with_level(rows, search.UNRATED)
    assert people[0] not in search.with_level(rows, search.UNRATED)
    assert list(search.living_in(rows, people[1].area_code)) == [people[1]]
    assert set(search.of_age(rows, "80")) == {cast.shen, *people}
    assert not search.of_age(rows, "90")
    assert set(search.of_age(rows, "80+")) == {cast.shen, *people}


#: What is typed → the indexes that answer.
PLANS = {
    "沈": ["person_by_surname"],
    "沈桂": ["people_pers_name_b4b3db_idx"],
    "shen": ["people_pers_pinyin_c93a65_idx"],
    "0041": ["people_pers_identit_322367_idx", "people_pers_phone_t_fbeec4_idx"],
}


@pytest.mark.parametrize("text", PLANS)
def test_every_way_in_has_its_index(cast: Cast, text: str) -> None:
    rows = search.search(Person.objects.visible_to(cast.bureau), text).order_by("pinyin", "id")[:51]
    if connection.vendor == "postgresql":
        # Three rows are read faster whole, and sorted faster than an index is opened: what is asked
        # is whether the condition alone can be answered by the index.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        rows = search.search(Person.objects.unscoped("the plan of one condition"), text).order_by()
    plan = rows.explain()
    for index in PLANS[text]:
        assert index in plan, plan
    if connection.vendor == "sqlite" and text in ("沈", "shen"):
        assert "TEMP B-TREE" not in plan, "the index has the order of the list"
