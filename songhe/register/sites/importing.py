"""Sites, and organisations with their licences, from a sheet. New rows only: what is known is put right on its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from stdnum.cn import uscc

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.sheets import CellError, Column, Importer, RowError, duplicates

from . import actions, queries
from .models import Licence, Organisation, Site

Row = dict[str, Any]
ROLES = frozenset({str(Role.BUREAU)})


@dataclass(frozen=True)
class _Ground:
    """Towns and organisations of the post's area by name."""

    towns: Mapping[str, str]
    organisations: Mapping[str, Organisation]


def _ground(by: Post) -> _Ground:
    return _Ground(
        {node.name: node.code for node in areas.towns(by.area_code)},
        {row.name: row for row in queries.organisations(by.area_code)},
    )


def _town(row: Row, ground: _Ground, errors: list[CellError]) -> str:
    code = ground.towns.get(row["town"], "")
    if not code:
        errors.append(CellError("town", f"“{row['town'][:20]}”不是本区街镇，可填：{'、'.join(ground.towns)}。"))
    return code


class SiteImporter(Importer):
    """设施导入."""

    name = "sites"
    title = "设施"
    about = "登记新的设施。已登记的同名同街镇设施请在其页面修改。"
    roles = ROLES
    columns = (
        Column("name", "名称", required=True, max_length=120, example="示例·曹杨社区长者食堂"),
        Column("kind", "类型", "choice", required=True, choices=tuple(Site.Kind.choices), example="社区长者食堂"),
        Column("town", "街镇", required=True, example="曹杨新村街道"),
        Column("address", "地址", max_length=200, example="曹杨路505弄1号"),
        Column("organisation", "运营机构", help="须已登记，填全称"),
        Column("mode", "运营方式", "choice", choices=tuple(Site.Mode.choices)),
        Column("capacity", "核定容量", "int", help="床位、座位或客数"),
        Column("starts", "启用日期", "date", example=date(2024, 3, 1)),
        Column("lng", "经度", "decimal", help="WGS-84"),
        Column("lat", "纬度", "decimal", help="WGS-84"),
        Column("note", "说明", max_length=200),
    )

    def prepare(self, by: Post) -> _Ground:
        """Towns and organisations."""
        return _ground(by)

    def clean_row(self, row: Row, ctx: _Ground) -> Row | list[CellError]:
        """Names become codes; a position is whole and near."""
        errors: list[CellError] = []
        code = _town(row, ctx, errors)
        runs = ctx.organisations.get(row["organisation"])
        if row["organisation"] and runs is None:
            errors.append(CellError("organisation", "没有登记这个机构，请先登记机构，或填写登记的全称。"))
        if (row["capacity"] or 0) < 0:
            errors.append(CellError("capacity", "不能是负数。"))
        if (row["lng"] is None) != (row["lat"] is None):
            errors.append(CellError("lat" if row["lat"] is None else "lng", "经度和纬度须一并填写。"))
        elif row["lng"] is not None and not (120.8 <= row["lng"] <= 122.3 and 30.6 <= row["lat"] <= 31.9):
            errors.append(CellError("lng", "不在上海市范围内，请核对经度和纬度是否填反。"))
        if errors:
            return errors
        return {**row, "area_code": code, "organisation_id": str(runs.pk) if runs else None}

    def check_set(self, rows: Sequence[tuple[int, Row]], ctx: _Ground) -> Iterable[RowError]:
        """Twice in the file, or registered already."""
        yield from duplicates(rows, ["name", "area_code", "kind"], "与第 %(line)s 行是同一个设施。")
        names = [row["name"] for _, row in rows]
        known = set(Site.objects.filter(name__in=names).values_list("name", "area_code", "kind"))
        for number, row in rows:
            if (row["name"], row["area_code"], row["kind"]) in known:
                yield RowError(number, "name", "该街镇已登记同名同类设施，请在设施页修改。")

    def commit(self, rows: Sequence[Row], by: Post) -> Mapping[str, Any]:
        """All sites in one go."""
        made = actions.add_sites([_site(row) for row in rows], by=by)
        return {"新增设施": len(made)}


