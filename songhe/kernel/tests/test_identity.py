"""Numbers are read strictly, refused plainly and shown sparingly."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songhe.kernel import clock
from songhe.kernel.errors import Refused
from songhe.kernel.identity import (
    SYNTHETIC_COUNTY,
    Sex,
    make_synthetic_identity,
    mask_address,
    mask_identity,
    mask_name,
    mask_phone,
    parse_identity,
    valid_phone,
)


@given(st.dates(date(1910, 1, 1), date(2020, 1, 1)), st.sampled_from(Sex), st.integers(0, 499))
def test_a_synthetic_number_reads_back_and_is_known_as_synthetic(birth, sex, serial):
    found = parse_identity(make_synthetic_identity(birth, sex, serial))
    assert (found.birth_date, found.sex, found.synthetic) == (birth, sex, True)
    assert found.county_code == SYNTHETIC_COUNTY


def test_no_table_of_counties_knows_the_synthetic_one():
    from stdnum import numdb

    known = numdb.get("cn/loc").info(SYNTHETIC_COUNTY)
    assert not any("county" in properties for _, properties in known)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(place, shift):
    right = make_synthetic_identity(date(1944, 5, 6), Sex.FEMALE, 7)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    with pytest.raises(Refused):
        parse_identity(wrong)


def test_two_neighbouring_digits_swapped_never_pass():
    right = make_synthetic_identity(date(1944, 5, 6), Sex.FEMALE, 7)
    for i in range(16):
        if right[i] != right[i + 1]:
            with pytest.raises(Refused):
                parse_identity(right[:i] + right[i + 1] + right[i] + right[i + 2 :])


def test_spaces_full_width_and_small_x_are_read():
    number = next(
        n for n in (make_synthetic_identity(date(1940, 1, 1), "male", i) for i in range(99)) if n[-1] == "X"
    )
    typed = f" {number[:6]} {number[6:14]}-{number[14:17]}ｘ"
    assert parse_identity(typed).number == number


@pytest.mark.parametrize(
    "number, code, words",
    [
        ("", "length", "现为 0 位"),
        ("31019919440506004", "length", "现为 17 位"),
        ("310107440506004", "old", "15 位旧号"),
        ("31019919440506O04X", "characters", "应为数字"),
        ("990199194405060042", "region", "“99”不是有效的地区码"),
        ("310199194402300042", "birth", "“19440230”不是有效日期"),
        ("310199209902010042", "birth", "晚于今天"),
        ("310199180002010042", "birth", "逾 130 年"),
        ("310199194405060140", "checksum", "第 18 位"),
    ],
)
def test_a_refusal_says_which_rule_failed(number, code, words):
    with clock.frozen("2026-11-21"), pytest.raises(Refused) as refused:
        parse_identity(number)
    assert refused.value.code == f"identity.{code}"
    assert words in refused.value.message
    assert refused.value.remedy


def test_a_person_born_today_is_read_and_one_born_tomorrow_is_not():
    number = make_synthetic_identity(date(2026, 11, 21), "female", 0)
    with clock.frozen("2026-11-21"):
        assert parse_identity(number).birth_date == date(2026, 11, 21)
    with clock.frozen("2026-11-20"), pytest.raises(Refused, match="晚于今天"):
        parse_identity(number)


def test_serials_run_out_loudly():
    with pytest.raises(ValueError):
        make_synthetic_identity(date(1940, 1, 1), "male", 500)


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("138 1234 5678", "13812345678"),
        ("+86-138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("62345678", "021-62345678"),
        ("(021) 6234 5678", "021-62345678"),
        ("0086 21 62345678", "021-62345678"),
    ],
)
def test_phones_come_to_one_form(typed, kept):
    assert valid_phone(typed) == kept


@pytest.mark.parametrize(
    "typed, words",
    [
        ("", "没有填写"),
        ("1381234567", "现为 10 位"),
        ("12812345678", "没有以 12 开头"),
        ("010-62345678", "不是 021"),
        ("021-12345678", "首位为 2 至 9"),
        ("六二三四五六七八", "只能是数字"),
    ],
)
def test_a_phone_is_refused_with_its_reason(typed, words):
    with pytest.raises(Refused, match=words):
        valid_phone(typed)


def test_masks_keep_what_a_clerk_needs_and_nothing_more():
    assert mask_identity("310107194501011234") == "310107********1234"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("021-62345678") == "021-****5678"
    assert mask_name("王秀英") == "王**"
    assert mask_name("欧阳兰") == "欧阳*"
    assert mask_name("欧阳") == "欧*"
    assert mask_identity("12345") == "*****"
    assert [f(None) for f in (mask_identity, mask_phone, mask_name, mask_address)] == ["", "", "", ""]


@pytest.mark.parametrize(
    "address, shown",
    [
        ("上海市普陀区曹杨新村街道花溪路1弄2号301室", "上海市普陀区曹杨新村街道****"),
        ("普陀区长寿路街道西康路9号", "普陀区长寿路街道****"),
        ("普陀区镇坪路48号502室", "普陀区****"),
        ("浦东新区张江镇碧波路8号", "浦东新区张江镇****"),
        ("花溪路1弄2号301室老镇源楼上", "****"),
        ("阳光小区5号101室", "****"),
    ],
)
def test_an_address_shows_its_town_and_no_house(address, shown):
    assert mask_address(address) == shown
