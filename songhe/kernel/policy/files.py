"""Reads policies/**/*.yaml and districts/*/policies/*.yaml and refuses what is not in order.

A file holds `entries: [...]` or one entry; a file with neither (catalogues, source lists) belongs
to others and is passed over.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from .values import STATUSES, Citation, PolicyError, Value

if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:  # ten times faster, where the library was built with it
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_ENTRY = {"key", "title", "unit", "area", "values"}
_ROW = {"since", "until", "where", "value", "status", "citation", "note"}
_CITATION = {"document", "clause", "source", "read_on"}


class _Exact(_Loader):
    """YAML in which 0.9 is exactly 0.9."""


def _exact_number(loader: Any, node: Any) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_Exact.add_constructor("tag:yaml.org,2002:float", _exact_number)


def policy_files(policies: Path, districts: Path) -> list[Path]:
    """All files of the library, in a steady order."""
    return [*sorted(policies.rglob("*.yaml")), *sorted(districts.glob("*/policies/*.yaml"))]


def read(files: Iterable[Path]) -> dict[str, tuple[Value, ...]]:
    """All values by key, each key's ordered by start; raises PolicyError naming file and key."""
    found: dict[str, list[tuple[Value, Path]]] = {}
    for path in files:
        for entry in _entries(path):
            for value in _values(entry, path):
                found.setdefault(value.key, []).append((value, path))
    for rows in found.values():
        _refuse_disorder(rows)
    return {key: tuple(sorted((v for v, _ in rows), key=lambda v: v.since)) for key, rows in found.items()}


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Exact)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise PolicyError(f"{path.name}: 不是有效的 YAML: {error}") from error
    if not isinstance(content, dict):
        return []
    if "entries" in content:
        return list(content["entries"])
    return [content] if {"key", "values"} <= content.keys() else []


def _values(entry: dict[str, Any], path: Path) -> Iterator[Value]:
    place = f"{path.name}: {entry.get('key', '?')}"
    if set(entry) != _ENTRY:
        raise PolicyError(f"{place}: 缺少或多出 {', '.join(sorted(set(entry) ^ _ENTRY))}")
    area = str(entry["area"])
    if len(area) != 12 or not area.isdigit():
        raise PolicyError(f"{place}: area 应为 12 位区划代码，现为 {area}")
    for row in entry["values"]:
        yield _value(entry, area, row, place)


def _value(entry: dict[str, Any], area: str, row: dict[str, Any], place: str) -> Value:
    missing = {"since", "value", "status", "citation"} - set(row)
    if missing or set(row) - _ROW:
        raise PolicyError(f"{place}: 缺少或多出 {', '.join(sorted(missing | set(row) - _ROW))}")
    citation, until = row["citation"], row.get("until")
    if row["status"] not in STATUSES:
        raise PolicyError(f"{place}: status 应为 {'、'.join(STATUSES)}，现为 {row['status']}")
    if not isinstance(citation, dict) or set(citation) - _CITATION or not citation.get("document"):
        raise PolicyError(f"{place}: citation 须有 document，可有 clause、source、read_on")
    for day in (row["since"], until):
        if type(day) is not date and not (day is until and day is None):
            raise PolicyError(f"{place}: since 和 until 应为日期，现为 {day}")
    if until is not None and until <= row["since"]:
        raise PolicyError(f"{place}: until {until} 不晚于 since {row['since']}")
    if (row["value"] is None) != (row["status"] == "not-found"):
        raise PolicyError(f"{place}: value 为空当且仅当 status 为 not-found")
    return Value(
        key=entry["key"],
        title=entry["title"],
        value=row["value"],
        unit=entry["unit"],
        status=row["status"],
        citation=Citation(**citation),
        since=row["since"],
        until=until,
        area=area,
        where=dict(row.get("where") or {}),
        note=row.get("note") or "",
    )


def _refuse_disorder(rows: list[tuple[Value, Path]]) -> None:
    """One unit a key; no two values for the same day, area and conditions."""
    for (one, path), (other, other_path) in combinations(rows, 2):
        if one.unit != other.unit:
            raise PolicyError(
                f"{other_path.name}: {one.key}: 单位 {other.unit} 与 {path.name} 的 {one.unit} 不同"
            )
        if one.area != other.area or one.where != other.where:
            continue
        if one.since < (other.until or date.max) and other.since < (one.until or date.max):
            raise PolicyError(
                f"{other_path.name}: {one.key}: {one.where or '无条件'} 自 {one.since} 与自 {other.since} 的有效期重叠"
            )
