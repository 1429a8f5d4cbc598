"""Files for filling in, and for mending."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from songhe.kernel.sheets import CellError, corrected, read_table, template

from .conftest import COLUMNS


def load(data: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data) if isinstance(data, bytes) else data)


def test_the_template_has_head_example_and_instructions() -> None:
    book = load(template(COLUMNS, title="账号登记", limit_rows=5000))
    assert book.sheetnames == ["数据", "选项", "填写说明"]
    assert book["选项"].sheet_state == "hidden"
    assert [c.value for c in book["数据"][1]][:3] == ["登录名*", "姓名*", "身份证号"]
    assert book["数据"]["A2"].value == "wangfang"
    words = "".join(str(c.value or "") for row in book["填写说明"] for c in row)
    for said in ("5,000", "必填", "男、女", "18 位居民身份证号", "字母和数字"):
        assert said in words


def test_choices_yes_no_and_dates_are_checked_while_typing() -> None:
    book = load(template(COLUMNS, title="t"))
    checks = {str(v.sqref): v for v in book["数据"].data_validations.dataValidation}
    assert checks["F2:F1048576"].formula1 == "'选项'!$F$1:$F$2"
    assert [book["选项"]["F1"].value, book["选项"]["F2"].value] == ["男", "女"]
    assert [book["选项"]["G1"].value, book["选项"]["G2"].value] == ["是", "否"]
    assert checks["E2:E1048576"].type == "date"
    assert checks["H2:H1048576"].type == "decimal"


def test_numbers_that_must_stay_text_have_text_columns() -> None:
    sheet = load(template(COLUMNS, title="t"))["数据"]
    assert sheet.column_dimensions["C"].number_format == "@"
    assert sheet.column_dimensions["D"].number_format == "@"


def test_the_template_itself_reads_back_with_its_example_left_out() -> None:
    book = load(template(COLUMNS, title="t"))
    book["数据"].append(["li", "李芸"])
    out = io.BytesIO()
    book.save(out)
    table = read_table(out.getvalue(), COLUMNS)
    assert [(n, row["login"], row["name"]) for n, row in table.rows] == [(3, "li", "李芸")]


def test_the_corrected_file_marks_the_faults_and_reads_back() -> None:
    raw = {c.key: None for c in COLUMNS}
    rows = [
        (raw | {"login": "li", "name": "李芸"}, []),
        (raw | {"login": "=1+1", "name": "", "fee": "12.345"},
         [CellError("name", "必填，不能为空。"), CellError("fee", "金额至多两位小数。"), CellError("", "整行重复。")]),
    ]  # fmt: skip
    file = corrected(COLUMNS, rows, title="账号登记")
    data = file.read()
    sheet = load(data)["数据"]
    red = "00F8CBCB"
    assert sheet["I1"].value == "错误说明"
    assert sheet["I3"].value == "【姓名】必填，不能为空。\n【月费用（元）】金额至多两位小数。\n整行重复。"
    assert sheet["B3"].fill.fgColor.rgb == sheet["H3"].fill.fgColor.rgb == sheet["I3"].fill.fgColor.rgb == red
    assert sheet["B2"].fill.fgColor.rgb != red
    assert sheet["A3"].fill.fgColor.rgb != red
    assert sheet["A3"].data_type == "s"
    table = read_table(data, COLUMNS)
    assert [row["login"] for _n, row in table.rows] == ["li", "=1+1"]
    assert table.rows[1][1]["fee"] == "12.345"
