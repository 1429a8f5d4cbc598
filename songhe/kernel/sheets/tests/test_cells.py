"""One cell: value or sentence."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from songhe.kernel.clock import SHANGHAI
from songhe.kernel.sheets import BadCell, Column
from songhe.kernel.sheets.cells import parse
from songhe.kernel.sheets.columns import Kind

from .conftest import NUMBER


def column(kind: Kind, **extra: Any) -> Column:
    return Column("x", "某列", kind, choices=(("m", "男"), ("f", "女")) if kind == "choice" else (), **extra)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "王芳", "王芳"),
        ("text", 12, "12"),
        ("int", "1,200", 1200),
        ("int", 3, 3),
        ("int", "３", 3),
        ("decimal", "1.50", Decimal("1.50")),
        ("fen", 12, 1200),
        ("fen", 12.34, 1234),
        ("fen", 0.1 + 0.2, 30),
        ("fen", "￥1,234.5元", 123450),
        ("fen", "-3", -300),
        ("date", "2026-03-01", date(2026, 3, 1)),
        ("date", "2026/3/1", date(2026, 3, 1)),
        ("date", "2026年3月1日", date(2026, 3, 1)),
        ("date", 20260301, date(2026, 3, 1)),
        ("datetime", "2026-03-01 08:30:00", datetime(2026, 3, 1, 8, 30, tzinfo=SHANGHAI)),
        ("choice", "女", "f"),
        ("choice", "f", "f"),
        ("bool", "是", True),
        ("bool", True, True),
        ("bool", 0, False),
        ("identity", NUMBER.lower(), NUMBER),
        ("phone", 13812345678, "13812345678"),
        ("phone", "021-6234 5678", "021-62345678"),
        ("text", None, ""),
        ("date", "", None),
        ("fen", None, None),
    ],
)
def test_what_people_type_is_understood(kind: Kind, raw: Any, value: Any) -> None:
    found = parse(column(kind), raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        ("int", "三", "应为整数"),
        ("int", 1.5, "应为整数"),
        ("decimal", "nan", "超出范围"),
        ("decimal", "abc", "应为数字"),
        ("fen", 1.234, "至多两位小数"),
        ("date", "2026-02-30", "没有“2026-02-30”这一天"),
        ("date", 46000, "应为日期"),
        ("date", "1026-02-03", "早于 1850"),
        ("datetime", "2026-03-01", "应为日期和时间"),
        ("datetime", "2026-03-01 25:00", "没有"),
        ("choice", "不详", "可填：男、女"),
        ("bool", "也许", "应填“是”或“否”"),
        ("identity", 3.10199194901010e17, "末几位已丢失"),
        ("identity", 310199194901010013, "末几位已丢失"),
        ("identity", "123", "应为 18 位"),
        ("phone", "1381234", "应为 11 位"),
    ],
)
def test_what_is_wrong_is_said(kind: Kind, raw: Any, said: str) -> None:
    with pytest.raises(BadCell, match=said):
        parse(column(kind), raw)


def test_a_required_cell_must_not_be_empty() -> None:
    for raw in (None, ""):
        with pytest.raises(BadCell, match="必填"):
            parse(column("text", required=True), raw)


def test_a_text_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(BadCell, match="有 12 个字，超过上限 10 个字"):
        parse(column("text", max_length=10), "字" * 12)
