"""Columns of a table that goes out to or comes in from a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Literal["text", "int", "decimal", "date", "datetime", "choice", "identity", "phone", "bool", "fen"]

_WIDTHS: dict[Kind, int] = {
    "text": 18,
    "int": 10,
    "decimal": 12,
    "date": 12,
    "datetime": 17,
    "choice": 14,
    "identity": 21,
    "phone": 15,
    "bool": 8,
    "fen": 14,
}

# A cell that begins with one of these may be run as a formula by the program that opens the file.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is called, what it holds, how it is written and read.

    `title` is the head of the column, unit included (基金支付（元）). `choices` are pairs of
    (stored code, 中文 label). `fen` holds whole fen in the program and yuan with two decimals
    in the file. `masked` marks a text that is personal beyond `identity` and `phone`
    (an address, a diagnosis): it leaves the house shortened unless the caller says `revealed`.
    `width` is in characters of the spreadsheet, 0 = by kind.
    """

    key: str
    title: StrOrPromise
    kind: Kind = "text"
    required: bool = False
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    help: StrOrPromise = ""
    example: object = ""
    width: int = 0
    masked: bool = False
    max_length: int = 200

    @property
    def personal(self) -> bool:
        """True where the value identifies or describes a person and must be shown shortened."""
        return self.masked or self.kind in ("identity", "phone")

    @property
    def is_number(self) -> bool:
        """True where values stand right, so that their digits line up."""
        return self.kind in ("int", "decimal", "fen") and not self.masked

    @property
    def wide(self) -> int:
        """Width in characters, wide enough for the head (a Chinese character counts two)."""
        head = sum(2 if ord(c) > 0x2E7F else 1 for c in str(self.title)) + 2
        return max(self.width or _WIDTHS[self.kind], min(head, 40))


def looks_like_formula(text: str) -> bool:
    """True where a spreadsheet program might compute `text` instead of showing it."""
    return text.startswith(_FORMULA_STARTS)


def defused(text: str) -> str:
    """`text` with the apostrophe that makes a spreadsheet program treat it as plain text."""
    return f"'{text}" if looks_like_formula(text) else text


def undefused(text: str) -> str:
    """The inverse of `defused`, so that a file we wrote reads back as it was."""
    if text.startswith("'") and looks_like_formula(text[1:]):
        return text[1:]
    return text
