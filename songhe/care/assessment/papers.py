"""The papers of an assessment: 结果告知书 for the applicant, 评估报告 for the file."""

from __future__ import annotations

from typing import Any

from songhe.engines import scoring
from songhe.kernel import clock, policy
from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.paper import render_pdf
from songhe.kernel.policy.values import STATUS_LABELS

from . import instruments, queries, rules, terms
from .models import Assessment

TITLES = {"notice": "老年照护统一需求评估结果告知书", "report": "老年照护统一需求评估报告"}


def ready(case: Assessment, kind: str) -> bool:
    """A notice exists once the result is concluded, a report once the panel has sat."""
    return case.concluded_on is not None if kind == "notice" else case.reported_on is not None


def pdf(case: Assessment, kind: str, post: Post) -> bytes:
    """The paper, with personal data as ``post`` may read it."""
    if kind not in TITLES or not ready(case, kind):
        raise Refused("assessment.paper", "该文书还没有生成", remedy="集体审核后有评估报告，公示期满后有结果告知书。")
    data = {
        "title": TITLES[kind], "organisation": case.agency.name if case.agency else "", "number": case.number,
        "date": (case.concluded_on if kind == "notice" else case.reported_on) or clock.today(),
        "source": policy.value("assessment.governing_text", on=clock.today(), area=case.area_code).value,
        "facts": _facts(case, post),
    }
    return render_pdf(f"care/assessment/papers/{kind}.typ", {**data, **(_notice(case) if kind == "notice" else _report(case))})


def _facts(case: Assessment, post: Post) -> list[tuple[str, str]]:
    person = case.person
    at = case.scheduled_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d") if case.scheduled_at else ""
    return [
        ("姓名", person.name), ("性别", person.get_sex_display()), ("年龄", f"{person.age} 周岁"),
        ("身份证号", rights.shown(person, "identity_number", post)), ("评估类别", case.get_kind_display()),
        ("上门评估", at), ("照护等级", rules.level_label(case.official_level)), ("市系统结论编号", case.official_number),
    ]


def _notice(case: Assessment) -> dict[str, Any]:
    level = rules.level_label(case.official_level)
    lines = [f"经评估并公示期满，{case.person.name} 的评估结论为「{level}」，有效期至 {case.valid_until}。"]
    kind = rules.next_objection(case.kind)
    objection = ["本结论为终核结论，不再受理异议。身体状况变化的，可申请状态评估。"]
    if kind:
        word = Assessment.Kind(kind).label
        days = policy.value(terms.objection_key(case.kind), on=clock.today(), area=case.area_code)
        window = terms.objection_window(case.kind, case.delivered_on, case.area_code) if case.delivered_on else None
        doubt = "" if window is None or window.certain else "，放假安排公布后如有变动以平台显示为准"
        until = f"（至 {window.on}{doubt}）" if window else ""
        objection = [f"对结论有异议的，可自送达之日起 {days.value} 个工作日内{until}向街镇受理窗口申请{word}，由另一家评估机构评估。"]
    return {"lines": lines, "objection": objection, "notes": [], "signatures": ["送达人", "签收人", "签收日期"]}


def _report(case: Assessment) -> dict[str, Any]:
    surveys = queries.surveys_of(case)
    sheets = []
    for name in instruments.NAMES:
        instrument, result = scoring.load(name), surveys[name].result if name in surveys else {}
        grades = {g["dimension"]: g["name"] for g in result.get("grades", [])}
        rows = [
            [d.name, str(result.get("totals", {}).get(d.id, "—")), str(d.maximum), grades.get(d.id, "—")]
            for d in instrument.dimensions
        ]
        title = f"{instrument.short_title}：{result.get('level_name') or '未完成'}（平台计算，非官方）"
        sheets.append({"title": title, "rows": rows, "reasons": [_said(r) for r in result.get("reasons", [])]})
    return {
        "sheets": sheets,
        "notes": [
            "照护等级由市统一需求评估系统给出；两份量表由本平台按公开标准计算，供集体审核参考。",
            f"集体审核：{'、'.join(case.panel)}。",
        ],
        "signatures": ["评估员", "评估员（B 类）", "评估机构（章）"],
    }


def _said(reason: dict[str, Any]) -> str:
    status = reason.get("status", "")
    doubt = "" if status == "sourced" else STATUS_LABELS.get(status, "")
    source = "；".join(part for part in (reason.get("source", ""), doubt) if part)
    return f"{reason['text']}（{source}）" if source else str(reason["text"])
