"""Reading the catalogue, and who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from songhe.kernel.because import Because


@dataclass(frozen=True)
class Item:
    """One item of the catalogue.

    minutes is a usual duration (assumed); ``staff_classes`` are who may do it, with the
    status of that statement; ``certificate`` is an extra certificate that it needs.
    """

    number: int
    name: str
    group: str
    minutes: int
    staff_classes: frozenset[str]
    certificate: str
    staff_status: str


@cache
def _read() -> tuple[Mapping[int, Item], Mapping[str, str], Mapping[str, Any]]:
    path = Path(settings.POLICIES) / "shanghai" / "catalogue.yaml"
    body = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = {
        row["number"]: Item(
            number=row["number"],
            name=row["name"],
            group=row["group"],
            minutes=row["default_minutes"],
            staff_classes=frozenset(row["staff_classes"]),
            certificate=row["certificate"] or "",
            staff_status=row["staff_status"],
        )
        for row in body["items"]
    }
    return known, {c["code"]: c["title"] for c in body["staff_classes"]}, body["catalogue"]


def items() -> list[Item]:
    """All items in the order of the catalogue."""
    return list(_read()[0].values())


def item(number: int) -> Item | None:
    """One item, or nothing where the number is not in the catalogue."""
    return _read()[0].get(number)


def names(numbers: Iterable[int]) -> list[str]:
    """Names of items, for screens and papers."""
    known = _read()[0]
    return [known[n].name for n in numbers if n in known]


def classes() -> Mapping[str, str]:
    """Staff classes by code, with their titles."""
    return _read()[1]


def allowed(number: int, staff_class: str) -> list[Because]:
    """Why a staff class may not do an item; empty when it may."""
    known, titles, head = _read()
    found = known.get(number)
    if found is None:
        return [Because(f"项目 {number} 不在服务目录内", rule=head["key"], source=head["citation"]["document"],
                        status=head["status"])]
    if staff_class in found.staff_classes:
        return []
    wanted = "、".join(titles[c] for c in sorted(found.staff_classes))
    return [
        Because(f"「{found.name}」须由{wanted}完成", rule=head["key"], source=head["citation"]["document"],
                status=found.staff_status)
    ]
