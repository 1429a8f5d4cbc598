"""The files of a district's folder, and how their cells are read."""

from __future__ import annotations

import csv
import json
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from songhe.kernel.errors import Refused

Row = dict[str, str]
#: Under which terms each list may be passed on; the boundaries carry their own inside the file.
LICENCES = {"towns.csv": "WTFPL-2.0", "assumptions.csv": "Apache-2.0"}
PUBLIC_FACTS = "公开事实，逐行注明来源"


class BadLine(ValueError):
    """Why a line cannot be taken, in the words of the report."""


@dataclass(frozen=True)
class Folder:
    """One district as data."""

    path: Path
    head: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Read the head of a folder."""
        return cls(path, yaml.safe_load((path / "district.yaml").read_text(encoding="utf-8")))

    @property
    def name(self) -> str:
        """普陀区."""
        return str(self.head["name"])

    @property
    def code(self) -> str:
        """310107000000."""
        return str(self.head["code"])

    def rows(self, file: str) -> Iterator[tuple[int, Row]]:
        """The lines of a list with their numbers; the head is line 1."""
        path = self.path / file
        if not path.exists():
            raise Refused(
                "district.file", f"缺少文件 {self.path.name}/{file}。", remedy="没有名单的，请留一个只有表头的文件。"
            )
        with path.open(encoding="utf-8-sig", newline="") as source:
            for number, row in enumerate(csv.DictReader(source), 2):
                yield number, {key: (value or "").strip() for key, value in row.items() if key}

    def shapes(self, file: str) -> dict[str, Any]:
        """A GeoJSON file of the folder."""
        content: dict[str, Any] = json.loads((self.path / file).read_text(encoding="utf-8"))
        return content

    @cached_property
    def assumptions(self) -> dict[str, str]:
        """What nobody published and the house supposes, by key."""
        return {row["key"]: row["value"] for _, row in self.rows("assumptions.csv")}


def licence_of(file: str) -> str:
    """Terms of a list."""
    return LICENCES.get(file, PUBLIC_FACTS)


def last_day(text: str) -> date:
    """The last day of a day, month, quarter or year as sources write it.

    >>> [last_day(text).isoformat() for text in ("2025-10-09", "2025-09", "2025-Q1", "2019")]
    ['2025-10-09', '2025-09-30', '2025-03-31', '2019-12-31']
    """
    try:
        year, *rest = text.split("-")
        if not rest:
            return date(int(year), 12, 31)
        if len(rest) == 2:
            return date(int(year), int(rest[0]), int(rest[1]))
        month = int(rest[0][1:]) * 3 if rest[0].startswith("Q") else int(rest[0])
        return date(int(year), month, monthrange(int(year), month)[1])
    except (ValueError, IndexError) as error:
        raise BadLine(f"日期「{text}」无法识别，应如 2025-10-09、2025-09、2025-Q1 或 2025") from error


def whole(text: str, name: str) -> int | None:
    """A whole number that is not negative; None for an empty cell."""
    if not text:
        return None
    if not text.isdigit():
        raise BadLine(f"{name}「{text}」应为整数")
    return int(text)


def number(text: str, name: str) -> float | None:
    """A number; None for an empty cell."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise BadLine(f"{name}「{text}」应为数字") from error


def needed(row: Row, key: str, name: str) -> str:
    """A cell that must not be empty."""
    if not row.get(key):
        raise BadLine(f"缺少{name}")
    return row[key]
