"""Bringing rows of the register to what a file says: compare, then one insert and one update a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model

from songhe.kernel import bulk

from .report import Report

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Wanted:
    """A row as a file has it: where it stands, its key, how people call it, its values by field."""

    file: str
    line: int
    key: Any
    what: str
    values: Mapping[str, Any]


def settle(
    wanted: Sequence[Wanted], known: Mapping[Any, M], make: Callable[[Wanted], M], report: Report
) -> dict[Any, M]:
    """Insert what is new, update what differs; answers every row by its key.

    Fields named in a row's ``corrected`` were put right by an office and keep their value.
    """
    new: list[M] = []
    changed: list[M] = []
    names: dict[str, None] = {}
    found: dict[Any, M] = {}
    for want in wanted:
        row = known.get(want.key)
        if row is None:
            row = make(want)
            for name, value in want.values.items():
                setattr(row, name, value)
            new.append(row)
            report.add(want.file, want.line, "added", want.what)
        else:
            differing = _apply(row, want)
            names |= dict.fromkeys(differing)
            if differing:
                changed.append(row)
            kept = _kept(row, want)
            if differing:
                words = "、".join(_word(row, name) for name in differing)
                report.add(want.file, want.line, "changed", want.what, f"变更：{words}")
            else:
                report.add(want.file, want.line, "same", want.what, f"保留本库更正：{kept}" if kept else "")
        found[want.key] = row
    bulk.insert(new)
    bulk.update(changed, list(names))
    return found


def _apply(row: Model, want: Wanted) -> list[str]:
    """Set what differs; returns the names of those fields."""
    corrected = getattr(row, "corrected", ())
    differing = [
        name for name, value in want.values.items() if name not in corrected and getattr(row, name) != value
    ]
    for name in differing:
        setattr(row, name, want.values[name])
    return differing


def _kept(row: Model, want: Wanted) -> str:
    corrected = getattr(row, "corrected", ())
    return "、".join(
        _word(row, name) for name in corrected if name in want.values and getattr(row, name) != want.values[name]
    )


def _word(row: Model, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name))
