"""Institutions, health centres and canteens: the organisations that run them and the sites themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from songhe.engines.geo import approximate_point
from songhe.kernel.access.rights import area_q
from songhe.kernel.areas.models import Area
from songhe.kernel.pinyin import pinyin
from songhe.register.sites.models import Bed, Organisation, Site

from .folder import BadLine, Folder, Row, last_day, licence_of, needed, whole
from .report import Report
from .settle import Wanted, settle

MODES = {"公建公营": Site.Mode.PUBLIC, "公建民营": Site.Mode.PUBLIC_PRIVATE, "民建民营": Site.Mode.PRIVATE, "": ""}
#: List → kind of organisation that runs its sites; None where the list does not name one.
LISTS = {
    "institutions.csv": Organisation.Kind.CARE_HOME,
    "health_centres.csv": Organisation.Kind.HEALTH_CENTRE,
    "canteens.csv": None,
}
#: A town without boundary: places stand within this of its reference point, which is itself rough.
AROUND_DEGREES = 0.006
APPROXIMATE, UNKNOWN = "approximate", "unknown"


@dataclass(frozen=True)
class Place:
    """A line of a list that was taken, with its site."""

    file: str
    line: int
    site: Site
    beds: int
    as_of: date


@dataclass(frozen=True)
class _Read:
    file: str
    line: int
    key: str
    name: str
    runs: Organisation.Kind | None
    values: dict[str, Any]
    beds: int


def load_places(folder: Folder, report: Report) -> list[Place]:
    """Bring organisations and sites up to the lists."""
    ground = _Ground(folder)
    reads = [read for file in LISTS for read in _read(folder, file, ground, report)]
    organisations = _organisations(reads, report)
    keys = [read.key for read in reads]
    known = {site.source_id: site for site in Site.objects.filter(source_id__in=keys)}
    before = {site.pk: site.area_code for site in known.values()}
    wanted = []
    for read in reads:
        values = dict(read.values)
        if read.runs:
            values["organisation_id"] = organisations[read.name].pk
        site = known.get(read.key)
        if site and site.position_status not in (APPROXIMATE, UNKNOWN):
            # A surveyed position is better than any stand-in.
            for name in ("lng", "lat", "position_status"):
                values.pop(name)
        wanted.append(Wanted(read.file, read.line, read.key, read.name, values))
    sites = settle(wanted, known, lambda want: Site(source_id=want.key), report)
    _move_beds([site for site in sites.values() if before.get(site.pk, site.area_code) != site.area_code])
    _tell_gone(folder, set(keys), report)
    return [Place(r.file, r.line, sites[r.key], r.beds, r.values["as_of"]) for r in reads]


class _Ground:
    """Where a place of unknown position stands in for itself: in its town, decided by its number alone."""

    def __init__(self, folder: Folder) -> None:
        self.towns = {a.code: a for a in Area.objects.filter(code__startswith=folder.code[:6], kind=Area.Kind.TOWN)}
        self.shapes: dict[str, BaseGeometry] = {}
        for feature in folder.shapes("boundaries.geojson")["features"]:
            said = feature["properties"]
            for code in [said["code"]] if said.get("code") else said.get("covers", []):
                self.shapes[code] = shape(feature["geometry"])

    def spot(self, town: str, seed: str) -> dict[str, Any]:
        """Position and its status."""
        area = self.shapes.get(town)
        if area is None and (known := self.towns.get(town)) and known.centre_lng and known.centre_lat:
            area = Point(known.centre_lng, known.centre_lat).buffer(AROUND_DEGREES)
        if area is None:
            return {"lng": None, "lat": None, "position_status": UNKNOWN}
        lng, lat = approximate_point(area, seed)
        return {"lng": lng, "lat": lat, "position_status": APPROXIMATE}


def _read(folder: Folder, file: str, ground: _Ground, report: Report) -> list[_Read]:
    found: dict[str, _Read] = {}
    for line, row in folder.rows(file):
        try:
            key, name = needed(row, "source_id", "编号"), needed(row, "name", "名称")
            if key in found:
                raise BadLine(f"编号「{key}」与第 {found[key].line} 行重复")
            values = _values(folder, file, row, ground)
            beds = whole(row.get("beds_licensed", ""), "核定床位") or 0
        except BadLine as bad:
            report.add(file, line, "refused", row.get("name", ""), str(bad))
        else:
            found[key] = _Read(file, line, key, name, LISTS[file], values, beds)
    return list(found.values())


def _values(folder: Folder, file: str, row: Row, ground: _Ground) -> dict[str, Any]:
    town, kind = row["town_code"], row["kind"]
    if town and town not in ground.towns:
        raise BadLine(f"街镇「{town}」不在 towns.csv 中")
    if kind not in Site.Kind.values:
        raise BadLine(f"类型「{kind}」不在设施类型中")
    if (mode := row.get("operation_mode", "")) not in MODES:
        raise BadLine(f"运营方式「{mode}」应为公建公营、公建民营或民建民营")
    spelled = pinyin(row["name"])
    note = row.get("note", "") or ("街镇按名称或地址推定" if row.get("town_status") == "inferred" else "")
    return {
        "kind": kind, "name": row["name"], "pinyin": spelled.full, "initials": spelled.initials[:80],
        "area_code": town or folder.code, "address": row["address"], "mode": MODES[mode],
        "capacity": whole(row.get("beds_licensed", ""), "核定床位"),
        "starts": last_day(row["founded_date"]) if row.get("founded_date") else None,
        "status": needed(row, "status", "数据状态"), "source": needed(row, "source", "来源"),
        "as_of": last_day(needed(row, "as_of", "数据日期")), "data_licence": licence_of(file), "note": note,
        **ground.spot(town, row["source_id"]),
    }  # fmt: skip


def _organisations(reads: list[_Read], report: Report) -> dict[str, Organisation]:
    """One organisation a name: a centre with two houses is one centre. Keyed by name."""
    wanted: dict[str, Wanted] = {}
    kinds: dict[str, Organisation.Kind] = {}
    for read in reads:
        if read.runs is None or read.name in kinds:
            continue
        kinds[read.name] = read.runs
        names = ("name", "pinyin", "initials", "area_code", "address", "starts", "source", "status", "as_of")
        values = {"kind": read.runs, **{name: read.values[name] for name in names}}
        wanted[read.name] = Wanted(f"{read.file}（机构）", read.line, read.key, read.name, values)
    known = {
        o.source_id: o for o in Organisation.objects.filter(source_id__in=[w.key for w in wanted.values()])
    }
    made = settle(list(wanted.values()), known, lambda want: Organisation(source_id=want.key), report)
    return {name: made[want.key] for name, want in wanted.items()}


def _move_beds(sites: list[Site]) -> None:
    """Beds lie in the area of their site."""
    opened = Bed.objects.unscoped("beds follow their site when a list moves it to another town")
    for site in sites:
        opened.filter(site=site).update(area_code=site.area_code)


def _tell_gone(folder: Folder, keys: set[str], report: Report) -> None:
    """Sites that came from these lists once and have left them since."""
    kinds = {Site.Kind.CARE_HOME, Site.Kind.HEALTH_CENTRE, Site.Kind.CANTEEN}
    rows = Site.objects.filter(area_q("area_code", folder.code), kind__in=kinds, synthetic=False, ends=None)
    for site in rows.exclude(source_id__startswith="own:").order_by("source_id"):
        if site.source_id not in keys:
            report.add("名单以外", 0, "gone", site.name, "本库保留；如已停办，请在设施页登记停用日期")