def _site(row: Row) -> Row:
    placed = row["lng"] is not None
    return {
        "name": row["name"], "kind": row["kind"], "area_code": row["area_code"], "address": row["address"],
        "organisation_id": UUID(row["organisation_id"]) if row["organisation_id"] else None, "mode": row["mode"],
        "capacity": row["capacity"], "starts": row["starts"], "note": row["note"],
        "lng": float(row["lng"]) if placed else None, "lat": float(row["lat"]) if placed else None,
        "position_status": "surveyed" if placed else "unknown",
    }  # fmt: skip


class OrganisationImporter(Importer):
    """机构和证照导入: one line a licence, the organisation repeated."""

    name = "organisations"
    title = "机构和证照"
    about = "登记新机构，并为新老机构补登证照。一家有几张证照就写几行；已登记的机构只补证照，不改原登记。"
    roles = ROLES
    columns = (
        Column("name", "机构名称", required=True, max_length=120, example="示例·曹杨护理站"),
        Column("kind", "类别", "choice", required=True, choices=tuple(Organisation.Kind.choices), example="护理站"),
        Column("uscc", "统一社会信用代码", max_length=18),
        Column("town", "街镇", required=True, example="曹杨新村街道"),
        Column("address", "地址", max_length=200),
        Column("phone", "电话", max_length=30),
        Column("ltci", "长护险定点", "bool", example="是"),
        Column("licence", "证照", max_length=40, example="医疗机构执业许可证"),
        Column("number", "证号", max_length=60),
        Column("issuer", "发证机关", max_length=80),
        Column("starts", "有效期起", "date", example=date(2024, 1, 1)),
        Column("ends", "有效期止", "date", help="长期有效的不填"),
    )

    def prepare(self, by: Post) -> _Ground:
        """Towns and organisations."""
        return _ground(by)

    def clean_row(self, row: Row, ctx: _Ground) -> Row | list[CellError]:
        """Codes and dates are right."""
        errors: list[CellError] = []
        code = _town(row, ctx, errors)
        if row["uscc"] and not uscc.is_valid(row["uscc"]):
            errors.append(CellError("uscc", "应为 18 位，且校验码须相符。"))
        if row["licence"]:
            if not row["number"]:
                errors.append(CellError("number", "请填写证号。"))
            if not row["starts"]:
                errors.append(CellError("starts", "请填写有效期起。"))
            elif row["ends"] and row["ends"] < row["starts"]:
                errors.append(CellError("ends", "有效期止不能早于有效期起。"))
        elif row["number"]:
            errors.append(CellError("licence", "填了证号，请填写证照名称。"))
        return errors or {**row, "area_code": code}

    def check_set(self, rows: Sequence[tuple[int, Row]], ctx: _Ground) -> Iterable[RowError]:
        """The same licence twice, or registered already."""
        cards = [(n, r) for n, r in rows if r["licence"]]
        yield from duplicates(cards, ["name", "licence", "number"], "与第 %(line)s 行是同一张证照。", column="number")
        known = set(
            Licence.objects.filter(organisation__name__in=[r["name"] for _, r in cards]).values_list(
                "organisation__name", "kind", "number"
            )
        )
        for number, row in cards:
            if (row["name"], row["licence"], row["number"]) in known:
                yield RowError(number, "number", "这张证照已登记。")
        first: dict[str, tuple[int, Row]] = {}
        for number, row in rows:
            line, earlier = first.setdefault(row["name"], (number, row))
            for column in ("kind", "town", "uscc"):
                if earlier[column] != row[column]:
                    yield RowError(number, column, f"与第 {line} 行同一机构的填写不一致。")

    def commit(self, rows: Sequence[Row], by: Post) -> Mapping[str, Any]:
        """New organisations first, then all licences."""
        known = dict(_ground(by).organisations)
        fresh: dict[str, Row] = {}
        for row in rows:
            if row["name"] not in known:
                fresh.setdefault(row["name"], row)
        names = ("name", "kind", "uscc", "area_code", "address", "phone")
        with transaction.atomic():
            made = actions.add_organisations(
                [{**{n: r[n] for n in names}, "is_ltci_provider": bool(r["ltci"])} for r in fresh.values()], by=by
            )
            known |= {organisation.name: organisation for organisation in made}
            cards = [
                (
                    known[r["name"]],
                    {"kind": r["licence"], "number": r["number"], "issuer": r["issuer"], "starts": r["starts"],
                     "ends": r["ends"]},
                )
                for r in rows if r["licence"]
            ]  # fmt: skip
            actions.add_licences(cards, by=by)
        return {"新增机构": len(made), "登记证照": len(cards)}
