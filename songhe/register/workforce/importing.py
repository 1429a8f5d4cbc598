"""Workers and their certificates from a sheet: one line a certificate, the worker repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.sheets import CellError, Column, Importer, RowError, duplicates
from songhe.register.sites import queries as sites
from songhe.register.sites.models import Organisation

from . import actions, queries
from .access import KEEPERS
from .forms import CERTIFICATES, grades
from .models import Worker
from .rules import SKILLS

Row = dict[str, Any]


@dataclass(frozen=True)
class _Known:
    """Employers by name, and the workers they have, by (employer, name, phone)."""

    employers: Mapping[str, Organisation]
    own: Organisation | None
    workers: Mapping[tuple[Any, str, str], Worker]


class WorkerImporter(Importer):
    """从业人员导入: new workers, and certificates of new and of known ones."""

    name = "workers"
    title = "从业人员和证书"
    about = "登记新人员，并为新老人员补登证书。一人有几张证书就写几行，人员信息重复填写；已登记的人员只补证书，不改原登记。"
    roles = frozenset(str(role) for role in KEEPERS)
    columns = (
        Column("organisation", "机构", help="本单位人员可不填", example="示例·曹杨护理站"),
        Column("name", "姓名", required=True, max_length=40, example="王秀英"),
        Column("sex", "性别", "choice", required=True, choices=(("f", "女"), ("m", "男")), example="女"),
        Column("phone", "电话", "phone", required=True, example="13900000001"),
        Column("occupation", "岗位类别", "choice", required=True, choices=tuple(Worker.Occupation.choices), example="养老护理员"),
        Column("staff_class", "服务类别", "choice", choices=tuple(Worker.StaffClass.choices), help="不提供上门服务的不填"),
        Column("grade", "职业技能等级", "choice", choices=tuple((k, v) for k, v in grades() if k), example="中级"),
        Column("assessor_class", "评估员类别", "choice", choices=(("A", "A"), ("B", "B")), help="评估员必填"),
        Column("skills", "技能", help=f"几项之间用顿号，如{'、'.join(list(SKILLS.values())[:2])}", example="助浴、移位与翻身"),
        Column("starts", "入职日期", "date", required=True, example=date(2024, 3, 1)),
        Column("certificate", "证书", "choice", choices=tuple((c, c) for c in CERTIFICATES), example=CERTIFICATES[0]),
        Column("number", "证书编号", max_length=60, example="HL-2024-000123"),
        Column("issued", "发证日期", "date", example=date(2024, 1, 15)),
        Column("expires", "有效期止", "date", help="长期有效的不填"),
    )

    def prepare(self, by: Post) -> _Known:
        """Employers that this post writes for, and their workers."""
        rows = sites.organisations(by.area_code if by.role == Role.BUREAU else "")
        if by.role != Role.BUREAU:
            rows = rows.filter(pk=by.organisation_id or UUID(int=0))
        employers = {row.name: row for row in rows}
        own = next((row for row in employers.values() if row.pk == by.organisation_id), None)
        people = Worker.objects.visible_to(by).filter(organisation__in=list(employers.values()))
        known = {(w.organisation_id, w.name, w.phone): w for w in people.select_related("organisation")}
        return _Known(employers, own if by.role != Role.BUREAU else None, known)

    def clean_row(self, row: Row, ctx: _Known) -> Row | list[CellError]:
        """The employer is found, what belongs together is there."""
        errors = []
        employer = ctx.employers.get(row["organisation"]) if row["organisation"] else ctx.own
        if employer is None:
            errors.append(CellError("organisation", "没有这个机构，或不属于您的岗位，请填写登记的全称。"
                                    if row["organisation"] else "请填写机构全称。"))  # fmt: skip
        if row["occupation"] == "assessor" and not row["assessor_class"]:
            errors.append(CellError("assessor_class", "评估员须填写 A 或 B。"))
        if (row["occupation"] == "nurse") != (row["staff_class"] == "nurse") and row["staff_class"]:
            errors.append(CellError("staff_class", "执业护士类别只用于护士。"))
        skills = [part.strip() for part in row["skills"].replace("，", "、").split("、") if part.strip()]
        codes = {label: code for code, label in SKILLS.items()}
        if unknown := [s for s in skills if s not in codes]:
            errors.append(CellError("skills", f"“{unknown[0]}”不在技能中，可填：{'、'.join(codes)}。"))
        errors += _certificate_faults(row)
        if errors:
            return errors
        assert employer is not None
        return {**row, "skills": [codes[s] for s in skills], "organisation_id": str(employer.pk)}

    def check_set(self, rows: Sequence[tuple[int, Row]], ctx: _Known) -> Iterable[RowError]:
        """The same certificate twice or known already; lines that say different things of one person."""
        cards = [(n, r) for n, r in rows if r["certificate"]]
        yield from duplicates(
            cards, ["organisation_id", "name", "phone", "certificate", "number"], "与第 %(line)s 行是同一张证书。",
            column="number",
        )  # fmt: skip
        people = {(str(org), name, phone): w.pk for (org, name, phone), w in ctx.workers.items()}
        known = queries.certificate_keys(list(people.values()))
        for number, row in cards:
            worker = people.get((row["organisation_id"], row["name"], row["phone"]))
            if (worker, row["certificate"], row["number"], row["issued"]) in known:
                yield RowError(number, "number", "这张证书已登记，续期请填写新的发证日期。")
        first: dict[tuple[str, ...], tuple[int, Row]] = {}
        for number, row in rows:
            line, earlier = first.setdefault((row["organisation_id"], row["name"], row["phone"]), (number, row))
            for column in ("sex", "occupation", "staff_class", "grade", "starts"):
                if earlier[column] != row[column]:
                    yield RowError(number, column, f"与第 {line} 行同一人员的填写不一致。")

    def commit(self, rows: Sequence[Row], by: Post) -> Mapping[str, Any]:
        """New workers first, then all certificates."""
        ctx = self.prepare(by)
        by_id = {str(row.pk): row for row in ctx.employers.values()}
        people = {(str(org), name, phone): w for (org, name, phone), w in ctx.workers.items()}
        fresh: dict[tuple[str, str, str], Row] = {}
        for row in rows:
            key = (row["organisation_id"], row["name"], row["phone"])
            if key not in people:
                fresh.setdefault(key, row)
        names = ("name", "sex", "phone", "occupation", "staff_class", "grade", "assessor_class", "skills", "starts")
        with transaction.atomic():
            made = actions.add(
                [{**{n: r[n] for n in names}, "organisation": by_id[r["organisation_id"]]} for r in fresh.values()], by=by
            )
            people |= dict(zip(fresh, made, strict=True))
            cards = [
                (people[r["organisation_id"], r["name"], r["phone"]], _card(r)) for r in rows if r["certificate"]
            ]
            actions.add_certificates(cards, by=by)
        return {"新增人员": len(made), "登记证书": len(cards)}


def _certificate_faults(row: Row) -> list[CellError]:
    if not row["certificate"]:
        return [CellError("certificate", "填了编号，请选择证书。")] if row["number"] else []
    errors = []
    if not row["number"]:
        errors.append(CellError("number", "请填写证书编号。"))
    if not row["issued"]:
        errors.append(CellError("issued", "请填写发证日期。"))
    elif row["expires"] and row["expires"] < row["issued"]:
        errors.append(CellError("expires", "有效期止不能早于发证日期。"))
    return errors


def _card(row: Row) -> Row:
    graded = row["certificate"] == CERTIFICATES[0]
    return {
        "kind": row["certificate"], "number": row["number"], "grade": row["grade"] if graded else "",
        "starts": row["issued"], "ends": row["expires"],
    }  # fmt: skip
