"""The national long-term care scale: every cell, every edge."""

import pytest

from songhe.engines.scoring import Instrument, Result, load, score

NATIONAL = load("ltci_national_2021")

# Row: grade of daily living. Column: the worse grade of cognition and perception.
TABLE = [
    [0, 0, 1, 1],
    [1, 1, 1, 2],
    [2, 2, 2, 3],
    [3, 3, 4, 5],
]
NAMES = ["基本正常", "轻度失能", "中度失能", "重度失能Ⅰ级", "重度失能Ⅱ级", "重度失能Ⅲ级"]
A_TOTAL_OF_GRADE = {
    "adl": [100, 80, 50, 20],
    "cognition": [16, 9, 3, 1],
    "perception": [12, 7, 2, 0],
}


def answers(instrument: Instrument, **totals: int) -> dict[str, int]:
    """Some answers whose sum in each dimension is as asked: the fullest items first."""
    chosen: dict[str, int] = {}
    for dimension in instrument.dimensions:
        rest = totals.get(dimension.id, dimension.maximum)
        items = [item for item in instrument.items if item.dimension == dimension.id]
        for item in sorted(items, key=lambda item: -item.maximum):
            chosen[item.id] = max(option.score for option in item.options if option.score <= rest)
            rest -= chosen[item.id]
        assert rest == 0, f"{dimension.id} cannot give {totals}"
    return chosen


def result(**totals: int) -> Result:
    return score(NATIONAL, answers(NATIONAL, **totals))


def test_seventeen_items_make_100_16_and_12() -> None:
    assert len(NATIONAL.items) == 17
    assert [item.number for item in NATIONAL.items] == list(range(1, 18))
    assert [dimension.maximum for dimension in NATIONAL.dimensions] == [100, 16, 12]
    counts = [
        sum(item.dimension == dimension.id for item in NATIONAL.items) for dimension in NATIONAL.dimensions
    ]
    assert counts == [10, 4, 3]


def test_the_items_stand_in_the_order_of_the_standard() -> None:
    names = [item.name for item in NATIONAL.items]
    assert names[:6] == ["进食", "穿衣", "面部与口腔清洁", "大便控制", "小便控制", "用厕"]
    assert names[6:10] == ["平地行走", "床椅转移", "上下楼", "洗澡"]
    assert names[10:] == ["时间定向", "人物定向", "空间定向", "记忆力", "视力", "听力", "沟通能力"]


def test_maximum_points_of_daily_living_are_those_of_the_standard() -> None:
    maxima = [item.maximum for item in NATIONAL.items]
    assert maxima == [10, 10, 5, 10, 10, 10, 15, 15, 10, 5, 4, 4, 4, 4, 4, 4, 4]


@pytest.mark.parametrize("adl", range(4))
@pytest.mark.parametrize("cognition", range(4))
@pytest.mark.parametrize("perception", range(4))
def test_every_cell_of_the_combination_table(adl: int, cognition: int, perception: int) -> None:
    found = result(
        adl=A_TOTAL_OF_GRADE["adl"][adl],
        cognition=A_TOTAL_OF_GRADE["cognition"][cognition],
        perception=A_TOTAL_OF_GRADE["perception"][perception],
    )
    assert found.level == TABLE[adl][max(cognition, perception)]
    assert found.level_name == NAMES[found.level]
    assert [grade.grade for grade in found.grades] == [adl, cognition, perception]


@pytest.mark.parametrize(
    "total, grade",
    [
        (100, 0),
        (95, 1),
        (90, 1),
        (70, 1),
        (65, 1),
        (60, 2),
        (55, 2),
        (50, 2),
        (45, 2),
        (40, 3),
        (35, 3),
        (5, 3),
        (0, 3),
    ],
)
def test_every_edge_of_daily_living(total: int, grade: int) -> None:
    assert result(adl=total).grades[0].grade == grade


@pytest.mark.parametrize(
    "total, grade", [(16, 0), (15, 1), (14, 1), (5, 1), (4, 1), (3, 2), (2, 2), (1, 3), (0, 3)]
)
def test_every_edge_of_cognition(total: int, grade: int) -> None:
    assert result(cognition=total).grades[1].grade == grade


@pytest.mark.parametrize(
    "total, grade", [(12, 0), (11, 1), (10, 1), (5, 1), (4, 1), (3, 2), (2, 2), (1, 3), (0, 3)]
)
def test_every_edge_of_perception(total: int, grade: int) -> None:
    assert result(perception=total).grades[2].grade == grade


def test_the_table_and_the_bands_say_they_are_recalled() -> None:
    found = result(adl=55, cognition=9, perception=12)
    statuses = [reason.status for reason in found.reasons]
    assert statuses == ["recalled"] * 4
    last = found.reasons[-1]
    assert (
        last.text
        == "日常生活活动能力中度受损，认知能力与感知觉与沟通能力取较重者为轻度受损，按组合表为2级中度失能。"
    )
    assert last.source == "长护险接口文档（公开代码）", "this cell is confirmed by a public text"
    assert last.rule == "《长期护理失能等级评估标准（试行）》（医保办发〔2021〕37号）"


def test_a_cell_nobody_confirms_names_no_source() -> None:
    assert result(adl=0, cognition=0).reasons[-1].source == ""


def test_reasons_name_points_grade_and_band() -> None:
    first = result(adl=55).reasons[0]
    assert first.text == "日常生活活动能力55分（满分100），中度受损（45–60分）。"
