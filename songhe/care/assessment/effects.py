"""What the steps of an assessment do to their cases: whole sets, inside the transaction of the step.

A step taken from a page brings one set of data for its case; a step taken for many brings
``data={"each": {case id: {...}}}``. Both are read by :func:`given`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from songhe.kernel import hooks
from songhe.kernel.access import consent
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.because import Because
from songhe.kernel.errors import Conflict, Forbidden
from songhe.kernel.process.firing import Firing, effect, writes
from songhe.register.people.models import Relative

from . import concluding, dispatch, queries, rules, scheduling, surveys, terms
from .models import Assessment
from .process import PROCESS
from .refusing import refuse

Cases = Sequence[Assessment]


def given(case: Assessment, firing: Firing) -> Mapping[str, Any]:
    """The data of one case in this firing."""
    each: Mapping[UUID, Mapping[str, Any]] = firing.data.get("each", {})
    return each.get(case.pk, {}) if "each" in firing.data else firing.data


def require_family_may_act(person_ids: set[UUID], by: Post) -> None:
    """A relative acts for an elder only while the file and her consent say so."""
    if by.role != Role.FAMILY:
        return
    relative_id = by.holder_id or UUID(int=0)
    named = set(
        Relative.objects.unscoped("may this relative act for these elders")
        .filter(pk=relative_id, person_id__in=list(person_ids), may_act=True)
        .values_list("person_id", flat=True)
    )
    if person_ids - (named & consent.allowed(person_ids, "family_act", relative_id)):
        raise Forbidden("长者未授权您代办。请由长者本人登录，或到街镇受理窗口登记「家属代办」知情同意后再办理。")


@effect(PROCESS, "submit", "withdraw", "object")
def _applicant_may_act(cases: Cases, firing: Firing) -> None:
    require_family_may_act({c.person_id for c in cases}, firing.by)


@effect(PROCESS, "submit")
def _submit(cases: Cases, firing: Firing) -> None:
    _require_intake(cases, firing)


@effect(PROCESS, "accept")
@writes("accepted_on")
def _accept(cases: Cases, firing: Firing) -> None:
    _require_intake(cases, firing)
    for case in cases:
        case.accepted_on = firing.today


def _require_intake(cases: Cases, firing: Firing) -> None:
    found = queries.verdicts(cases, firing.today)
    for case in cases:
        verdict = found[case.pk]
        # The term for 复核 is kept by handing the request in; it is not lost while the window works on it.
        if verdict.refusals and not (firing.step.name == "accept" and case.kind in ("review", "final")):
            raise refuse(
                case, firing.step.label, "intake", verdict.refusals,
                remedy="请核对长者档案中的年龄、参保和已有评估；确不符合的，按「不予受理」办理并告知理由。",
            )
        if verdict.notes:
            firing.note(case, notes=[n.as_data() for n in verdict.notes])


@effect(PROCESS, "assign", "reassign")
@writes("agency", "assignment", "scheduled_at", "assessor_a", "assessor_b")
def _assign(cases: Cases, firing: Firing) -> None:
    on, leaving = firing.today, firing.step.name == "reassign"
    pool = queries.agencies(on)
    wanted = queries.wanted(cases, leaving=leaving)
    chosen = {c.pk: given(c, firing).get("agency") for c in cases}
    automatic = [w for w in wanted if not chosen[w.case_id]]
    answers = {c.wanted.case_id: c for c in dispatch.distribute(automatic, pool, on)}
    by_id = {a.id: a for a in pool}
    for case, w in zip(cases, wanted, strict=True):
        if pick := chosen[case.pk]:
            agency = by_id.get(getattr(pick, "pk", pick))
            if against := dispatch.by_choice(w, agency, on):
                raise refuse(case, firing.step.label, "agency", against, "agency", "请改选其他机构，或不选机构、按负荷自动派单。")
            reasons: Sequence[Because] = [Because(f"{firing.by.get_role_display()}指定")]
        else:
            agency, reasons = answers[case.pk].agency, answers[case.pk].reasons
        if agency is None:
            raise refuse(case, firing.step.label, "no_agency", list(reasons), "agency", "请联系区民政局增加评估机构或补足评估员。")
        case.agency_id = agency.id
        case.assignment = {"automatic": not chosen[case.pk], "because": [r.as_data() for r in reasons]}
        case.scheduled_at = case.assessor_a_id = case.assessor_b_id = None
        firing.note(case, agency=str(agency.id), automatic=not chosen[case.pk], because=case.assignment["because"])
    if leaving:
        surveys.start_over(cases)


@effect(PROCESS, "schedule", "reschedule")
@writes("scheduled_at", "assessor_a", "assessor_b")
def _schedule(cases: Cases, firing: Firing) -> None:
    word = firing.step.label
    plans = [scheduling.plan(c, given(c, firing), firing.at, word) for c in cases]
    scheduling.require_teams(plans, word)
    scheduling.require_free(plans, word)
    for p in plans:
        p.case.scheduled_at, p.case.assessor_a_id, p.case.assessor_b_id = p.at, p.a, p.b
        firing.note(p.case, at=p.at.isoformat(), assessors=[str(i) for i in p.team])
    if firing.step.name == "schedule":
        surveys.prepare(cases)


@effect(PROCESS, "survey")
@writes("national_level", "gbt_level")
def _survey(cases: Cases, firing: Firing) -> None:
    surveys.hand_in(cases, firing)


@effect(PROCESS, "resurvey")
@writes("national_level", "gbt_level")
def _resurvey(cases: Cases, firing: Firing) -> None:
    for case in cases:
        case.national_level = case.gbt_level = None
    surveys.reopen(cases)


@effect(PROCESS, "review")
@writes("official_level", "official_number", "panel", "reported_on")
def _review(cases: Cases, firing: Firing) -> None:
    outcomes = dict(rules.level_choices())
    for case in cases:
        facts = given(case, firing)
        names = list(dict.fromkeys(n.strip() for n in facts.get("panel", ()) if n.strip()))
        if against := rules.panel(names, firing.today, case.area_code):
            raise refuse(case, firing.step.label, "panel", against, "panel")
        level = facts.get("official_level")
        if level not in outcomes:
            raise refuse(case, firing.step.label, "level", [Because("请选择市系统给出的评估结论")], "official_level")
        number = str(facts.get("official_number", "")).strip()
        if not number:
            raise refuse(
                case, firing.step.label, "number", [Because("请填写市系统的结论编号")], "official_number",
                "正式等级由市统一需求评估系统给出，本平台只作登记。",
            )
        case.official_level, case.official_number, case.panel = level, number, names
        case.reported_on = firing.today
        firing.note(case, level=level, number=number, panel=len(names))


@effect(PROCESS, "publish")
@writes("noticed_on")
def _publish(cases: Cases, firing: Firing) -> None:
    for case in cases:
        case.noticed_on = firing.today


@effect(PROCESS, "object")
def _object(cases: Cases, firing: Firing) -> None:
    for case in cases:
        if case.due_on and firing.today > case.due_on:
            raise Conflict(
                "assessment.notice_over", f"{case.number} 的公示期已于 {case.due_on} 届满，不能再提异议",
                remedy="对结论不服的，可在收到结果告知书后申请复核。",
            )


@effect(PROCESS, "rework")
@writes("noticed_on", "reworked_on", "official_level", "official_number", "panel", "reported_on")
def _rework(cases: Cases, firing: Firing) -> None:
    for case in cases:
        case.reworked_on, case.noticed_on, case.reported_on = firing.today, None, None
        case.official_level, case.official_number, case.panel = None, "", []


@effect(PROCESS, "conclude")
@writes("concluded_on", "valid_until")
def _conclude(cases: Cases, firing: Firing) -> None:
    for case in cases:
        case.concluded_on = firing.today
        case.valid_until = terms.valid_until(case.green_channel, firing.today, case.area_code)
        firing.note(case, level=case.official_level, valid_until=case.valid_until.isoformat())
    concluding.replace_earlier(cases, firing)
    concluding.set_levels(cases)
    people = [c.person_id for c in cases]
    firing.afterwards(lambda: hooks.call("assessment.concluded", people, by=firing.by, at=firing.at))


@effect(PROCESS, "deliver")
@writes("delivered_on")
def _deliver(cases: Cases, firing: Firing) -> None:
    for case in cases:
        case.delivered_on = firing.today
        firing.note(case, way=str(given(case, firing).get("way", "")))

