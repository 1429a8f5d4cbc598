"""The writers of the assessment room. Each takes one case or many; all or none, one event each.

A person's way: :func:`apply`, :func:`submit`, :func:`accept`, :func:`assign`, :func:`schedule`,
:func:`save_answers` and :func:`attach` at the home, :func:`submit_survey`, :func:`review`,
:func:`publish`; :func:`run_due` concludes when the notice is over; :func:`deliver`. Who disagrees
asks for a new case with :func:`request_review`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from songhe.kernel import clock, guards, hooks
from songhe.kernel.access import posts
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.process.firing import fire, fire_due, open_cases
from songhe.register.people.models import Person

from . import effects, queries, rules
from .materials import Material, agree_to_recording, attach
from .models import Assessment
from .surveys import Batch, Saved, save_answers

__all__ = [
    "Application", "Batch", "Finding", "Material", "Saved", "Visit", "accept", "agree_to_recording", "apply", "assign",
    "attach", "deliver", "object_to", "publish", "reassign", "refuse", "request_review", "reschedule", "resurvey", "review",
    "rework", "run_due", "save_answers", "schedule", "send_back", "submit", "submit_survey", "terminate", "uphold",
    "withdraw",
]

Cases = Assessment | Iterable[Assessment]
#: Who may hand in an application, for herself or for somebody.
APPLICANTS = frozenset({Role.ELDER, Role.FAMILY, Role.ADVISOR, Role.STREET, Role.SYSTEM})


@dataclass(frozen=True)
class Application:
    """What is applied for. ``previous`` is the concluded case that 复核 or 终核 objects to."""

    person_id: UUID
    kind: str = Assessment.Kind.FIRST
    applicant: str = Assessment.Applicant.SELF
    channel: str = "window"
    green_channel: bool = False
    discharged_on: date | None = None
    priority: str = ""
    documents: Sequence[str] = ()
    self_paid: bool = False
    statement: str = ""
    previous: UUID | None = None


@dataclass(frozen=True)
class Visit:
    """When an assessment is done, and by whom: ``assessor_b`` is of class B."""

    case: Assessment
    at: datetime
    assessor_a: UUID | None = None
    assessor_b: UUID | None = None


@dataclass(frozen=True)
class Finding:
    """What the panel found: the city's level (0–6, or -1 建议就诊) with the city's number, and who sat."""

    case: Assessment
    level: int
    number: str
    panel: Sequence[str] = field(default_factory=tuple)


def apply(applications: Application | Sequence[Application], *, by: Post) -> list[Assessment]:
    """Open applications as drafts. Refused with every reason the rules of intake find.

    Raises :class:`Missing` where a person is outside the post's scope, :class:`Forbidden` where a
    relative has no consent to act.
    """
    asked = [applications] if isinstance(applications, Application) else list(applications)
    if by.role not in APPLICANTS:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不能提出评估申请")
    ids = {a.person_id for a in asked}
    people: dict[UUID, Person] = {p.pk: p for p in Person.objects.visible_to(by).filter(pk__in=list(ids))}
    if ids - set(people):
        raise Missing("没有找到该长者，或不在您的管辖范围内")
    effects.require_family_may_act(ids, by)
    cases = [_draft(a, people[a.person_id], by) for a in asked]
    _require_intake(cases, people)
    with guards.explained(), transaction.atomic():
        return open_cases(cases, by=by, data={c.pk: {"kind": c.kind, "green_channel": c.green_channel} for c in cases})


def _draft(a: Application, person: Person, by: Post) -> Assessment:
    if by.area_code and not person.area_code.startswith(by.area_code) and by.role in (Role.STREET, Role.ADVISOR):
        raise Refused(
            "assessment.elsewhere", f"{person.name} 常住地不在本街镇，应由常住地街镇受理", field="person",
            remedy="请引导长者到常住地社区事务受理服务中心申请，或先更正常住地址。",
        )
    return Assessment(
        person=person, area_code=person.area_code, kind=a.kind, applicant=a.applicant, channel=a.channel,
        green_channel=a.green_channel, discharged_on=a.discharged_on, priority=a.priority,
        documents=list(a.documents), self_paid=a.self_paid, statement=a.statement.strip(), previous_id=a.previous,
    )


def _require_intake(cases: Sequence[Assessment], people: Mapping[UUID, Person]) -> None:
    known = queries.facts([c.person_id for c in cases], clock.today())
    for case in cases:
        verdict = rules.intake(queries.request_of(case), known[case.person_id], clock.today())
        if verdict.refusals:
            raise Refused(
                "assessment.intake",
                f"{people[case.person_id].name} 暂不能申请{case.get_kind_display()}："
                + "；".join(r.text for r in verdict.refusals),
                reasons=verdict.refusals, remedy="请核对长者档案中的年龄、参保和已有评估后再申请。",
            )


def submit(cases: Cases, *, by: Post) -> list[Assessment]:
    """Hand in drafts."""
    return fire(cases, "submit", by=by)


def accept(cases: Cases, *, by: Post) -> list[Assessment]:
    """Take in what was handed in; the clock to the report starts."""
    return fire(cases, "accept", by=by)


def send_back(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """Return an application to be completed 退回补正."""
    return fire(cases, "return", by=by, reason=reason)


def refuse(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """Refuse an application 不予受理."""
    return fire(cases, "refuse", by=by, reason=reason)


def withdraw(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """Take an application back."""
    return fire(cases, "withdraw", by=by, reason=reason)


def assign(cases: Cases, *, by: Post, agency: UUID | None = None) -> list[Assessment]:
    """Give cases to agencies: the chosen one, or by load; the reasons stay with the case."""
    return fire(cases, "assign", by=by, data={"agency": agency})


def reassign(cases: Cases, *, by: Post, reason: str, agency: UUID | None = None) -> list[Assessment]:
    """Take cases from their agency and give them to another."""
    return fire(cases, "reassign", by=by, reason=reason, data={"agency": agency})


def schedule(visits: Visit | Sequence[Visit], *, by: Post) -> list[Assessment]:
    """Fix day, time and team. Refused where a team is not complete or somebody is engaged."""
    cases, each = _plans(visits)
    return fire(cases, "schedule", by=by, data={"each": each})


def reschedule(visits: Visit | Sequence[Visit], *, by: Post, reason: str) -> list[Assessment]:
    """Change day, time or team."""
    cases, each = _plans(visits)
    return fire(cases, "reschedule", by=by, reason=reason, data={"each": each})


def _plans(visits: Visit | Sequence[Visit]) -> tuple[list[Assessment], dict[UUID, dict[str, Any]]]:
    planned = [visits] if isinstance(visits, Visit) else list(visits)
    return [v.case for v in planned], {
        v.case.pk: {"scheduled_at": v.at, "assessor_a": v.assessor_a, "assessor_b": v.assessor_b} for v in planned
    }


def submit_survey(cases: Cases, *, by: Post) -> list[Assessment]:
    """Hand in the on-site survey; both instruments are computed with reasons."""
    return fire(cases, "survey", by=by)


def resurvey(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """Send the survey back to its assessors."""
    return fire(cases, "resurvey", by=by, reason=reason)


def review(findings: Finding | Sequence[Finding], *, by: Post) -> list[Assessment]:
    """Record what the panel found and the city's official level."""
    found = [findings] if isinstance(findings, Finding) else list(findings)
    each = {f.case.pk: {"official_level": f.level, "official_number": f.number, "panel": f.panel} for f in found}
    return fire([f.case for f in found], "review", by=by, data={"each": each})


