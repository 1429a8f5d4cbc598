"""A district 区 as the generator sees it: towns with their outlines, and committees 居村委."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Town:
    """A street or town 街镇: 12-digit code, an anchor point and, where one is known, its outline (WGS-84)."""

    code: str
    name: str
    anchor: tuple[float, float]
    outline: BaseGeometry | None = None


@dataclass(frozen=True)
class Committee:
    """A residents' or villagers' committee 居（村）委会: 12-digit code, the code of its town."""

    code: str
    name: str
    town: str


@dataclass(frozen=True)
class District:
    """A district: six-digit code, towns, and committees of those towns.

    Raises:
        ValueError: a committee names an unknown town, or there is none at all.
    """

    code: str
    name: str
    towns: Sequence[Town]
    committees: Sequence[Committee]

    def __post_init__(self) -> None:
        known = {town.code for town in self.towns}
        strangers = sorted({committee.town for committee in self.committees} - known)
        if strangers or not self.committees:
            raise ValueError(
                f"{self.name}：居村委缺失，或所属街镇不在清单中：{'、'.join(strangers) or '无居村委'}"
            )


def read_district(folder: Path) -> District:
    """Read ``district.yaml``, ``towns.csv``, ``committees.csv`` and ``boundaries.geojson`` of a district's folder.

    A town without an outline of its own takes the one that covers it together with another, if any.
    """
    about = yaml.safe_load((folder / "district.yaml").read_text(encoding="utf-8"))
    outlines = _outlines(folder / "boundaries.geojson")
    towns = [
        Town(
            row["code"],
            row["name"],
            (float(row["centre_lng"]), float(row["centre_lat"])),
            outlines.get(row["code"]),
        )
        for row in _rows(folder / "towns.csv")
    ]
    committees = [
        Committee(row["code"], row["name"], row["town_code"]) for row in _rows(folder / "committees.csv")
    ]
    return District(str(about["code"])[:6], about["name"], towns, committees)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _outlines(path: Path) -> dict[str, BaseGeometry]:
    found: dict[str, BaseGeometry] = {}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        about = feature["properties"]
        for code in [about["code"]] if about["code"] else about.get("covers", []):
            found[code] = shape(feature["geometry"])
    return found
