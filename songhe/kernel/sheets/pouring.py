"""Rows as the XML of an xlsx sheet: the part of a workbook that must be fast."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from .columns import looks_like_formula

Line = tuple[Sequence[Any], Container[int]]
"""Values of one row and the numbers of those columns that are marked as wrong."""

_CHUNK = 2_000
_END = b"</sheetData>"
_FIRST_DAY = date(1900, 3, 1)  # earlier days differ between programs (the 29 February 1900 that never was)
_DAY_ZERO = date(1899, 12, 30)
_MOST_CHARACTERS = 32_767
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Style:
    """Style numbers of a column in the workbook: usual, text that must stay text, marked wrong."""

    plain: int
    quoted: int
    wrong: int


def split(sheet: bytes) -> tuple[bytes, bytes]:
    """The sheet's XML before and after the place where rows go."""
    at = sheet.index(_END)
    return sheet[:at], sheet[at:]


def pour(lines: Iterable[Line], styles: Sequence[Style], first: int = 2) -> Iterator[tuple[bytes, int]]:
    """XML of the rows in pieces of some thousand, each with its number of rows."""
    letters = [get_column_letter(i) for i in range(1, len(styles) + 1)]
    parts: list[str] = []
    size = 0
    for number, (values, wrong) in enumerate(lines, first):
        parts.append(f'<row r="{number}">')
        for i, value in enumerate(values):
            parts.append(_cell(f"{letters[i]}{number}", value, styles[i], i in wrong))
        parts.append("</row>")
        size += 1
        if size == _CHUNK:
            yield "".join(parts).encode(), size
            parts, size = [], 0
    if size:
        yield "".join(parts).encode(), size


def _cell(ref: str, value: Any, style: Style, wrong: bool) -> str:
    if isinstance(value, str) and value:
        text = escape(_ILLEGAL.sub("", value)[:_MOST_CHARACTERS])
        # quotePrefix: the program keeps "=1+1" as four characters, also after the clerk edits the cell.
        s = style.wrong if wrong else style.quoted if looks_like_formula(value) else style.plain
        return f'<c r="{ref}" s="{s}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    s = style.wrong if wrong else style.plain
    if value is None or value == "":
        return f'<c r="{ref}" s="{s}"/>' if wrong else ""
    if isinstance(value, bool):
        return f'<c r="{ref}" s="{s}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | Decimal | float):
        if not math.isfinite(value):
            return ""
        return f'<c r="{ref}" s="{s}"><v>{value}</v></c>'
    serial = _serial(value)
    if serial is None:
        return _cell(ref, str(value), style, wrong)
    return f'<c r="{ref}" s="{s}"><v>{serial}</v></c>'


def _serial(value: Any) -> str | None:
    """Days since the format's day zero; None where the format has no number for the day."""
    if isinstance(value, datetime):
        day, seconds = value.date(), value.hour * 3600 + value.minute * 60 + value.second
        return None if day < _FIRST_DAY else f"{(day - _DAY_ZERO).days + seconds / 86_400:.11f}"
    if isinstance(value, date):
        return None if value < _FIRST_DAY else str((value - _DAY_ZERO).days)
    return None
