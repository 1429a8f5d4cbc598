"""Checked-in tables: what a test run compares, and writes anew only where ``--rewrite`` asks for it."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Key = tuple[str, str, str]


def read_table(path: Path) -> tuple[list[str], dict[Key, dict[str, str]]]:
    """A tab-separated table: its columns, and its cells by the first three."""
    if not path.exists() or not path.stat().st_size:
        return [], {}
    head, *lines = path.read_text("utf-8").splitlines()
    columns = head.split("\t")[3:]
    cells = {}
    for line in lines:
        method, address, sample, *codes = line.split("\t")
        cells[(method, address, sample)] = dict(zip(columns, codes, strict=True))
    return columns, cells


def write_column(path: Path, column: str, codes: dict[Key, str], order: list[str]) -> None:
    """Put one column into a table; rows that are no longer there go, new ones come."""
    with path.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # several workers write a column each
        _write(path, column, codes, order)


def _write(path: Path, column: str, codes: dict[Key, str], order: list[str]) -> None:
    columns, cells = read_table(path)
    columns = [c for c in order if c in {*columns, column}]
    lines = ["\t".join(["method", "address", "sample", *columns])]
    for key in sorted(codes, key=lambda k: (k[1], k[2] != "near", k[0])):
        row = {**cells.get(key, {}), column: codes[key]}
        lines.append("\t".join([*key, *(row.get(c, "?") for c in columns)]))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """A table of numbers by name."""
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def write_json(path: Path, values: dict[str, Any]) -> None:
    """The same, sorted, so that a change is one line of a review."""
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
