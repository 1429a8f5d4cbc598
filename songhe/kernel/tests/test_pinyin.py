"""Names are found by sound: surnames keep their own reading, given names theirs."""

import time

import pytest

from songhe.kernel.pinyin import COMPOUND_SURNAMES, SURNAMES, pinyin


@pytest.mark.parametrize(
    "name, full, initials",
    [
        ("沈桂芳", "shenguifang", "sgf"),
        ("单秀英", "shanxiuying", "sxy"),
        ("曾国强", "zengguoqiang", "zgq"),
        ("仇根娣", "qiugendi", "qgd"),
        ("解建华", "xiejianhua", "xjh"),
        ("查良镛", "zhaliangyong", "zly"),
        ("区文英", "ouwenying", "owy"),
        ("朴正明", "piaozhengming", "pzm"),
        ("任秋英", "renqiuying", "rqy"),
        ("翟志明", "zhaizhiming", "zzm"),
        ("乐嘉", "yuejia", "yj"),
        ("吕凤珍", "lvfengzhen", "lfz"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, full: str, initials: str) -> None:
    assert pinyin(name) == (full, initials)


@pytest.mark.parametrize(
    "name, full",
    [
        ("王长生", "wangchangsheng"),
        ("周乐", "zhoule"),
        ("张单", "zhangdan"),
        ("李晟", "lisheng"),
        ("王区", "wangqu"),
    ],
)
def test_the_same_character_in_a_given_name_is_not_read_as_a_surname(name: str, full: str) -> None:
    assert pinyin(name).full == full


def test_a_compound_surname_is_two_syllables_of_one_surname() -> None:
    assert pinyin("欧阳建国") == ("ouyangjianguo", "oyjg")
    assert pinyin("尉迟敬").full == "yuchijing"
    assert pinyin("万俟明").full == "moqiming"


def test_two_characters_that_could_be_a_compound_surname_are_surname_and_given_name() -> None:
    # 东方 alone is a person called 东 方: no given name would be left.
    assert pinyin("单于").full == "shanyu"


def test_a_transliterated_name_has_no_chinese_surname_reading() -> None:
    assert pinyin("解依古丽·买买提").full.startswith("jieyiguli")


def test_blanks_and_signs_vanish_and_letters_stay() -> None:
    assert pinyin(" 王 小明 ") == ("wangxiaoming", "wxm")
    assert pinyin("王A2") == ("wanga2", "wa2")
    assert pinyin("") == ("", "")
    assert pinyin("　") == ("", "")


def test_a_character_without_a_reading_is_left_out() -> None:
    assert pinyin("王□明") == ("wangming", "wm")


def test_every_own_reading_is_plain_lower_case_letters() -> None:
    readings = [*SURNAMES.values(), *(part for pair in COMPOUND_SURNAMES.values() for part in pair)]
    assert len(SURNAMES) >= 40
    assert all(reading.isascii() and reading.isalpha() and reading.islower() for reading in readings)


def test_a_whole_district_of_names_is_quick() -> None:
    names = [
        f"{surname}{first}{last}" for surname in "沈单曾王李" for first in "桂秀建国" for last in "芳英华"
    ] * 1000
    started = time.perf_counter()
    for name in names:
        pinyin(name)
    assert (time.perf_counter() - started) * 354_900 / len(names) < 10
