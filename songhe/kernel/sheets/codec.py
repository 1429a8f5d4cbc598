"""Cleaned values as text and back, types kept: a date that went in comes out as a date."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_MARK = "~"
_BACK: dict[str, Callable[[str], Any]] = {
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "n": Decimal,
    "u": UUID,
}


def dumps(value: Any) -> str:
    """JSON; dates, moments, decimals and ids are marked. TypeError for anything else unknown to JSON."""
    return json.dumps(value, default=_mark, ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """The inverse of `dumps`."""
    return json.loads(text, object_hook=_unmark)


def _mark(value: Any) -> dict[str, str]:
    match value:
        case datetime():
            return {_MARK: f"t{value.isoformat()}"}
        case date():
            return {_MARK: f"d{value.isoformat()}"}
        case Decimal():
            return {_MARK: f"n{value}"}
        case UUID():
            return {_MARK: f"u{value}"}
    raise TypeError(f"a cleaned row cannot hold a {type(value).__name__}")


def _unmark(found: dict[str, Any]) -> Any:
    if len(found) == 1 and isinstance(marked := found.get(_MARK), str):
        return _BACK[marked[0]](marked[1:])
    return found
