"""Tables in: a file that somebody uploaded becomes rows, or a sentence that says why not."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from songhe.kernel.errors import Refused

from .columns import Column, undefused

Raw = str | int | float | bool | None
"""One cell as JSON can keep it: dates are ISO text, whole floats are ints."""

ERRORS_TITLE = "错误说明"
LIMIT_BYTES = 10 * 1024 * 1024
LIMIT_ROWS = 20_000
_LIMIT_UNPACKED = 300 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LIMIT_CELL = 2_000


@dataclass(frozen=True, slots=True)
class Table:
    """What a file held: rows as (line number in the file, raw value by column key)."""

    rows: list[tuple[int, dict[str, Raw]]]
    sheet: str = ""
    encoding: str = ""


def read_table(
    data: bytes,
    columns: Sequence[Column],
    *,
    limit_rows: int = LIMIT_ROWS,
    limit_bytes: int = LIMIT_BYTES,
) -> Table:
    """The rows of an xlsx, xls or csv file whose head names `columns`, in any order.

    The first row that is not empty is the head; empty rows are left out; a row equal to the
    template's example is left out. Of a workbook the first visible sheet is read.
    Raises Refused, with what to do, when the file is not a table, is locked by a password,
    too large or too long, or when its head lacks, repeats or invents a column.
    """
    _check_bytes(data, limit_bytes)
    sheet = encoding = ""
    if data.startswith((_ZIP, _OLE)):
        sheet, lines = _workbook(data)
    else:
        encoding, lines = _text(data)
    numbered = ((n, line) for n, line in enumerate(lines, 1) if any(c not in (None, "") for c in line))
    head = next(numbered, None)
    if head is None:
        raise Refused("sheets.empty", _("文件是空的，没有表头。"), remedy=_use_template())
    places = _places(head[1], columns)
    rows: list[tuple[int, dict[str, Raw]]] = []
    example = {c.key: plain(c.example) for c in columns}
    for number, line in numbered:
        row = {key: line[i] if i < len(line) else None for key, i in places.items()}
        if all(value in (None, "") for value in row.values()) or _is_example(row, example):
            continue
        rows.append((number, row))
        if len(rows) > limit_rows:
            raise _too_many(limit_rows)
    if not rows:
        raise Refused(
            "sheets.no_rows", _("文件只有表头，没有数据行。"), remedy=_("请从第 2 行起填写数据后重新上传。")
        )
    return Table(rows, sheet, encoding)


def plain(value: Any) -> Raw:
    """A cell as JSON can keep it; text is trimmed, also of full-width and invisible spaces."""
    match value:
        case None:
            return None
        case bool() | int():
            return value
        case float():
            # 15 digits are what a spreadsheet keeps; beyond it a whole number has lost its end.
            return int(value) if value.is_integer() and abs(value) < 1e15 else value
        case datetime():
            at_midnight = value.time() == time(0)
            return value.date().isoformat() if at_midnight else value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            text = str(value).replace("\u200b", "").replace("\ufeff", "").replace("\xa0", " ")
            return undefused(text.strip().strip("\u3000").strip())[:_LIMIT_CELL]


def _is_example(row: dict[str, Raw], example: dict[str, Raw]) -> bool:
    if not any(value not in (None, "") for value in example.values()):
        return False
    return all(str(row[key] or "") == str(example[key] or "") for key in row)


def _check_bytes(data: bytes, limit: int) -> None:
    if not data:
        raise Refused("sheets.empty", _("文件是空的（0 字节）。"), remedy=_use_template())
    if len(data) > limit:
        raise Refused(
            "sheets.too_large",
            _("文件有 %(size)s MB，超过上限 %(limit)s MB。")
            % {"size": f"{len(data) / 1048576:.1f}", "limit": f"{limit / 1048576:g}"},
            remedy=_("请删去无关的工作表、图片和格式，或拆成几个文件分次导入。"),
        )


def _workbook(data: bytes) -> tuple[str, Iterator[list[Raw]]]:
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise _locked()
    if data.startswith(_ZIP):
        _check_unpacked(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
        if not visible:
            raise Refused("sheets.empty", _("文件里没有可见的工作表。"), remedy=_use_template())
        sheet = book.get_sheet_by_name(visible[0])
        # Empty lines on top stay, or the line numbers told to the clerk would be wrong.
        start = sheet.start
        lead: list[list[Raw]] = [[] for _n in range(start[0])] if start else []
        lines = [[plain(cell) for cell in line] for line in sheet.to_python(skip_empty_area=True)]
    except PasswordError as error:
        raise _locked() from error
    except (CalamineError, OSError, ValueError) as error:
        raise _not_a_table() from error
    return visible[0], iter(lead + lines)


def _check_unpacked(data: bytes) -> None:
    """A small file may unpack to gigabytes; its own list of contents says so beforehand."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
    except zipfile.BadZipFile as error:
        raise _not_a_table() from error
    if any(info.flag_bits & 1 for info in infos):
        raise _locked()
    if sum(info.file_size for info in infos) > _LIMIT_UNPACKED:
        raise Refused(
            "sheets.too_large",
            _("文件解压后过大，未读取。"),
            remedy=_("请新建一个只含数据的工作簿，粘贴数值后重新上传。"),
        )


