"""GB/T 42195: split, bands and every adjustment."""

from itertools import product

import pytest

from songhe.engines.scoring import Result, load, score

ABILITY = load("gbt42195_2022")
# A total inside each level, and the level.
MIDDLES = [(90, 0), (75, 1), (55, 2), (40, 3), (10, 4)]


def answers(total: int) -> dict[str, int]:
    """Some answers that sum to ``total``: the fullest items first."""
    chosen = {}
    for item in sorted(ABILITY.items, key=lambda item: -item.maximum):
        chosen[item.id] = max(option.score for option in item.options if option.score <= total)
        total -= chosen[item.id]
    assert total == 0
    return chosen


def result(total: int, **context: bool | int) -> Result:
    return score(ABILITY, answers(total), context)


def test_the_split_is_32_15_28_15_and_the_sum_90() -> None:
    assert [dimension.maximum for dimension in ABILITY.dimensions] == [32, 15, 28, 15]
    assert ABILITY.maximum == 90
    counts = [
        sum(item.dimension == dimension.id for item in ABILITY.items) for dimension in ABILITY.dimensions
    ]
    assert counts == [8, 4, 9, 5]
    assert [item.number for item in ABILITY.items] == list(range(1, 27))


def test_maximum_points_are_those_of_the_standard() -> None:
    maxima = [item.maximum for item in ABILITY.items]
    assert maxima[:8] == [4] * 8
    assert maxima[8:12] == [4, 4, 4, 3]
    assert maxima[12:21] == [4, 4, 4, 4, 4, 4, 1, 1, 2]
    assert maxima[21:] == [2, 2, 4, 3, 4]


@pytest.mark.parametrize(
    "total, level",
    [
        (90, 0),
        (89, 1), (88, 1), (67, 1), (66, 1),
        (65, 2), (64, 2), (47, 2), (46, 2),
        (45, 3), (44, 3), (31, 3), (30, 3),
        (29, 4), (28, 4), (1, 4), (0, 4),
    ],
)  # fmt: skip
def test_every_edge_of_the_total(total: int, level: int) -> None:
    found = result(total)
    assert (found.total, found.level) == (total, level)


def test_every_total_has_exactly_one_level() -> None:
    assert [result(total).level for total in range(91)] == sorted(
        (result(total).level for total in range(91)), reverse=True
    )


@pytest.mark.parametrize("total, level", MIDDLES)
@pytest.mark.parametrize("dementia", [False, True])
@pytest.mark.parametrize("mental", [False, True])
@pytest.mark.parametrize("events", [0, 1, 2, 3])
def test_any_number_of_reasons_adds_one_level_and_never_passes_four(
    total: int, level: int, dementia: bool, mental: bool, events: int
) -> None:
    found = result(total, dementia=dementia, mental_disorder=mental, risk_events_30_days=events)
    worse = dementia or mental or events >= 2
    assert found.level == min(level + worse, 4)
    assert found.total == total, "the points themselves never change"


@pytest.mark.parametrize("total, level", MIDDLES)
def test_coma_is_level_four_whatever_the_points(total: int, level: int) -> None:
    assert result(total, coma=True).level == 4
    assert result(total, coma=False).level == level


def test_coma_needs_no_answers_and_nothing_is_added_to_it() -> None:
    found = score(ABILITY, {}, {"coma": True, "dementia": True})
    assert found.level == 4
    assert len(found.missing) == 26
    assert [reason.text for reason in found.reasons] == ["昏迷：直接定为能力完全丧失；意识变化后须全面重评。"]


def test_an_unfinished_form_has_no_level_even_with_a_diagnosis() -> None:
    given = answers(60)
    del given["memory"]
    found = score(ABILITY, given, {"dementia": True})
    assert found.level is None
    assert found.level_name == ""
    assert found.missing == ("memory",)


def test_reasons_tell_each_step() -> None:
    texts = [
        (reason.text, reason.status) for reason in result(60, dementia=True, risk_events_30_days=2).reasons
    ]
    assert texts[-3:] == [
        ("总分60分，属46–65分，2级能力中度受损（中度失能）。", "sourced"),
        ("确诊认知障碍（F00–F03）、近30天照护风险事件次数2次：等级加重一级。", "sourced"),
        ("情形有多项也只加重一级，最重为4级。", "recalled"),
    ]


def test_one_reason_alone_says_nothing_of_the_limit() -> None:
    reasons = result(60, dementia=True).reasons
    assert all("只加重一级" not in reason.text for reason in reasons)
    assert reasons[-1].source == "国标解读，2026-02-02；种子数据（公开代码）；评估表（公开代码）"


def test_a_level_of_four_is_told_that_it_stays() -> None:
    assert result(10, dementia=True).reasons[-1].text == "情形有多项也只加重一级，最重为4级。"


def test_one_group_is_one_page_of_one_dimension() -> None:
    assert sum(len(group.items) for group in ABILITY.groups) == 26
    for group, item in product(ABILITY.groups, ABILITY.items):
        if item in group.items:
            assert item.dimension == group.dimension
    assert max(len(group.items) for group in ABILITY.groups) <= 5
