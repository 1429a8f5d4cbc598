"""Every fen is somewhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songhe.kernel.errors import Refused
from songhe.kernel.money import Rounding, capital, parse_yuan, share, split, yuan

FEN = st.integers(-(10**13), 10**13)


@given(FEN, st.decimals(0, 100, places=2), st.sampled_from(Rounding))
def test_a_share_and_its_rest_are_the_whole(total, percent, rule):
    part, rest = share(total, percent, rule)
    assert part + rest == total
    assert abs(part - total * percent / 100) < 1


@given(FEN, st.decimals(0, 100, places=2), st.sampled_from(Rounding))
def test_a_reversal_is_shared_as_its_original(total, percent, rule):
    assert share(-total, percent, rule)[0] == -share(total, percent, rule)[0]


def test_half_a_fen_goes_where_the_rule_says():
    assert share(5, 90)[0] == 5
    assert share(5, 90, "down")[0] == 4
    assert share(1, 10, "up")[0] == 1
    assert share(25, "90")[0] == 23
    assert share(15, Decimal(90))[0] == 14


def test_a_float_is_not_money():
    with pytest.raises(TypeError):
        share(100, 0.9)  # type: ignore[arg-type]


@given(FEN, st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_split_parts_add_up_and_are_near_their_weight(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 3]])
def test_split_without_sense_is_a_fault(weights):
    with pytest.raises(ValueError):
        split(10, weights)


def test_yuan_reads_as_people_write_it():
    assert [yuan(n) for n in (0, 5, 123450, -123456789)] == ["0.00", "0.05", "1,234.50", "-1,234,567.89"]


@given(FEN)
def test_what_is_shown_can_be_typed_back(fen):
    assert parse_yuan(yuan(fen)) == fen


@pytest.mark.parametrize(
    "typed, fen", [("12", 1200), ("12.5", 1250), ("￥1,234.50", 123450), ("１２元", 1200), (" 3 ", 300)]
)
def test_typed_amounts_are_read(typed, fen):
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize("typed", ["", "1.234", "12,34", "一百", "1e3", ".5"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(Refused) as refused:
        parse_yuan(typed, field="price")
    assert refused.value.field == "price"


@pytest.mark.parametrize(
    "fen, words",
    [
        (0, "零元整"),
        (1, "壹分"),
        (50, "伍角整"),
        (1234050, "壹万贰仟叁佰肆拾元伍角整"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600014, "陆仟元壹角肆分"),
        (10700053, "壹拾万柒仟元伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (100000000, "壹佰万元整"),
        (1000000100, "壹仟万零壹元整"),
        (10000000000, "壹亿元整"),
        (1000010000, "壹仟万零壹佰元整"),
        (10001000000, "壹亿零壹万元整"),
        (-5, "负伍分"),
    ],
)
def test_capitals_follow_the_paper_rules(fen, words):
    assert capital(fen) == words