def _text(data: bytes) -> tuple[str, Iterator[list[Raw]]]:
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _not_a_table()
    if "\x00" in text or text.startswith(("%PDF", "{\\rtf", "<html", "<!DOCTYPE")):
        raise _not_a_table()
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        lines = [[plain(cell) for cell in line] for line in reader]
    except csv.Error as error:
        raise _not_a_table() from error
    return encoding, iter(lines)


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _delimiter(text: str) -> str:
    """The separator that the head uses most; office programs save with tabs and semicolons too."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max((",", "\t", ";", "，", "|"), key=head.count)


def _places(head: Sequence[Raw], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands; the titles may carry the template's star."""
    by_title = {_bare(column.title): column.key for column in columns}
    places: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for i, cell in enumerate(head):
        title = _bare(cell)
        if not title or title == ERRORS_TITLE:
            continue
        key = by_title.get(title)
        if key is None:
            unknown.append(title)
        elif key in places:
            twice.append(title)
        else:
            places[key] = i
    missing = [str(c.title) for c in columns if c.required and c.key not in places]
    _refuse_head(places, unknown, twice, missing)
    return places


def _refuse_head(places: dict[str, int], unknown: list[str], twice: list[str], missing: list[str]) -> None:
    if not places:
        raise Refused(
            "sheets.not_this_table",
            _("第一行不是本表的表头，读到的是：%(names)s。") % {"names": _names(unknown)},
            remedy=_use_template(),
        )
    said = [
        (twice, _("表头有重复的列：%(names)s。")),
        (missing, _("缺少必填的列：%(names)s。")),
        (unknown, _("有本表没有的列：%(names)s。")),
    ]
    faults = [text % {"names": _names(names)} for names, text in said if names]
    if faults:
        raise Refused(
            "sheets.head",
            "".join(faults),
            remedy=_("请按模板的表头改好列名，或删去多余的列，再重新上传。"),
        )


def _bare(cell: Any) -> str:
    return "".join(str(cell or "").split()).rstrip("*＊")


def _names(names: list[str]) -> str:
    shown = "、".join(f"“{name[:20]}”" for name in names[:8])
    return shown + (_(" 等 %(n)s 列") % {"n": len(names)} if len(names) > 8 else "")


def _too_many(limit: int) -> Refused:
    return Refused(
        "sheets.too_many_rows",
        _("数据超过 %(limit)s 行的上限，未导入任何一行。") % {"limit": f"{limit:,}"},
        remedy=_("请拆成几个文件，分次导入。"),
    )


def _locked() -> Refused:
    return Refused(
        "sheets.encrypted",
        _("文件设了打开密码，无法读取。"),
        remedy=_("请在表格软件中取消密码（另存为时清空密码）后重新上传。"),
    )


def _not_a_table() -> Refused:
    return Refused(
        "sheets.not_a_table",
        _("文件不是可读取的表格，或已损坏。"),
        remedy=_("请上传 xlsx 或 csv 文件；如由其他软件导出，请用表格软件打开后另存为 xlsx。"),
    )


def _use_template() -> str:
    return _("请下载模板，填好后再上传。")
