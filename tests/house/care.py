"""The way of care on one side: assessed, enrolled, planned, visited, settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from songhe.care.assessment import actions as assessment
from songhe.care.assessment import instruments
from songhe.care.assessment.models import Assessment, Attachment
from songhe.care.ltci import actions as ltci
from songhe.care.ltci.models import Enrolment
from songhe.delivery.plans.actions import SlotDraft
from songhe.delivery.visits import actions as visits
from songhe.delivery.visits import generation, phone_evidence, rostering
from songhe.delivery.visits.actions import PunchReport
from songhe.delivery.visits.models import Evidence, Visit
from songhe.kernel import clock
from songhe.kernel.access.posts import system
from songhe.kernel.ids import uuid7
from songhe.kernel.process.firing import fire
from songhe.register.people.models import Person
from songhe.simulation import answers, ink

from .side import POINTS, Side, at

WHY = "furnishing"
PANEL = ("孙萍", "刘海", "外聘专家")
LEVEL = 4
#: Up to which state each neighbour's case is taken.
UNTIL = dict.fromkeys(POINTS, "delivered") | {k: k for k in ("submitted", "assigned", "scheduled", "surveyed", "noticed")}


def fresh(row: Any) -> Any:
    """The row as it is stored now."""
    return type(row).objects.unscoped(WHY).get(pk=row.pk)


def assess(side: Side, person: Person, until: str, day: date, hour: int = 10) -> Assessment:
    """Take a new case to a state, beginning on ``day``; what waits for the notice is concluded by the clock."""
    with at(day):
        case = assessment.apply(assessment.Application(person.pk), by=side.street)[0]
        assessment.submit(case, by=side.street)
        if until == "submitted":
            return case
        assessment.accept(case, by=side.street)
        assessment.assign(case, by=side.street, agency=side.agency.pk)
        if until == "assigned":
            return case
        moment = datetime.combine(day + timedelta(days=1), time(hour), clock.SHANGHAI)
        team = (side.workers["assessor"].pk, side.workers["assessor_b"].pk)
        assessment.schedule(assessment.Visit(case, moment, *team), by=side.agency_post)
        if until == "scheduled":
            return case
    with at(day + timedelta(days=1), 18):
        survey(side, case)
        if until == "surveyed":
            return case
        assessment.review(assessment.Finding(case, LEVEL, f"SH-{case.number}", PANEL), by=side.agency_post)
        assessment.publish(case, by=side.agency_post)
    if until == "noticed":
        return case
    case = fresh(case)
    assert case.due_on
    with at(case.due_on + timedelta(days=1)):
        assessment.run_due()
        case = fresh(case)
        assessment.deliver(case, by=side.street)
    return fresh(case)


def survey(side: Side, case: Assessment) -> None:
    """Both instruments answered and signed by all three."""
    rng = np.random.default_rng(1)
    assessment.save_answers([answers.batch(case, name, LEVEL, rng) for name in instruments.NAMES], by=side.assessor_post)
    signers = ("assessor_a", "assessor_b", "elder")
    assessment.attach(
        [assessment.Material(case.pk, ink.scribble(n), "signature", signer=s) for n, s in enumerate(signers)], by=side.assessor_post
    )
    assessment.submit_survey(case, by=side.assessor_post)


def enrol(side: Side, person: Person, until: str, day: date) -> Enrolment:
    """From the choice that a conclusion opened to service."""
    row: Enrolment = Enrolment.objects.unscoped(WHY).get(person=person)
    with at(day):
        if until == "choosing":
            return row
        fire(row, "choose", by=side.street, data={"provider": side.provider.pk})
        if until == "requested":
            return row
        fire(row, "accept", by=side.coordinator)
        row = Enrolment.objects.unscoped(WHY).select_related("person", "provider").get(pk=row.pk)
        plan = ltci.plan([row], {row.pk: week(side)}, by=side.coordinator, starts=day + timedelta(days=3))[0]
        side.rows[f"plan_{until}"] = plan
        if until == "drafted":
            return row
        fire(plan, "propose", by=side.coordinator)
        if until == "planned":
            return row
        fire(plan, "agree", by=system(), data={"agreed_by": person.name, "signature": ink.scribble(7)})
    return fresh(row)


def week(side: Side) -> tuple[SlotDraft, ...]:
    """Monday, Wednesday and Friday at ten, by the carer who is asked for."""
    return tuple(
        SlotDraft(day, time(10), time(11), 60, (1, 8, 9, 24), "carer_medical", side.workers["carer"].pk) for day in (0, 2, 4)
    )


def live(sides: Sequence[Side], start: date, until: date, happenings: Mapping[date, Callable[[Side], None]]) -> None:
    """The visits of these days: made, rostered, and served up to the day before ``until``; and what else happens."""
    with at(start, 7):
        generation.generate(start, until + timedelta(days=7), by=system())
    day = start
    while day < until + timedelta(days=4):
        with at(day, 7):
            for side in sides if day in happenings else ():
                happenings[day](side)
                generation.generate(day, until + timedelta(days=7), by=system())
            rostering.assign_day(day, by=system())
        if day < until:
            serve(sides, day)
        day += timedelta(days=1)


def serve(sides: Sequence[Side], day: date) -> None:
    """Both reports of every visit of a day, sent in the evening by the carers themselves."""
    for side in sides:
        todays = Visit.objects.unscoped(WHY).filter(day=day, state="assigned", provider=side.provider).select_related("person")
        with at(day, 19):
            reports = [r for v in todays for r in (report(v, "in", 0), report(v, "out", v.planned_minutes))]
            if reports:
                visits.report(reports, by=side.carer_post)


def report(visit: Visit, kind: str, after: int) -> PunchReport:
    """What the carer's phone says at the door, some minutes after the planned start."""
    done = kind == "out"
    moment = visit.planned_start + timedelta(minutes=after)
    return PunchReport(
        id=uuid7(), visit_id=visit.pk, kind=kind, phone_at=moment, phone_now=clock.now(), carer_id=visit.carer_id,
        lng=visit.person.lng, lat=visit.person.lat, accuracy=10, device=f"phone-{visit.carer_id}",
        items=tuple(visit.items) if done else (), signed=done,
    )


def prove(side: Side, visit: Visit) -> None:
    """A signature beside the reports of a served visit."""
    piece = phone_evidence.Piece(uuid7(), visit.pk, "signature", clock.now(), ink.scribble(11), clock.now())
    phone_evidence.keep(piece, by=side.carer_post)
    side.rows["evidence"] = Evidence.objects.unscoped(WHY).get(pk=piece.id)
    side.rows["attachment"] = Attachment.objects.unscoped(WHY).filter(assessment=side.rows["assessment_delivered"]).first()
