"""How an assessment looks on the case page: facts, clocks, dispatch, scores with reasons, result, materials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.engines import scoring
from songhe.kernel import clock, money, policy
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.because import Because
from songhe.kernel.calendar import Deadline
from songhe.kernel.process.deadlines import due
from songhe.kernel.registry import CaseFace

from . import forms, instruments, papers, queries, rules, terms
from .models import Assessment
from .process import PROCESS

Facts = Sequence[tuple[str, Sequence[tuple[str, Any]]]]
_DISPATCHERS = frozenset({Role.STREET, Role.BUREAU})
_CLERKS = frozenset({Role.STREET, Role.ADVISOR, Role.BUREAU})
_WRITERS = frozenset({Role.ASSESSOR, Role.AGENCY})


def facts(case: Assessment, post: Post) -> Facts:
    """What was asked for, what is arranged, what came out."""
    groups: list[tuple[str, list[tuple[str, Any]]]] = [(_("申请"), _asked(case))]
    if case.agency_id:
        groups.append((_("评估安排"), _arranged(case)))
    if case.official_level is not None and (case.concluded_on or not post.is_portal):
        groups.append((_("评估结论"), _found(case)))
    return groups


def _asked(case: Assessment) -> list[tuple[str, Any]]:
    fee = rules.fee(case.kind, case.self_paid, case.accepted_on or clock.today(), case.area_code)
    shares = _("基金 %(fund)s 元，个人 %(person)s 元") % {"fund": money.yuan(fee.fund_fen), "person": money.yuan(fee.person_fen)}
    rows: list[tuple[str, Any]] = [
        ("评估类别", case.get_kind_display()),
        ("申请人", case.get_applicant_display()),
        ("申请渠道", {"window": _("受理窗口"), "portal": _("网上"), "visit": _("上门")}.get(case.channel, case.channel)),
        ("已收材料", "、".join(str(word) for key, word in forms.DOCUMENTS if key in case.documents) or None),
        ("评估费", _("%(total)s 元（%(shares)s）") % {"total": money.yuan(fee.total_fen), "shares": shares}),
    ]
    if case.green_channel:
        rows.append(("绿色通道", _("是，%(day)s 出院") % {"day": case.discharged_on}))
    if case.priority:
        rows.append(("优先情形", str(dict(forms.PRIORITIES).get(case.priority, case.priority))))
    if case.previous_id and case.previous:
        rows.append(("原评估", f"{case.previous.number}（{rules.level_label(case.previous.official_level)}）"))
    if case.statement:
        rows.append(("异议理由" if case.kind in ("review", "final") else "身体状况说明", case.statement))
    return rows


def _arranged(case: Assessment) -> list[tuple[str, Any]]:
    team = "、".join(w.name for w in (case.assessor_a, case.assessor_b) if w)
    at = case.scheduled_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if case.scheduled_at else None
    return [
        ("评估机构", case.agency.name if case.agency else None), ("受理日期", case.accepted_on), ("上门时间", at),
        ("评估员", team or None), ("报告日期", case.reported_on),
        ("集体审核", _("%(n)d 人") % {"n": len(case.panel)} if case.panel else None),
    ]


def _found(case: Assessment) -> list[tuple[str, Any]]:
    return [
        ("照护等级", _("%(level)s（市系统正式结论）") % {"level": rules.level_label(case.official_level)}),
        ("市系统结论编号", case.official_number), ("结论日期", case.concluded_on), ("送达日期", case.delivered_on),
        ("有效期止", case.valid_until),
    ]


@dataclass(frozen=True)
class Term:
    """A time limit of the case: when it ends, and whether it was kept. A notice has to run its time out.

    ``chance``, where the limit is the applicant's chance and nobody's duty: what is said once it went by unused.
    """

    label: str
    limit: str
    due: Deadline | None
    done_on: date | None
    because: Because
    runs_out: bool = False
    chance: str = ""

    @property
    def kept(self) -> bool:
        """Done in time."""
        return self.runs_out or bool(self.done_on and self.due and self.done_on <= self.due.on)

    @property
    def lapsed(self) -> str:
        """The words for a chance that was not taken, once its last day is over: nobody is late."""
        return self.chance if self.due and self.due.on < clock.today() else ""


def _term(
    case: Assessment, label: str, key: str, start: date | None, done: date | None, *, runs_out: bool = False, chance: str = ""
) -> Term | None:
    if start is None:
        return None
    value = policy.value(key, on=start, area=case.area_code)
    return Term(label, value.shown, due(key, start, case.area_code), done, value.because(), runs_out, chance)


def clocks(case: Assessment, post: Post) -> Mapping[str, Any] | None:
    """Every time limit that has begun."""
    notify = "assessment.deadline.green_channel_notify" if case.green_channel else "assessment.deadline.notify"
    found = [
        _term(case, _("受理至出具报告"), terms.assess_key(case), case.accepted_on, case.reported_on),
        _term(case, _("异议成立后重新审核"), "assessment.deadline.objection_handling", case.reworked_on, case.reported_on),
        _term(case, _("公示"), "assessment.deadline.notice_days", case.noticed_on, case.concluded_on, runs_out=True),
        _term(case, _("告知申请人"), notify, case.concluded_on, case.delivered_on),
    ]
    if case.delivered_on and rules.next_objection(case.kind):
        found.append(_objection(case))
    shown = [t for t in found if t]
    return {"terms": shown} if shown else None


def _objection(case: Assessment) -> Term | None:
    """How long the applicant may ask for 复核 or 终核, and when it was asked for."""
    final = case.kind == "review"
    follows = Assessment.objects.unscoped("whether a case that was opened was objected to: a date, no more").filter(
        previous_id=case.pk, kind="final" if final else "review"
    )
    asked = follows.order_by("opened_at").values_list("opened_at", flat=True).first()
    return _term(
        case, _("申请终核期限") if final else _("申请复核期限"), terms.objection_key(case.kind), case.delivered_on,
        asked.astimezone(clock.SHANGHAI).date() if asked else None,
        chance=_("期限已过，未申请终核") if final else _("期限已过，未申请复核"),
    )


def checking(case: Assessment, post: Post) -> Mapping[str, Any] | None:
    """Before acceptance: what the rules of intake find, for the clerk who decides."""
    if case.state not in ("draft", "submitted") or post.role not in _CLERKS:
        return None
    return {"verdict": queries.verdicts([case], clock.today())[case.pk]}


def printed(case: Assessment, post: Post) -> Mapping[str, Any] | None:
    """The papers there are; the applicant gets the notice, offices the report as well."""
    kinds = [k for k in papers.TITLES if papers.ready(case, k) and not (post.is_portal and k == "report")]
    found = [(papers.TITLES[k], reverse("assessment:paper", args=[case.pk, k])) for k in kinds]
    return {"papers": found} if found else None


def dispatching(case: Assessment, post: Post) -> Mapping[str, Any] | None:
    """Before dispatch the ranking with reasons; afterwards why it was this agency."""
    if case.state == "accepted" and post.role in _DISPATCHERS:
        return {"ranked": queries.ranking(case, clock.today()), "because": []}
    if case.assignment and not post.is_portal:
        return {
            "ranked": [], "because": [Because.from_data(b) for b in case.assignment.get("because", [])],
            "automatic": case.assignment.get("automatic"),
        }
    return None


def scores(case: Assessment, post: Post) -> Mapping[str, Any] | None:
    """What the two instruments say, by dimension and with reasons; not Shanghai's official level."""
    if case.state in ("draft", "submitted", "accepted", "assigned"):
        return None
    if post.is_portal and not case.concluded_on:
        return None
    surveys = queries.surveys_of(case)
    sheets = []
    for name in [n for n in instruments.NAMES if n in surveys]:
        survey = surveys[name]
        instrument = scoring.load(name)
        result = survey.result
        grades = {g["dimension"]: g["name"] for g in result.get("grades", [])}
        sheets.append(
            {
                "instrument": instrument, "result": result, "answered": len(survey.answers),
                "items": len(instrument.items),
                "dimensions": [
                    {"name": d.name, "total": result.get("totals", {}).get(d.id), "maximum": d.maximum, "grade": grades.get(d.id, "")}
                    for d in instrument.dimensions
                ],
                "reasons": [Because.from_data(r) for r in result.get("reasons", [])],
            }
        )
    link = reverse("assessment:survey", args=[case.pk]) if post.role in _WRITERS and case.state == "scheduled" else ""
    return {"sheets": sheets, "link": link} if sheets else None


