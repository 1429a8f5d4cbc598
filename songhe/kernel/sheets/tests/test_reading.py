"""Uploads: whatever comes, rows or a sentence in Chinese."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from songhe.kernel.errors import Refused
from songhe.kernel.sheets import Column, read_table

COLUMNS = (
    Column("name", "姓名", required=True),
    Column("born", "出生日期", "date"),
    Column("fee", "费用（元）", "fen"),
)


def xlsx(*rows: Any, sheets: dict[str, Any] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, state in (sheets or {}).items():
        book.create_sheet(name, 0).sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def values(data: bytes) -> list[tuple[int, list[Any]]]:
    return [(n, list(row.values())) for n, row in read_table(data, COLUMNS).rows]


def refusal(data: bytes, **limits: int) -> Refused:
    with pytest.raises(Refused) as refused:
        read_table(data, COLUMNS, **limits)
    assert refused.value.remedy
    return refused.value


HEAD = ["姓名", "出生日期", "费用（元）"]


def test_a_workbook_is_read_with_line_numbers_and_json_values() -> None:
    data = xlsx(HEAD, ["王芳", date(1949, 1, 1), 12.5], [], ["李芸", datetime(2026, 1, 1, 8, 30), 3.0])
    assert values(data) == [(2, ["王芳", "1949-01-01", 12.5]), (4, ["李芸", "2026-01-01 08:30:00", 3])]


def test_line_numbers_count_empty_lines_above_the_head() -> None:
    assert values(xlsx([], [], HEAD, ["王芳"])) == [(4, ["王芳", "", ""])]


def test_columns_may_come_in_any_order_with_stars_and_spaces() -> None:
    assert values(xlsx(["费用（元）", " 姓 名* "], [1, "王芳"])) == [(2, [1, "王芳"])]


def test_a_hidden_first_sheet_is_passed_over() -> None:
    assert values(xlsx(HEAD, ["王芳"], sheets={"选项": "hidden"}))[0][1][0] == "王芳"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_of_office_programs(encoding: str, separator: str) -> None:
    text = separator.join(HEAD) + "\r\n" + separator.join(["王芳\u3000", "1949-1-1", "'-3"]) + "\r\n"
    assert values(text.encode(encoding)) == [(2, ["王芳", "1949-1-1", "-3"])]


def test_the_column_of_faults_is_not_read() -> None:
    assert values(xlsx([*HEAD, "错误说明"], ["王芳", "", "", "旧错误"]))[0][1] == ["王芳", "", ""]


def test_missing_unknown_and_repeated_columns_are_named_together() -> None:
    said = refusal(xlsx(["出生日期", "出生日期", "住址"], ["x", "y", "z"]))
    assert said.code == "sheets.head"
    assert said.message == "表头有重复的列：“出生日期”。缺少必填的列：“姓名”。有本表没有的列：“住址”。"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheets.empty"),
        (b"\n\n", "sheets.empty"),
        (xlsx(), "sheets.empty"),
        (xlsx(HEAD), "sheets.no_rows"),
        (xlsx(HEAD, ["", None, " "]), "sheets.no_rows"),
        (xlsx(["随便", "什么"], [1, 2]), "sheets.not_this_table"),
        (b"%PDF-1.7 ...", "sheets.not_a_table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "sheets.not_a_table"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x81\xff", "sheets.not_a_table"),
        (b"PK\x03\x04 broken", "sheets.not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "sheets.not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "sheets.encrypted"),
        ('姓名\n"'.encode() + b"x" * 200_000, "sheets.not_a_table"),
    ],
)
def test_what_is_no_table_is_refused_by_name(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_a_word_document_is_not_a_table() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(out.getvalue()).code == "sheets.not_a_table"


def test_too_many_rows_are_refused_with_the_limit() -> None:
    said = refusal(xlsx(HEAD, *(["王芳"] for _n in range(4))), limit_rows=3)
    assert (said.code, "3 行" in said.message) == ("sheets.too_many_rows", True)


def test_a_large_file_is_refused_with_both_sizes() -> None:
    said = refusal(b"x" * 2_000_000, limit_bytes=1_048_576)
    assert said.message == "文件有 1.9 MB，超过上限 1 MB。"


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("songhe.kernel.sheets.reading._LIMIT_UNPACKED", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    assert len(out.getvalue()) < 10_000
    assert refusal(out.getvalue()).code == "sheets.too_large"


def test_a_formula_is_read_as_its_value_and_never_run() -> None:
    assert values(xlsx(HEAD, ["王芳", "", "=1+1"]))[0][1][2] in (None, "", 0)
