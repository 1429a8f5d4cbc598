"""The workbook around the rows: styles, heads, notes, drop-downs. openpyxl does the writing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .columns import Column, Kind, looks_like_formula
from .pouring import Style

DATA_MEMBER = "xl/worksheets/sheet1.xml"
LAST_ROW = 1_048_576
ERROR_WIDTH = 60

_FORMATS: dict[Kind, str] = {
    "text": "@",
    "identity": "@",
    "phone": "@",
    "choice": "@",
    "bool": "@",
    "int": "#,##0",
    "decimal": "General",
    "fen": "#,##0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
_LINE = Border(bottom=Side(style="thin", color="9AA5B1"))
_HEAD = PatternFill("solid", fgColor="E4EBF2")
_HEAD_REQUIRED = PatternFill("solid", fgColor="FBE7C6")
_WRONG = PatternFill("solid", fgColor="F8CBCB")
_TOP = Alignment(vertical="top", wrap_text=True)


def data_book(
    columns: Sequence[Column], title: str, lines: Sequence[tuple[str, str]], out: IO[bytes]
) -> list[Style]:
    """Write the workbook of an export without its rows; returns the style of each column."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("数据")
    _head(sheet, columns)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{LAST_ROW}"
    styles = [_style(sheet, column) for column in columns]
    about(book, _("说明"), title, lines)
    book.save(out)
    return styles


def form_book(
    columns: Sequence[Column],
    title: str,
    notes: Sequence[str],
    out: IO[bytes],
    *,
    examples: bool,
    extra: Sequence[Column] = (),
) -> list[Style]:
    """Write a workbook for filling in: head, drop-downs, 填写说明; returns the style of each column.

    `examples` puts the columns' examples into row 2. `extra` columns come last and are read
    by nobody (错误说明).
    """
    book = Workbook()
    sheet = book.active
    sheet.title = _("数据")
    _head(sheet, [*columns, *extra], stars=True)
    if examples:
        for i, column in enumerate(columns, 1):
            put(sheet, 2, i, column.example, font=Font(italic=True, color="6B7785"))
    _offer(book, sheet, columns)
    for i, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(i)].number_format = _FORMATS[column.kind]
    styles = [_style(sheet, column) for column in [*columns, *extra]]
    _explain(book, columns, title, notes)
    book.save(out)
    return styles


def about(book: Any, name: str, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """A sheet of label and value in two columns."""
    sheet = book.create_sheet(name)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 80
    put(sheet, 1, 1, title, font=Font(bold=True, size=14))
    for row, (label, value) in enumerate(lines, 3):
        put(sheet, row, 1, label, font=Font(bold=True))
        put(sheet, row, 2, value)


def put(sheet: Any, row: int, column: int, value: object, *, font: Font | None = None) -> Any:
    """One cell, never a formula."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = looks_like_formula(value)
        cell.alignment = _TOP
    if font is not None:
        cell.font = font
    return cell


def _head(sheet: Any, columns: Sequence[Column], *, stars: bool = False) -> None:
    for i, column in enumerate(columns, 1):
        required = stars and column.required
        cell = put(sheet, 1, i, f"{column.title}{'*' if required else ''}", font=Font(bold=True))
        cell.fill = _HEAD_REQUIRED if required else _HEAD
        cell.border = _LINE
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(i)].width = column.wide
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "A2"


def _style(sheet: Any, column: Column) -> Style:
    kind_format = "@" if column.personal else _FORMATS[column.kind]
    plain, quoted, wrong = (Cell(sheet, row=1, column=1) for _n in range(3))
    for cell in (plain, quoted, wrong):
        cell.number_format = kind_format
        if column.width >= ERROR_WIDTH:
            cell.alignment = _TOP
    quoted.quotePrefix = wrong.quotePrefix = True
    wrong.fill = _WRONG
    return Style(plain.style_id, quoted.style_id, wrong.style_id)


def _offer(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    """Drop-downs and value checks. Lists live on a hidden sheet: a list inside a check holds 255 characters."""
    lists = book.create_sheet(_("选项"))
    lists.sheet_state = "hidden"
    for i, column in enumerate(columns, 1):
        letter = get_column_letter(i)
        check = _check(lists, column, letter, i)
        if check is None:
            continue
        check.allow_blank = not column.required
        check.showErrorMessage = True
        check.errorTitle = str(column.title)
        check.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(check)


def _check(lists: Any, column: Column, letter: str, index: int) -> DataValidation | None:
    labels = [str(label) for _code, label in column.choices]
    if column.kind == "bool":
        labels = [_("是"), _("否")]
    if labels:
        for row, label in enumerate(labels, 1):
            put(lists, row, index, label)
        source = f"'{lists.title}'!${letter}$1:${letter}${len(labels)}"
        return DataValidation("list", formula1=source, error=_("请从下拉列表中选择。"))
    if column.kind == "date":
        return DataValidation(
            "date", operator="greaterThan", formula1="1", error=_("请填日期，如 2026-03-01。")
        )
    if column.kind == "int":
        return DataValidation(
            "whole", operator="between", formula1="-1000000000", formula2="1000000000", error=_("请填整数。")
        )
    if column.kind in ("fen", "decimal"):
        return DataValidation(
            "decimal",
            operator="between",
            formula1="-100000000000",
            formula2="100000000000",
            error=_("请填数字。"),
        )
    return None


def _explain(book: Any, columns: Sequence[Column], title: str, notes: Sequence[str]) -> None:
    sheet = book.create_sheet(_("填写说明"))
    put(sheet, 1, 1, title, font=Font(bold=True, size=14))
    for row, note in enumerate(notes, 2):
        put(sheet, row, 1, f"{row - 1}. {note}").alignment = Alignment(wrap_text=False)
    top = len(notes) + 3
    heads = (_("列名"), _("必填"), _("类型"), _("可填写的值"), _("示例"), _("说明"))
    for i, (head, width) in enumerate(zip(heads, (20, 8, 24, 40, 24, 50), strict=True), 1):
        cell = put(sheet, top, i, head, font=Font(bold=True))
        cell.fill, cell.border = _HEAD, _LINE
        sheet.column_dimensions[get_column_letter(i)].width = width
    for row, column in enumerate(columns, top + 1):
        values = "、".join(str(label) for _code, label in column.choices)
        cells = (
            str(column.title), _("必填") if column.required else "", kind_label(column.kind),
            values, str(column.example), str(column.help),
        )  # fmt: skip
        for i, value in enumerate(cells, 1):
            put(sheet, row, i, value)


def kind_label(kind: Kind) -> str:
    """How a clerk is told what goes into a column."""
    return {
        "text": _("文字"),
        "int": _("整数"),
        "decimal": _("数字"),
        "date": _("日期（2026-03-01）"),
        "datetime": _("日期时间（2026-03-01 08:30）"),
        "choice": _("从列表选择"),
        "identity": _("18 位居民身份证号"),
        "phone": _("电话号码"),
        "bool": _("是／否"),
        "fen": _("金额（元，至多两位小数）"),
    }[kind]
