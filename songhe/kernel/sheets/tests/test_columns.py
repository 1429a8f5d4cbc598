"""Cells that begin like formulas."""

import pytest

from songhe.kernel.sheets.columns import Column, defused, undefused


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-5", "@SUM(A1)", "\tx", "\rx", "＝1+1", "＠cmd"])
def test_a_text_like_a_formula_is_defused_and_reads_back(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert undefused(defused(text)) == text


@pytest.mark.parametrize("text", ["", "王芳", "1+1", "'引号开头", "a=b"])
def test_other_text_is_left_alone(text: str) -> None:
    assert defused(text) == text
    assert undefused(text) == text


def test_identity_phone_and_masked_columns_are_personal() -> None:
    assert Column("a", "证", "identity").personal
    assert Column("a", "电话", "phone").personal
    assert Column("a", "地址", masked=True).personal
    assert not Column("a", "街镇").personal


def test_a_column_is_wide_enough_for_its_head() -> None:
    assert Column("a", "上门服务总时长（分钟）", "int").wide >= 22
