"""Text by its beginning, and pages that begin at their cursor."""

from __future__ import annotations

import pytest

from songhe.kernel.access.rights import area_q
from songhe.kernel.screens import keyset
from songhe.kernel.text import after_prefix, begins_with


@pytest.mark.parametrize("prefix", ["a", "wang", "王", "沈桂", "z", "9", "\ud7ff", "\U0010ffff"])
def test_everything_that_begins_so_lies_below_the_bound(prefix: str) -> None:
    upper = after_prefix(prefix)
    for tail in ("", "a", "芳", "\U0010fffe"):
        assert prefix <= prefix + tail
        assert not upper or prefix + tail < upper
    assert not upper or not upper.startswith(prefix)
    upper.encode()


def test_a_prefix_is_a_range() -> None:
    assert begins_with("name", "沈").children == [("name__gte", "沈"), ("name__lt", "沉")]


@pytest.mark.parametrize(
    ("prefix", "bounds"),
    [
        ("310107", ("310107", "310108")),
        ("310109", ("310109", "310110")),
        ("310107009", ("310107009", "310107010")),
        ("310107000000", ("310107", "310108")),
        ("310107020000", ("310107020", "310107021")),
        ("310107005010", ("310107005010", "310107005011")),
        ("310000000000", ("31", "32")),
    ],
)
def test_an_area_is_a_range_of_digits(prefix: str, bounds: tuple[str, str]) -> None:
    assert tuple(value for _name, value in area_q("area_code", prefix).children) == bounds


def test_a_district_does_not_choose_the_index_and_a_town_does() -> None:
    assert area_q("area_code", "310107").children[0][0] == "area_code__broad__gte"
    assert area_q("area_code", "310107005").children[0][0] == "area_code__gte"
    assert area_q("area_code", "310107005", broad=True).children[0][0] == "area_code__broad__gte"


def test_a_page_begins_at_its_cursor() -> None:
    condition = keyset._after(["pinyin", "-id"], ["shen", "7"], backwards=False)
    assert condition.children[0] == ("pinyin__gte", "shen")
    condition = keyset._after(["-age", "id"], ["80", "7"], backwards=True)
    assert condition.children[0] == ("age__gte", "80")
