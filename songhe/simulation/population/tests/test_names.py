"""Names fit the sex and the time, and a family shares one."""

import numpy as np

from songhe.kernel.pinyin import pinyin
from songhe.simulation.population import Population, decoded
from songhe.simulation.population.codes import FEMALE, MALE
from songhe.simulation.population.draw import stream
from songhe.simulation.population.names import name_book


def _given(sex: int, year: int) -> set[str]:
    drawn = name_book().draw_given(stream(1, "test"), np.full(3000, sex), np.full(3000, year))
    return set(drawn.tolist())


def test_the_surnames_are_many_and_different() -> None:
    surnames = name_book().surnames.tolist()
    assert len(surnames) >= 150
    assert len(set(surnames)) == len(surnames)
    assert (name_book().surname_weights > 0).all()


def test_zhang_is_more_frequent_than_sima() -> None:
    drawn = name_book().draw_surnames(stream(1, "test"), 20_000).tolist()
    assert drawn.count("张") > 40 * max(drawn.count("诸葛"), 1)


def test_names_belong_to_their_time() -> None:
    assert {"建国", "国庆", "卫国"} <= _given(MALE, 1953)
    assert not {"建国", "援朝", "子豪"} & _given(MALE, 1928)
    assert {"桂芳", "秀英", "凤珍"} <= _given(FEMALE, 1931)
    assert not {"桂芳", "招娣"} & _given(FEMALE, 1995)


def test_years_beyond_the_lists_take_the_nearest_decade() -> None:
    assert _given(MALE, 1890) == _given(MALE, 1925)
    assert _given(FEMALE, 2024) == _given(FEMALE, 2005)


def test_nobody_bears_a_childhood_nickname_or_the_same_character_by_accident() -> None:
    for texts, _ in name_book().given.values():
        assert not any(text.startswith("阿") for text in texts.tolist())


def test_every_name_has_a_pinyin(sample: Population) -> None:
    for name in sample.people.name.tolist():
        full, initials = pinyin(name)
        assert len(initials) == len(name) or name[:2] in {"欧阳", "诸葛", "上官"}
        assert full.isalpha()
        assert full.isascii()


def test_a_mans_child_bears_his_surname(sample: Population) -> None:
    relatives = decoded(sample.relatives)
    people = decoded(sample.people, 0, None)
    children = 0
    for person, relation, name in zip(
        relatives["person"], relatives["relation"], relatives["name"], strict=True
    ):
        if relation in {"son", "daughter"} and people["sex"][person] == "m":
            children += 1
            assert name[0] == people["name"][person][0]
    assert children > 5000
