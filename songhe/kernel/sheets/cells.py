"""One cell of an upload: from what was typed to the value the program holds, or a sentence why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from songhe.kernel import identity
from songhe.kernel.errors import Refused

from .columns import Column, Kind
from .reading import Raw

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"[T\s]+(\d{1,2})[:：](\d{2})(?::\d{2})?$")
_YES = {"是", "有", "y", "yes", "true", "1", "√"}
_NO = {"否", "无", "n", "no", "false", "0", "×"}
_EARLIEST = date(1850, 1, 1)


@dataclass(frozen=True, slots=True)
class CellError:
    """A fault of one cell. `column` is the key; empty = the fault is of the row. No personal value inside."""

    column: str
    message: str


class BadCell(ValueError):
    """The sentence a clerk reads about this cell."""


def parse(column: Column, raw: Raw) -> Any:
    """The value of a cell: str, int (also fen), Decimal, date, datetime, bool, or None when empty.

    Raises BadCell. Nothing is guessed: a number where a date belongs is a fault, and an
    identity number that a spreadsheet has kept as a number is refused, for its end is lost.
    """
    if raw is None or raw == "":
        if column.required:
            raise BadCell(_("必填，不能为空。"))
        return "" if column.kind in ("text", "identity", "phone", "choice") else None
    return _PARSERS[column.kind](column, raw)


def as_text(raw: Raw) -> str:
    """What was typed, as text; a whole number without a point."""
    if isinstance(raw, bool):
        return _("是") if raw else _("否")
    return str(raw)


def _half_width(raw: Raw) -> str:
    return unicodedata.normalize("NFKC", as_text(raw)).strip()


def _parse_text(column: Column, raw: Raw) -> str:
    text = as_text(raw)
    if len(text) > column.max_length:
        raise BadCell(
            _("有 %(n)s 个字，超过上限 %(limit)s 个字。") % {"n": len(text), "limit": column.max_length}
        )
    return text


def _parse_int(_column: Column, raw: Raw) -> int:
    text = _half_width(raw).replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,15}", text):
        raise BadCell(_("应为整数，填的是“%(text)s”。") % {"text": text[:20]})
    return int(text)


def _parse_decimal(_column: Column, raw: Raw) -> Decimal:
    text = _half_width(raw).replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise BadCell(_("应为数字，填的是“%(text)s”。") % {"text": text[:20]}) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
        raise BadCell(_("数字超出范围。"))
    return value


def _parse_fen(column: Column, raw: Raw) -> int:
    # A float such as 0.1 + 0.2 carries dust in the 17th digit; what the clerk saw has 15.
    text = format(raw, ".15g") if isinstance(raw, float) else _half_width(raw).strip("¥￥元 ")
    fen = _parse_decimal(column, text) * 100
    if fen != fen.to_integral_value():
        raise BadCell(_("金额至多两位小数，填的是“%(text)s”。") % {"text": text[:20]})
    return int(fen)


def _parse_date(_column: Column, raw: Raw) -> date:
    text = _half_width(raw).removesuffix(" 00:00:00")
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if not found:
        raise BadCell(_("应为日期，如 2026-03-01，填的是“%(text)s”。") % {"text": text[:20]})
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError as error:
        raise BadCell(_("没有“%(text)s”这一天。") % {"text": text[:20]}) from error
    if day < _EARLIEST:
        raise BadCell(_("日期早于 1850 年，请核对。"))
    return day


def _parse_datetime(column: Column, raw: Raw) -> datetime:
    text = _half_width(raw)
    clock = _CLOCK.search(text)
    if not clock:
        raise BadCell(_("应为日期和时间，如 2026-03-01 08:30，填的是“%(text)s”。") % {"text": text[:20]})
    day = _parse_date(column, text[: clock.start()])
    hour, minute = int(clock[1]), int(clock[2])
    if hour > 23 or minute > 59:
        raise BadCell(_("没有“%(text)s”这一时刻。") % {"text": text[:20]})
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_SHANGHAI)


def _parse_choice(column: Column, raw: Raw) -> str:
    text = as_text(raw)
    for code, label in column.choices:
        if text in (str(label), code):
            return code
    labels = "、".join(str(label) for _code, label in column.choices[:12])
    more = _(" 等") if len(column.choices) > 12 else ""
    raise BadCell(
        _("“%(text)s”不在可选值中，可填：%(labels)s。") % {"text": text[:20], "labels": labels + more}
    )


def _parse_bool(_column: Column, raw: Raw) -> bool:
    text = _half_width(raw).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise BadCell(_("应填“是”或“否”，填的是“%(text)s”。") % {"text": text[:20]})


def _parse_identity(_column: Column, raw: Raw) -> str:
    if isinstance(raw, float) or (isinstance(raw, int) and raw >= 10**15):
        raise BadCell(
            _("身份证号被表格软件存成了数字，末几位已丢失。请把这一列设为“文本”格式后重新填写完整号码。")
        )
    try:
        return identity.parse_identity(_half_width(raw)).number
    except Refused as refusal:
        raise BadCell(refusal.message) from refusal


def _parse_phone(_column: Column, raw: Raw) -> str:
    try:
        return identity.valid_phone(_half_width(raw))
    except Refused as refusal:
        raise BadCell(refusal.message) from refusal


_PARSERS: dict[Kind, Callable[[Column, Raw], Any]] = {
    "text": _parse_text,
    "int": _parse_int,
    "decimal": _parse_decimal,
    "fen": _parse_fen,
    "date": _parse_date,
    "datetime": _parse_datetime,
    "choice": _parse_choice,
    "bool": _parse_bool,
    "identity": _parse_identity,
    "phone": _parse_phone,
}