def materials(case: Assessment, post: Post) -> Mapping[str, Any] | None:
    """Photos, signatures and papers."""
    rows = queries.attachments_of(case)
    return {"rows": rows} if rows else None


def objecting(case: Assessment, post: Post) -> Mapping[str, Any] | None:
    """The way to 复核 or 终核 while the term runs."""
    kind = rules.next_objection(case.kind)
    if case.state != "delivered" or not case.delivered_on or not kind:
        return None
    window = terms.objection_window(case.kind, case.delivered_on, case.area_code)
    if clock.today() > window.on or post.role not in (Role.ELDER, Role.FAMILY, Role.STREET, Role.ADVISOR):
        return None
    return {"word": Assessment.Kind(kind).label, "until": window.on, "url": reverse("assessment:objection", args=[case.pk])}


def hangers(case: Assessment) -> list[UUID]:
    """A 复核 shows what happened to the case it objects to."""
    return [case.previous_id] if case.previous_id and case.kind in ("review", "final") else []


def summary(case: Assessment, post: Post) -> str:
    """One line for lists and the portal."""
    if case.official_level is not None and case.concluded_on:
        return f"{case.get_kind_display()}：{rules.level_label(case.official_level)}"
    return f"{case.get_kind_display()}：{PROCESS.by_state[case.state].label}"


FACE = CaseFace(
    model=Assessment,
    title=PROCESS.title,
    facts=facts,
    forms=forms.STEP_FORMS,
    panels=(
        ("assessment/panel_objecting.html", objecting),
        ("assessment/panel_checking.html", checking),
        ("assessment/panel_clocks.html", clocks),
        ("assessment/panel_dispatch.html", dispatching),
        ("assessment/panel_scores.html", scores),
        ("assessment/panel_papers.html", printed),
        ("assessment/panel_materials.html", materials),
    ),
    hangers=hangers,
    summary=summary,
    related=("person", "agency", "assessor_a", "assessor_b", "previous"),
)
