"""What the scorer and the loader refuse, word for word."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from songhe.engines.scoring import InstrumentError, ScoringError, load, outcomes, score
from songhe.engines.scoring.loader import parse

NATIONAL, ABILITY = load("ltci_national_2021"), load("gbt42195_2022")
DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize("points", [7, -5, 11, "5", 5.0, True])
def test_points_no_option_has_are_refused(points: Any) -> None:
    with pytest.raises(ScoringError) as refused:
        score(NATIONAL, {"eating": points})
    assert str(refused.value) == f"进食：「{points}」不是可选分值，可选10、5、0分。请重新选择。"
    assert refused.value.item_id == "eating"


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(ScoringError) as refused:
        score(NATIONAL, {"grooming": 4})
    assert (
        str(refused.value) == "《长期护理失能等级评估标准（试行）》没有项目「grooming」。请刷新表单后重填。"
    )
    assert refused.value.item_id == "grooming"


def test_a_fact_the_form_does_not_know_is_refused() -> None:
    with pytest.raises(ScoringError) as refused:
        score(NATIONAL, {}, {"coma": True})
    assert (
        str(refused.value) == "《长期护理失能等级评估标准（试行）》没有附加情形「coma」。请刷新表单后重填。"
    )


@pytest.mark.parametrize("value", [1, 0, "是"])
def test_a_flag_is_yes_or_no(value: Any) -> None:
    with pytest.raises(ScoringError) as refused:
        score(ABILITY, {}, {"coma": value})
    assert str(refused.value) == f"昏迷：「{value}」无效，只能选是或否。"
    assert refused.value.item_id == "coma"


@pytest.mark.parametrize("value", [-1, True, "2", 1.5])
def test_a_count_is_zero_or_more(value: Any) -> None:
    with pytest.raises(ScoringError) as refused:
        score(ABILITY, {}, {"risk_events_30_days": value})
    assert str(refused.value) == f"近30天照护风险事件次数：「{value}」无效，应为0或正整数。"


def test_unanswered_items_are_listed_in_the_order_of_the_form() -> None:
    found = score(NATIONAL, {"memory": 4, "eating": None})
    assert found.missing[:2] == ("eating", "dressing")
    assert "memory" not in found.missing
    assert found.level is None
    assert found.grades == ()
    assert found.totals == {"adl": 0, "cognition": 4, "perception": 0}


def test_an_absent_fact_is_no() -> None:
    best = {item.id: item.maximum for item in ABILITY.items}
    assert score(ABILITY, best, {"coma": None, "risk_events_30_days": None}).level == 0


def test_shanghai_has_eight_outcomes_and_only_one_without_a_level() -> None:
    rows = outcomes("shanghai_2_0")
    assert [row.level for row in rows] == [0, 1, 2, 3, 4, 5, 6, None]
    assert [row.name for row in rows][:2] == ["正常", "照护一级"]
    assert yaml.safe_load((DATA / "shanghai_2_0.yaml").read_text(encoding="utf-8"))["computed"] is False


def test_the_official_scale_cannot_be_scored() -> None:
    with pytest.raises(InstrumentError, match="只登记、不计分。"):
        load("shanghai_2_0")


def test_an_instrument_nobody_wrote_is_refused() -> None:
    with pytest.raises(InstrumentError, match="没有名为「nothing」的量表文件。"):
        load("nothing")


def broken(name: str, **changes: Any) -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return raw | changes


def test_a_wrong_maximum_is_refused() -> None:
    with pytest.raises(InstrumentError, match="总分90，应为100。"):
        parse(broken("gbt42195_2022", maximum=100))


def test_a_gap_between_bands_is_refused() -> None:
    levels = broken("gbt42195_2022")["levels"]
    levels[1]["low"] = 67
    with pytest.raises(InstrumentError, match="总分：66分落在0个分段内，应为1个。"):
        parse(broken("gbt42195_2022", levels=levels))


def test_a_table_with_an_unknown_level_is_refused() -> None:
    table = broken("ltci_national_2021")["combination"]
    table["levels"][3][3] = 6
    with pytest.raises(InstrumentError, match="组合表中有未定义的等级。"):
        parse(broken("ltci_national_2021", combination=table))


def test_a_repeated_score_is_refused() -> None:
    groups = broken("ltci_national_2021")["groups"]
    groups[0]["items"][0]["options"][1]["score"] = 10
    with pytest.raises(InstrumentError, match="进食：选项分值应由高到低且不重复。"):
        parse(broken("ltci_national_2021", groups=groups))


def test_an_adjustment_on_an_unknown_fact_is_refused() -> None:
    with pytest.raises(InstrumentError, match="coma：没有附加情形「coma」。"):
        parse(broken("gbt42195_2022", context=[]))


def test_a_source_nobody_listed_is_refused() -> None:
    with pytest.raises(InstrumentError, match="出处「A5」没有列出。"):
        parse(broken("ltci_national_2021", sources={}))
