"""Tables out: xlsx and csv, streamed, safe to open, with a sheet that says where they come from.

openpyxl writes the workbook around the rows (styles, heads, notes, drop-downs); the rows
themselves are poured into its data sheet as XML, ten times faster and in constant memory, so
that a list of the whole register leaves in seconds.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import gettext as _

from songhe.kernel.errors import Refused

from . import book, pouring
from .columns import Column, defused
from .values import Plain, Row, aligned, shapers

XLSX_ROWS = 1_048_575  # the format's 1,048,576 lines less the head
_IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What the 说明 sheet says about an export.

    source  where the rows come from (长者一本账)
    by      who exported, by post and name
    at      when, aware
    scope   which rows: area and filters in words (曹杨新村街道 · 80 岁及以上)
    remarks further lines, e.g. the status of recalled values
    synthetic  the rows are made up: the sheet says 演示数据
    """

    source: str
    by: str
    at: datetime
    scope: str = ""
    remarks: tuple[str, ...] = ()
    synthetic: bool = False

    def lines(self, title: str, rows: int) -> list[tuple[str, str]]:
        """Label and value, in the order in which they are read."""
        lines = [
            (_("表名"), title),
            (_("数据来源"), self.source),
            (_("范围"), self.scope or _("本岗位可见的全部记录")),
            (_("行数"), f"{rows:,}"),
            (_("导出人"), self.by),
            (_("导出时间"), self.at.strftime("%Y-%m-%d %H:%M")),
        ]
        if self.synthetic:
            lines.append((_("提示"), _("演示数据，人物与记录均为虚构")))
        lines += [(_("备注"), remark) for remark in self.remarks]
        return lines


def write_xlsx(
    columns: Sequence[Column], rows: Iterable[Row], *, title: str, note: Note, revealed: bool = False
) -> IO[bytes]:
    """The rows as an xlsx workbook: one data sheet and 说明; returns a file at its start.

    `rows` are mappings by column key or sequences in the order of `columns`; they are consumed
    once and never held. Dates leave as dates, fen as yuan numbers with two decimals, and a text
    that begins like a formula is marked as text. Identity numbers, phones and masked columns are
    shortened unless `revealed`. Raises Refused beyond the format's 1,048,575 rows.
    """
    shape = shapers(columns, revealed=revealed)
    lines = ([s(v) for s, v in zip(shape, row, strict=True)] for row in aligned(columns, rows))

    def around(count: int, out: IO[bytes]) -> list[pouring.Style]:
        return book.data_book(columns, title, note.lines(title, count), out)

    return pour_into(around, ((line, ()) for line in lines))


def pour_into(
    around: Callable[[int, IO[bytes]], list[pouring.Style]], lines: Iterable[pouring.Line]
) -> IO[bytes]:
    """A workbook whose data sheet is poured full of `lines`.

    `around(count, out)` writes the workbook without its rows to `out` and returns the style of
    each column; it is called twice, because the count of rows is known only at the end.
    """
    out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller open
    count = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
        empty, styles = _shell(around, 0)
        with target.open(book.DATA_MEMBER, "w", force_zip64=True) as member:
            head, tail = pouring.split(empty.read(book.DATA_MEMBER))
            member.write(head)
            for chunk, size in pouring.pour(lines, styles):
                count += size
                _check_size(count)
                member.write(chunk)
            member.write(tail)
        whole, _styles = _shell(around, count)
        for name in whole.namelist():
            if name != book.DATA_MEMBER:
                target.writestr(name, whole.read(name))
    out.seek(0)
    return out


def write_csv(columns: Sequence[Column], rows: Iterable[Row], *, revealed: bool = False) -> IO[bytes]:
    """The rows as csv in UTF-8 with a byte-order mark (the office programs need it).

    Same values, masks and defusing as `write_xlsx`; money without thousands separators.
    """
    out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller open
    text = TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([str(column.title) for column in columns])
    shape = shapers(columns, revealed=revealed)
    formats = [_as_text(column) for column in columns]
    for row in aligned(columns, rows):
        writer.writerow([fmt(s(v)) for s, fmt, v in zip(shape, formats, row, strict=True)])
    text.flush()
    text.detach()
    out.seek(0)
    return out


def _as_text(column: Column) -> Callable[[Plain], str]:
    if column.kind == "fen" and not column.personal:
        return lambda v: "" if v is None else f"{v:.2f}"
    return _text


def _text(value: Plain) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str):
        return defused(value)
    return "" if value is None else str(value)


def _check_size(count: int) -> None:
    if count > XLSX_ROWS:
        raise Refused(
            "sheets.too_many_rows",
            _("超过表格文件一张工作表的上限（%(limit)s 行），未生成文件。") % {"limit": f"{XLSX_ROWS:,}"},
            remedy=_("请缩小筛选范围，或改为导出 csv。"),
        )


def _shell(
    around: Callable[[int, IO[bytes]], list[pouring.Style]], count: int
) -> tuple[zipfile.ZipFile, list[pouring.Style]]:
    buffer = BytesIO()
    styles = around(count, buffer)
    buffer.seek(0)
    return zipfile.ZipFile(buffer), styles
