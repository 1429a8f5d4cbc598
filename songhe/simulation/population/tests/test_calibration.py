"""The sample meets the published totals, and says which numbers nobody published."""

import pytest

from songhe.simulation.population import (
    CalibrationRow,
    Fact,
    Lived,
    Population,
    Published,
    assumption_table,
    compare,
    generate_staff,
    published,
)

from .conftest import TODAY


@pytest.fixture(scope="module")
def rows(sample: Population, totals: Published, facts: list[Fact]) -> dict[str, CalibrationRow]:
    return {row.figure: row for row in compare(sample, totals, facts)}


@pytest.mark.parametrize(
    "figure, tolerance",
    [
        ("户籍60岁及以上人口", 0.001),
        ("60+中60-64岁占比", 0.002),
        ("60+中65-69岁占比", 0.002),
        ("60+中70-79岁占比", 0.002),
        ("60+中80岁及以上占比", 0.002),
        ("60+中男性占比", 0.002),
        ("80+中男性占比", 0.005),
        ("100岁及以上", 0.2),
        ("独居", 0.005),
        ("孤老", 0.03),
        ("纯老家庭（独居除外）", 0.005),
        ("长护险养老机构服务人数", 0.01),
        ("长护险居家护理服务（全年预计）", 0.01),
        ("80岁及以上独居与孤老", 0.12),
    ],
)
def test_a_published_figure_is_met(rows: dict[str, CalibrationRow], figure: str, tolerance: float) -> None:
    assert rows[figure].ratio == pytest.approx(1, abs=tolerance)
    assert rows[figure].source
    assert rows[figure].status in {"published", "recalled"}


def test_what_was_lived_is_compared_with_the_share_of_the_year(
    sample: Population, totals: Published, facts: list[Fact]
) -> None:
    lived = Lived(days=73, applications=446, assessments=383, home_visits=43_281, settled_fen=387_715_978)
    rows = {row.figure: row for row in compare(sample, totals, facts, lived=lived)}
    for figure in ("长护险受理申请", "长护险完成评估", "长护险居家护理服务", "长护险累计结算"):
        assert rows[figure].ratio == pytest.approx(1, abs=0.01)
        assert "73天" in rows[figure].note


def test_providers_are_compared_when_given(sample: Population, totals: Published, facts: list[Fact]) -> None:
    staff = generate_staff(sample.ground, totals, scale=1, on=TODAY)
    figures = [row.figure for row in compare(sample, totals, facts, staff=staff)]
    assert {"长护险定点机构", "护理站"} <= set(figures)
    assert "长护险定点机构" not in [row.figure for row in compare(sample, totals, facts)]


def test_a_missing_figure_is_named(facts: list[Fact]) -> None:
    with pytest.raises(LookupError, match="户籍60岁及以上人口"):
        published([fact for fact in facts if fact.indicator != "户籍60岁及以上人口"], "310107")


def test_every_assumption_states_its_reason_and_status(sample: Population) -> None:
    stated = assumption_table(sample)
    assert len(stated) > 80
    assert all(row.reason for row in stated)
    assert {row.status for row in stated} <= {"published", "sourced", "derived", "recalled", "assumed"}
    assert len({(row.group, row.name) for row in stated}) == len(stated)
