"""Rules of the unified assessment 统一需求评估: pure functions over facts, answers with reasons.

Nothing here asks the database, the clock or a request. Limits, ages and terms come from the
policy library and bring their citation along; a rule whose source is only recalled with little
certainty advises and never turns anybody away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from songhe.engines import scoring
from songhe.kernel import money, policy
from songhe.kernel.because import Because
from songhe.kernel.process.deadlines import add_months

from .terms import objection_key, objection_window, renewal_opens

#: States in which a case is still being worked on.
OPEN = ("draft", "submitted", "accepted", "assigned", "scheduled", "surveyed", "reviewed", "noticed", "objected")
#: States in which a conclusion holds.
IN_FORCE = ("concluded", "delivered")
#: States in which an agency has the case in hand: its load.
WITH_AGENCY = ("assigned", "scheduled", "surveyed", "reviewed", "noticed", "objected")
REFER = -1
SHANGHAI_STANDARD = "shanghai_2_0"
_LOW = "recalled-low"


def level_label(level: int | None) -> str:
    """The name of an official outcome.

    >>> level_label(3), level_label(-1), level_label(None)
    ('照护三级', '建议至相关医疗机构就诊', '')
    """
    if level is None:
        return ""
    wanted = None if level == REFER else level
    return next(o.name for o in scoring.outcomes(SHANGHAI_STANDARD) if o.level == wanted)


def level_choices() -> list[tuple[int, str]]:
    """The eight official outcomes, for a form."""
    return [(REFER if o.level is None else o.level, o.name) for o in scoring.outcomes(SHANGHAI_STANDARD)]


@dataclass(frozen=True)
class Conclusion:
    """The latest conclusion of a person, as far as a new application depends on it."""

    case_id: UUID
    number: str
    kind: str
    state: str
    level: int | None
    concluded_on: date
    delivered_on: date | None
    valid_until: date
    reviewed: bool = False

    def in_force(self, on: date) -> bool:
        """Whether it still holds on a day."""
        return self.state in IN_FORCE and on <= self.valid_until


@dataclass(frozen=True)
class Facts:
    """What is known of a person when she applies."""

    age: int
    status: str = "living"
    cover: str = ""
    pension_claimed: bool = False
    open_case: str = ""
    last: Conclusion | None = None


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    kind: str
    area: str
    self_paid: bool = False
    green_channel: bool = False
    discharged_on: date | None = None
    statement: str = ""
    previous_id: UUID | None = None


@dataclass(frozen=True)
class Verdict:
    """Reasons against, and what the clerk should know although it stands against nothing."""

    refusals: Sequence[Because] = ()
    notes: Sequence[Because] = ()


@dataclass
class _Findings:
    refusals: list[Because] = field(default_factory=list)
    notes: list[Because] = field(default_factory=list)


def intake(request: Request, facts: Facts, on: date) -> Verdict:
    """Whether an application may be taken in, with every reason at once."""
    found = _Findings()
    if facts.status != "living":
        word = "已故" if facts.status == "deceased" else "已迁出"
        found.refusals.append(Because(f"长者档案状态为「{word}」，不能申请评估"))
    if facts.open_case:
        found.refusals.append(Because(f"已有在办的评估 {facts.open_case}，办结前不重复受理"))
    _person(request, facts, on, found)
    if request.green_channel:
        _green_channel(request, on, found)
    {
        "first": _first, "renewal": _renewal, "change": _change, "review": _objection, "final": _objection,
    }[request.kind](request, facts, on, found)
    return Verdict(tuple(found.refusals), tuple(found.notes))


def _person(request: Request, facts: Facts, on: date, found: _Findings) -> None:
    age = policy.value("assessment.minimum_age", on=on, area=request.area)
    if facts.age < age.value:
        found.refusals.append(age.because(f"申请人须年满 {age.value} 周岁，现为 {facts.age} 周岁"))
    kinds = policy.value("ltci.insurance_kinds", on=on, area=request.area)
    if facts.cover not in kinds.value:
        share = policy.value("assessment.fee.fund_percent", on=on, area=request.area)
        if request.self_paid:
            found.notes.append(share.because("未参加本市长期护理保险，评估费由个人全额负担"))
        else:
            have = "医保关系在外地" if facts.cover else "未查到参保记录"
            found.refusals.append(
                kinds.because(f"须参加本市职工或居民医保，{have}；如为申请养老服务补贴，可改选自费评估")
            )
    pension = policy.value("assessment.employee.pension_required", on=on, area=request.area)
    if facts.cover == "employee" and pension.value and not facts.pension_claimed and not request.self_paid:
        found.refusals.append(pension.because("职工医保人员须已办理领取养老金手续"))


def _green_channel(request: Request, on: date, found: _Findings) -> None:
    months = policy.value("assessment.green_channel.summary_months", on=on, area=request.area)
    if request.discharged_on is None:
        found.refusals.append(months.because("绿色通道须提供出院小结，请填写出院日期"))
    elif request.discharged_on > on:
        found.refusals.append(Because(f"出院日期 {request.discharged_on} 晚于今天，请核对"))
    elif add_months(request.discharged_on, int(months.value)) < on:
        found.refusals.append(
            months.because(f"出院小结超过 {months.value} 个月（{request.discharged_on} 出院），不适用绿色通道")
        )


def _first(request: Request, facts: Facts, on: date, found: _Findings) -> None:
    last = facts.last
    if last is None:
        return
    if last.in_force(on) and _reaches(last.level, on, request.area):
        opens = renewal_opens(last.valid_until, on, request.area)
        found.refusals.append(
            Because(
                f"现有结论「{level_label(last.level)}」有效至 {last.valid_until}；病情变化请申请状态评估，"
                f"{opens} 起可申请期末评估"
            )
        )
        return
    gap = policy.value("assessment.reapply_months", on=on, area=request.area)
    again = add_months(last.concluded_on, int(gap.value))
    if on < again and not _reaches(last.level, on, request.area):
        text = f"上次结论「{level_label(last.level)}」作出不满 {gap.value} 个月（至 {again}），病情如无变化建议暂缓申请"
        (found.notes if gap.status == _LOW else found.refusals).append(gap.because(text))


def _reaches(level: int | None, on: date, area: str) -> bool:
    """Whether a level opens long-term care at all; only then does a conclusion bar a first application."""
    return level in policy.value("ltci.eligible_levels", on=on, area=area).value


def _renewal(request: Request, facts: Facts, on: date, found: _Findings) -> None:
    last = facts.last
    if last is None:
        found.refusals.append(Because("没有评估结论，不能申请期末评估，请申请首次评估"))
        return
    opens = renewal_opens(last.valid_until, on, request.area)
    if last.in_force(on) and on < opens:
        days = policy.value("assessment.renewal.open_days_before", on=on, area=request.area)
        found.refusals.append(
            days.because(f"现有结论有效至 {last.valid_until}，{opens} 起方可申请期末评估；病情变化请申请状态评估")
        )


def _change(request: Request, facts: Facts, on: date, found: _Findings) -> None:
    if facts.last is None or not facts.last.in_force(on):
        found.refusals.append(Because("没有在有效期内的评估结论，不能申请状态评估，请申请首次评估"))
    if len(request.statement.strip()) < 4:
        found.refusals.append(Because("状态评估须写明身体状况发生了什么变化"))


def _objection(request: Request, facts: Facts, on: date, found: _Findings) -> None:
    """复核 of a first conclusion, 终核 of a 复核; within the term; once."""
    last, word = facts.last, "复核" if request.kind == "review" else "终核"
    if last is None or last.case_id != request.previous_id:
        found.refusals.append(Because(f"申请{word}须针对最近一次评估结论"))
        return
    if last.kind == "final":
        found.refusals.append(Because("终核结论为最终结论，不再受理异议"))
    elif (last.kind == "review") != (request.kind == "final"):
        found.refusals.append(Because("对复核结论有异议的申请终核，对其他结论有异议的申请复核"))
    if last.delivered_on is None:
        found.refusals.append(Because(f"{last.number} 的结果告知书尚未送达，送达后方可申请{word}"))
        return
    window = objection_window(last.kind, last.delivered_on, request.area)
    if on > window.on:
        key = objection_key(last.kind)
        limit = policy.value(key, on=last.delivered_on, area=request.area)
        found.refusals.append(
            limit.because(
                f"结果已于 {last.delivered_on} 送达，申请{word}的期限为 {limit.value} 个工作日，"
                f"至 {window.on} 止；病情变化可申请状态评估"
            )
        )
    if last.reviewed:
        found.refusals.append(Because(f"{last.number} 已申请过{word}"))


def next_objection(kind: str) -> str:
    """The kind of case that objects to a conclusion of ``kind``; "" after 终核.

    >>> next_objection("first"), next_objection("review"), next_objection("final")
    ('review', 'final', '')
    """
    return {"review": "final", "final": ""}.get(kind, "review")


@dataclass(frozen=True)
class Member:
    """An assessor who might go, as the team rule sees her."""

    worker_id: UUID
    name: str
    assessor_class: str
    organisation_id: UUID
    in_service: bool = True
    certified: bool = True


def team(members: Sequence[Member], agency_id: UUID | None, on: date, area: str) -> list[Because]:
    """Reasons why these assessors may not go together: at least two, one of class B, all of the agency."""
    found: list[Because] = []
    people = {m.worker_id: m for m in members}.values()
    least = policy.value("assessment.assessors.minimum", on=on, area=area)
    if len(people) < least.value:
        found.append(least.because(f"上门评估须有至少 {least.value} 名评估员，现为 {len(people)} 名"))
    class_b = policy.value("assessment.assessors.class_b_minimum", on=on, area=area)
    if sum(m.assessor_class == "B" for m in people) < class_b.value:
        found.append(class_b.because(f"上门评估须有至少 {class_b.value} 名 B 类评估员"))
    for m in people:
        if not m.assessor_class:
            found.append(Because(f"{m.name} 不是评估员"))
        if m.organisation_id != agency_id:
            found.append(Because(f"{m.name} 不是承办评估机构的人员"))
        if not m.in_service:
            found.append(Because(f"{m.name} 当日不在岗（请假或已离职）"))
        if not m.certified:
            found.append(Because(f"{m.name} 的评估员证书已过期或未登记"))
    return found


def panel(names: Collection[str], on: date, area: str) -> list[Because]:
    """Reasons against a review by these people: at least three different ones."""
    different = {n.strip() for n in names if n.strip()}
    least = policy.value("assessment.review_panel.minimum", on=on, area=area)
    if len(different) < least.value:
        return [least.because(f"集体审核须有至少 {least.value} 人，现为 {len(different)} 人")]
    return []


@dataclass(frozen=True)
class Fee:
    """The fee of one assessment, whole fen; ``fund_fen + person_fen == total_fen``."""

    total_fen: int
    fund_fen: int
    person_fen: int
    reasons: Sequence[Because]


def fee(kind: str, self_paid: bool, on: date, area: str) -> Fee:
    """Who pays the assessment: fund and person by policy; 复核 and 终核, and the uninsured, by the person."""
    objects = kind in ("review", "final")
    total = policy.value("assessment.review_fee_fen" if objects else "assessment.fee_fen", on=on, area=area)
    share = policy.value("assessment.review_fee.fund_percent" if objects else "assessment.fee.fund_percent", on=on, area=area)
    fund, person = money.share(int(total.value), 0 if self_paid else share.value)
    return Fee(int(total.value), fund, person, (total.because(), share.because()))
