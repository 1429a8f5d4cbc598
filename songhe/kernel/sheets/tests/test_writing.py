"""Exports: true types, nothing that runs, nothing that should have been masked."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from songhe.kernel.errors import Refused
from songhe.kernel.sheets import Column, Note, write_csv, write_xlsx, writing

COLUMNS = (
    Column("name", "姓名"),
    Column("number", "身份证号", "identity"),
    Column("phone", "电话", "phone"),
    Column("address", "地址", masked=True),
    Column("born", "出生日期", "date"),
    Column("fee", "月费用（元）", "fen"),
    Column("sex", "性别", "choice", choices=(("f", "女"),)),
    Column("alone", "独居", "bool"),
    Column("seen", "最近服务", "datetime"),
    Column("visits", "次数", "int"),
)
ROW = {
    "name": "王秀英", "number": "310199194901010013", "phone": "13812345678", "address": "普陀区曹杨新村街道枫桥路1号",
    "born": date(1949, 1, 1), "fee": -1_234_56, "sex": "f", "alone": False,
    "seen": datetime(2026, 3, 1, 0, 30, tzinfo=UTC), "visits": 12,
}  # fmt: skip
NOTE = Note("长者一本账", "王芳（街镇经办）", datetime(2026, 3, 1, 9, 5), "曹杨新村街道")


def book_of(rows: Any, **options: Any) -> Any:
    return openpyxl.load_workbook(write_xlsx(COLUMNS, rows, title="长者名单", note=NOTE, **options))


def test_values_leave_with_their_types_and_formats() -> None:
    cells = book_of([ROW], revealed=True).active[2]
    assert [c.value for c in cells] == [
        "王秀英", "310199194901010013", "13812345678", "普陀区曹杨新村街道枫桥路1号",
        datetime(1949, 1, 1), -1234.56, "女", "否", datetime(2026, 3, 1, 8, 30), 12,
    ]  # fmt: skip
    assert cells[1].number_format == "@"
    assert cells[4].number_format == "yyyy-mm-dd"
    assert cells[5].number_format == "#,##0.00"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_personal_columns_leave_shortened_unless_revealed(kind: str) -> None:
    if kind == "csv":
        text = write_csv(COLUMNS, [ROW]).read().decode()
    else:
        file = write_xlsx(COLUMNS, [ROW], title="长者名单", note=NOTE)
        with zipfile.ZipFile(file) as archive:
            text = "".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())
    assert "310199********0013" in text
    assert "138****5678" in text
    assert "曹杨新村街道****" in text
    for hidden in ("310199194901010013", "13812345678", "枫桥路"):
        assert hidden not in text


@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_text_is_ever_a_formula(evil: str) -> None:
    cell = book_of([{"name": evil}]).active["A2"]
    assert cell.data_type == "s"
    assert cell.value == evil
    assert cell.quotePrefix
    line = write_csv(COLUMNS[:1], [{"name": evil}]).read().decode("utf-8-sig").split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")


def test_a_formula_in_title_or_note_is_text_too() -> None:
    note = Note("=1", "=2", datetime(2026, 3, 1), "=3", remarks=("=4",))
    file = write_xlsx([Column("a", "=5")], [], title="=6", note=note)
    book = openpyxl.load_workbook(file)
    assert all(c.data_type != "f" for sheet in book for row in sheet for c in row)


def test_markup_and_control_characters_do_not_break_the_file() -> None:
    cells = book_of([{"name": "a<b>&\x00\x0b\ud800\ufffe \n尾"}]).active
    assert cells["A2"].value == "a<b>& \n尾"


def test_the_note_says_source_scope_count_who_and_when() -> None:
    book = book_of([ROW, ROW])
    said = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=3)}
    assert said == {
        "表名": "长者名单", "数据来源": "长者一本账", "范围": "曹杨新村街道", "行数": "2",
        "导出人": "王芳（街镇经办）", "导出时间": "2026-03-01 09:05",
    }  # fmt: skip


def test_made_up_rows_say_so() -> None:
    note = Note("s", "b", datetime(2026, 3, 1), synthetic=True)
    book = openpyxl.load_workbook(write_xlsx(COLUMNS, [], title="t", note=note))
    assert any("演示数据" in str(cell.value) for row in book["说明"] for cell in row)


def test_the_head_is_frozen_and_filtered() -> None:
    sheet = book_of([ROW]).active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:J")
    assert sheet.column_dimensions["B"].width >= 21


def test_csv_is_what_office_programs_open_rightly() -> None:
    data = write_csv(COLUMNS, [ROW], revealed=True).read()
    assert data.startswith(b"\xef\xbb\xbf")
    head, row, _end = data.decode("utf-8-sig").split("\r\n")
    assert head.startswith("姓名,身份证号")
    assert (
        row
        == "王秀英,310199194901010013,13812345678,普陀区曹杨新村街道枫桥路1号,1949-01-01,-1234.56,女,否,2026-03-01 08:30,12"
    )


def test_a_date_before_the_formats_calendar_stays_readable() -> None:
    assert book_of([{"born": date(1899, 5, 4)}]).active["E2"].value == "1899-05-04"


def test_empty_rows_and_missing_keys_are_fine() -> None:
    sheet = book_of([{}, {"visits": 0}]).active
    assert sheet["J3"].value == 0
    assert sheet["A2"].value is None


def test_rows_beyond_the_format_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "XLSX_ROWS", 3)
    with pytest.raises(Refused) as refused:
        write_xlsx(COLUMNS[:1], [["a"]] * 4, title="t", note=NOTE)
    assert "csv" in refused.value.remedy


def test_twenty_thousand_rows_stream_in_seconds_and_are_never_held() -> None:
    alive = 0
    most = 0

    class Line(list[Any]):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def rows() -> Iterator[Line]:
        nonlocal alive, most
        for i in range(20_000):
            alive += 1
            most = max(most, alive)
            yield Line([f"长者{i}", "310199194901010013", "13812345678", "普陀区曹杨新村街道枫桥路1号",
                        date(1949, 1, 1), i * 7, "f", True, None, i])  # fmt: skip

    began = time.perf_counter()
    file = write_xlsx(COLUMNS, rows(), title="长者名单", note=NOTE)
    assert time.perf_counter() - began < 15  # 0.5 s on a free machine; a busy one gets time
    assert most < 10
    assert (
        len(CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python())
        == 20_001
    )