def publish(cases: Cases, *, by: Post) -> list[Assessment]:
    """Begin the public notice."""
    return fire(cases, "publish", by=by)


def object_to(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """Object while the notice runs."""
    return fire(cases, "object", by=by, reason=reason)


def uphold(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """The objection is not upheld: the notice runs on."""
    return fire(cases, "uphold", by=by, reason=reason)


def rework(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """The objection is upheld: the panel sits again."""
    return fire(cases, "rework", by=by, reason=reason)


def deliver(cases: Cases, *, by: Post, way: str = "window") -> list[Assessment]:
    """Hand over the notice of the result; the term for 复核 starts."""
    return fire(cases, "deliver", by=by, data={"way": way})


def terminate(cases: Cases, *, by: Post, reason: str) -> list[Assessment]:
    """End cases that have lost their object."""
    return fire(cases, "terminate", by=by, reason=reason)


def request_review(case: Assessment, *, by: Post, reason: str, applicant: str = Assessment.Applicant.SELF) -> Assessment:
    """Ask for 复核 of a conclusion, or 终核 of a 复核: a new case, handed in at once.

    Refused with reasons after the term, a second time, or against a 终核.
    """
    kind = rules.next_objection(case.kind)
    if not kind:
        raise Refused("assessment.final", "终核结论为最终结论，不再受理异议", remedy="身体状况变化的，可申请状态评估。")
    if len(reason.strip()) < 4:
        raise Refused("assessment.reason", "请写明对结论有异议的理由", field="reason")
    asked = Application(
        case.person_id, kind=kind, applicant=applicant, statement=reason, previous=case.pk, self_paid=case.self_paid,
        channel="portal" if by.is_portal else "window",
    )
    with transaction.atomic():
        return submit(apply(asked, by=by), by=by)[0]


def run_due(on: date | None = None) -> int:
    """What the clock does by itself: conclude when the notice is over, expire what is no longer valid."""
    day, by = on or clock.today(), posts.system()
    moved = fire_due(Assessment, by=by, on=day)
    over = (
        Assessment.objects.unscoped("the clock acts on every case")
        .filter(state="delivered", valid_until__lt=day)
        .order_by("pk")
    )
    return moved + len(fire(over, "expire", by=by))


@hooks.on("person.died")
def end_with_death(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """A death ends what is in hand and what is in force."""
    found = list(
        Assessment.objects.unscoped("a death ends the person's cases")
        .filter(person_id__in=list(ids), state__in=(*rules.OPEN, *rules.IN_FORCE))
        .order_by("pk")
    )
    fire(found, "terminate", by=posts.system(), reason="长者去世", at=at)
