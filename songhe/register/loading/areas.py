"""City, district, towns, committees, boundaries."""

from __future__ import annotations

import re
from typing import Any

from songhe.kernel.areas.models import Area

from .folder import BadLine, Folder, licence_of, needed, number
from .report import Report
from .settle import Wanted, settle

TOWNS, COMMITTEES, SHAPES, OUTLINE = "towns.csv", "committees.csv", "boundaries.geojson", "outline.geojson"


def load_areas(folder: Folder, report: Report) -> None:
    """Bring the tree of areas of one district up to its files."""
    wanted = [*_heads(folder), *_towns(folder, report)]
    wanted += _committees(folder, {w.key for w in wanted}, report)
    stem = folder.code[:6]
    known = {
        area.code: area
        for area in Area.objects.filter(code__in=[w.key for w in wanted if not w.key.startswith(stem)])
    } | {area.code: area for area in Area.objects.filter(code__startswith=stem)}
    settle(wanted, known, lambda want: Area(code=want.key), report)
    gone = known.keys() - {w.key for w in wanted}
    for code in sorted(gone):
        file = TOWNS if known[code].kind == Area.Kind.TOWN else COMMITTEES
        report.add(file, 0, "gone", f"{code} {known[code].name}", "本库保留，请核对后处理")


def _heads(folder: Folder) -> list[Wanted]:
    """The city and the district itself."""
    city, file = folder.head["city"], "district.yaml"
    lng, lat = folder.head["centre"]
    return [
        Wanted(file, 1, city["code"], city["name"], {"name": city["name"], "kind": Area.Kind.CITY}),
        Wanted(
            file, 1, folder.code, folder.name,
            {
                "name": folder.name, "kind": Area.Kind.DISTRICT, "centre_lng": lng, "centre_lat": lat,
                "source": "统计用区划代码", **_boundaries(folder, OUTLINE).get(folder.code, {}),
            },
        ),
    ]  # fmt: skip


def _towns(folder: Folder, report: Report) -> list[Wanted]:
    drawn = _boundaries(folder, SHAPES)
    wanted = []
    for line, row in folder.rows(TOWNS):
        code = row.get("code", "")
        try:
            if not re.fullmatch(folder.code[:6] + r"\d{3}000", code) or code == folder.code:
                raise BadLine(f"代码「{code}」不在{folder.name}之下")
            name = row["name_current"] or needed(row, "name", "名称")
            values: dict[str, Any] = {
                "name": name, "kind": Area.Kind.TOWN, "town_kind": row["kind"], "code_status": row["code_status"],
                "centre_lng": number(row["centre_lng"], "经度"), "centre_lat": number(row["centre_lat"], "纬度"),
                "area_km2": number(row["area_km2"], "面积"), "source": row["source"], "status": row["status"],
                "data_licence": licence_of(TOWNS), **drawn.get(code, {}),
            }  # fmt: skip
        except BadLine as bad:
            report.add(TOWNS, line, "refused", row.get("name", ""), str(bad))
        else:
            wanted.append(Wanted(TOWNS, line, code, name, values))
    return wanted


def _committees(folder: Folder, towns: set[str], report: Report) -> list[Wanted]:
    wanted = []
    for line, row in folder.rows(COMMITTEES):
        code, town = row.get("code", ""), row.get("town_code", "")
        try:
            if town not in towns:
                raise BadLine(f"街镇「{town}」不在 {TOWNS} 中")
            if not re.fullmatch(town[:9] + r"\d{3}", code) or code == town:
                raise BadLine(f"代码「{code}」不在街镇 {town} 之下")
            name = needed(row, "name", "名称")
        except BadLine as bad:
            report.add(COMMITTEES, line, "refused", row.get("name", ""), str(bad))
            continue
        values = {
            "name": name, "kind": Area.Kind.COMMITTEE, "town_kind": row["kind"], "code_status": row["code_status"],
            "source": row["source"], "status": row["status"], "data_licence": licence_of(COMMITTEES),
        }  # fmt: skip
        wanted.append(Wanted(COMMITTEES, line, code, name, values))
    return wanted


def _boundaries(folder: Folder, file: str) -> dict[str, dict[str, Any]]:
    """Boundary and its terms by area code. A shape that covers several towns is nobody's own boundary."""
    collection = folder.shapes(file)
    return {
        feature["properties"]["code"]: {
            "boundary": feature["geometry"],
            "boundary_licence": collection.get("license", ""),
            "boundary_credit": collection.get("attribution", ""),
        }
        for feature in collection["features"]
        if feature["properties"].get("code")
    }
