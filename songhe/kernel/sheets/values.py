"""What one value looks like in a file: masking, labels, units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from songhe.kernel import identity

from .columns import Column

Row = Mapping[str, Any] | Sequence[Any]
Plain = str | int | Decimal | date | datetime | None
Shaper = Callable[[Any], Plain]

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def shapers(columns: Sequence[Column], *, revealed: bool) -> list[Shaper]:
    """One function a column: from the value the program holds to what the file shows.

    Without `revealed`, identity numbers, phones and `masked` columns come out shortened,
    so that an export is never wider than the screen it was asked from.
    """
    return [_shaper(column, revealed) for column in columns]


def as_shown(value: Plain, column: Column) -> str:
    """A shaped value as a page or a paper says it: grouped digits, yuan with two decimals, no seconds."""
    if value is None or isinstance(value, str):
        return value or ""
    if column.kind == "fen":
        return f"{value:,.2f}"
    if column.kind == "int":
        return f"{value:,}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def aligned(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[Sequence[Any]]:
    """Rows as sequences in the order of `columns`; a mapping may lack keys."""
    keys = [column.key for column in columns]
    for row in rows:
        yield [row.get(key) for key in keys] if isinstance(row, Mapping) else row


def _shaper(column: Column, revealed: bool) -> Shaper:
    if column.personal and not revealed:
        return _masker(column)
    match column.kind:
        case "fen":
            return lambda v: None if v is None or v == "" else Decimal(int(v)) / 100
        case "choice":
            labels = {code: str(label) for code, label in column.choices}
            return lambda v: "" if v is None else labels.get(str(v), str(v))
        case "bool":
            yes, no = _("是"), _("否")
            return lambda v: "" if v is None or v == "" else (yes if v else no)
        case "int" | "decimal":
            return lambda v: None if v is None or v == "" else v
        case "date":
            return lambda v: v.date() if isinstance(v, datetime) else v or None
        case "datetime":
            return _local
        case _:
            return lambda v: "" if v is None else str(v)


def _local(value: Any) -> Plain:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(_SHANGHAI).replace(tzinfo=None)
    return value or None


def _masker(column: Column) -> Shaper:
    mask = {"identity": identity.mask_identity, "phone": identity.mask_phone}.get(
        column.kind, identity.mask_address
    )
    return lambda v: "" if v is None or v == "" else mask(str(v))
