"""Reads of the assessment room: facts for the rules in sets, and what the screens show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from songhe.kernel import clock, policy, registry
from songhe.kernel.access.models import Post
from songhe.kernel.access.scoping import ScopedQuerySet
from songhe.kernel.errors import Missing
from songhe.kernel.intervals import in_force
from songhe.register.people.models import CareLevel, Cover, Person
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Absence, Certificate, Worker

from . import dispatch, rules
from .models import Assessment, Attachment, Survey

_RULES = "facts for the rules of intake"
#: Only the day-wise facts that a rule asks for; a worker's further data stay where they are.
_TEAM = "the assessors of the agency that has the case"


def as_uuid(text: str) -> UUID:
    """A choice of a form as an id."""
    return UUID(text)


def facts(person_ids: Collection[UUID], on: date, *, leaving_out: Collection[UUID] = ()) -> dict[UUID, rules.Facts]:
    """What the rules of intake ask about these people; four queries however many they are."""
    ids = list(person_ids)
    people = Person.objects.unscoped(_RULES).filter(pk__in=ids).only("birth_date", "status", "death_date")
    covers = {
        c.person_id: c
        for c in Cover.objects.unscoped(_RULES).filter(in_force(on), person_id__in=ids).only(
            "person_id", "kind", "pension_claimed"
        )
    }
    open_cases: dict[UUID, str] = {}
    last: dict[UUID, rules.Conclusion] = {}
    objections = Assessment.objects.unscoped(_RULES).filter(previous=OuterRef("pk"), kind__in=("review", "final")).exclude(
        state__in=("refused", "withdrawn", "terminated")
    )
    cases = (
        Assessment.objects.unscoped(_RULES)
        .filter(Q(state__in=rules.OPEN) | Q(concluded_on__isnull=False), person_id__in=ids)
        .exclude(pk__in=list(leaving_out))
        .annotate(objected=Exists(objections.exclude(pk__in=list(leaving_out))))
        .order_by("concluded_on", "pk")
        .only("number", "kind", "state", "person_id", "official_level", "concluded_on", "delivered_on", "valid_until")
    )
    for case in cases:
        if case.state in rules.OPEN:
            open_cases[case.person_id] = case.number
        elif case.valid_until:
            last[case.person_id] = rules.Conclusion(
                case.pk, case.number, case.kind, case.state, case.official_level, case.concluded_on,
                case.delivered_on, case.valid_until, case.objected,
            )
    last |= _handed_over(set(ids) - set(last))
    found = {}
    for person in people:
        cover = covers.get(person.pk)
        found[person.pk] = rules.Facts(
            age=person.age_on(on), status=person.status, cover=cover.kind if cover else "",
            pension_claimed=bool(cover and cover.pension_claimed),
            open_case=open_cases.get(person.pk, ""), last=last.get(person.pk),
        )
    return found


def _handed_over(person_ids: Collection[UUID]) -> dict[UUID, rules.Conclusion]:
    """Official levels from before the platform, which no case here produced: they too can be renewed."""
    rows = CareLevel.objects.unscoped(_RULES).filter(
        person_id__in=list(person_ids), scheme="shanghai", official=True, case_id=None, ends__isnull=False
    )
    return {
        row.person_id: rules.Conclusion(
            row.pk, "历史结论", Assessment.Kind.FIRST, "delivered", row.level, row.starts, row.starts,
            row.ends - timedelta(days=1), False,
        )
        for row in rows.order_by("starts")
    }


def request_of(case: Assessment) -> rules.Request:
    """A case as the rules of intake see it."""
    return rules.Request(
        case.kind, case.area_code, case.self_paid, case.green_channel, case.discharged_on, case.statement, case.previous_id
    )


def verdicts(cases: Sequence[Assessment], on: date) -> dict[UUID, rules.Verdict]:
    """The rules of intake on cases that are being worked on; the case itself is no obstacle to itself."""
    known = facts({c.person_id for c in cases}, on, leaving_out=[c.pk for c in cases])
    return {c.pk: rules.intake(request_of(c), known[c.person_id], on) for c in cases}


def agencies(on: date) -> list[dispatch.Agency]:
    """Agencies in service with their assessors and present loads; three queries."""
    found = Organisation.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=on), Q(starts__isnull=True) | Q(starts__lte=on), kind=Organisation.Kind.ASSESSOR
    )
    staff = dict.fromkeys((o.pk for o in found), (0, 0))
    counted = (
        Worker.objects.unscoped("how many assessors an agency has")
        .filter(Q(ends__isnull=True) | Q(ends__gt=on), starts__lte=on, organisation_id__in=list(staff), assessor_class__gt="")
        .order_by()
        .values("organisation_id")
        .annotate(all=Count("pk"), b=Count("pk", filter=Q(assessor_class="B")))
    )
    for row in counted:
        staff[row["organisation_id"]] = (row["all"], row["b"])
    counts = dict(
        Assessment.objects.unscoped("loads of the agencies")
        .filter(state__in=rules.WITH_AGENCY, agency_id__in=list(staff))
        .order_by()
        .values_list("agency_id")
        .annotate(n=Count("pk"))
    )
    return dispatch.loads(
        [dispatch.Agency(o.pk, o.name, o.area_code, *staff[o.pk]) for o in found], counts
    )


def wanted(cases: Sequence[Assessment], *, leaving: bool = False) -> list[dispatch.Wanted]:
    """Cases as dispatch sees them, with who serves each person and whose work is objected to."""
    people = {c.person_id for c in cases}
    serving: dict[UUID, set[UUID]] = {}
    for asked in registry.servers.values():
        for person_id, organisations in asked(people).items():
            serving.setdefault(person_id, set()).update(organisations)
    before = {
        a.pk: a
        for a in Assessment.objects.unscoped("agencies that must stand aside")
        .filter(pk__in=[c.previous_id for c in cases if c.previous_id])
        .select_related("previous")
        .only("agency_id", "kind", "previous__agency_id", "previous__kind")
    }

    def earlier(case: Assessment) -> frozenset[UUID]:
        if case.kind not in ("review", "final") or case.previous_id not in before:
            return frozenset()
        first = before[case.previous_id]
        chain = [first, first.previous] if first.kind == "review" else [first]
        return frozenset(a.agency_id for a in chain if a and a.agency_id)

    return [
        dispatch.Wanted(
            c.pk, c.area_code, c.kind, bool(c.priority or c.green_channel), frozenset(serving.get(c.person_id, ())),
            earlier(c), c.agency_id if leaving else None,
        )
        for c in cases
    ]


def ranking(case: Assessment, on: date) -> list[dispatch.Ranked]:
    """The agencies for one case, best first, barred ones last with the reason."""
    return dispatch.rank(wanted([case], leaving=case.state != "accepted")[0], agencies(on), on)


def members(worker_ids: Iterable[UUID], on: date) -> dict[UUID, rules.Member]:
    """Assessors as the team rule sees them on a day."""
    away = Absence.objects.unscoped(_TEAM).filter(in_force(on), worker=OuterRef("pk"))
    valid = Certificate.objects.unscoped(_TEAM).filter(in_force(on), worker=OuterRef("pk"), kind__contains="评估员")
    rows = (
        Worker.objects.unscoped(_TEAM)
        .filter(pk__in=list(worker_ids))
        .annotate(away=Exists(away), certified=Exists(valid))
        .only("name", "assessor_class", "organisation_id", "starts", "ends")
    )
    return {
        w.pk: rules.Member(
            w.pk, w.name, w.assessor_class, w.organisation_id,
            in_service=w.starts <= on and (w.ends is None or on < w.ends) and not w.away, certified=w.certified,
        )
        for w in rows
    }


def assessors_of(agency_id: UUID | None, on: date) -> list[rules.Member]:
    """Assessors of an agency who may be sent on a day, in the order of their names."""
    ids = (
        Worker.objects.unscoped(_TEAM)
        .filter(organisation_id=agency_id, assessor_class__gt="")
        .order_by("pinyin", "pk")
        .values_list("pk", flat=True)
    )
    found = members(ids, on)
    return [found[i] for i in ids if i in found and found[i].in_service and found[i].certified]


@dataclass(frozen=True)
class Booking:
    """A visit in an assessor's diary."""

    case_id: UUID
    number: str
    worker_id: UUID
    at: datetime


def engaged(worker_ids: Collection[UUID], start: datetime, end: datetime) -> list[Booking]:
    """Visits of these assessors that would overlap [start, end)."""
    length = timedelta(minutes=visit_minutes(start.date()))
    rows = (
        Assessment.objects.unscoped("the diary of the assessors")
        .filter(
            Q(assessor_a_id__in=list(worker_ids)) | Q(assessor_b_id__in=list(worker_ids)),
            state="scheduled", scheduled_at__gt=start - length, scheduled_at__lt=end,
        )
        .values_list("pk", "number", "scheduled_at", "assessor_a_id", "assessor_b_id")
    )
    return [Booking(pk, number, worker, at) for pk, number, at, *team in rows for worker in team]


def visit_minutes(on: date) -> int:
    """How long a visit keeps its assessors."""
    return int(policy.value("assessment.visit_minutes", on=on).value)


def one(post: Post, pk: UUID) -> Assessment:
    """One case within the post's scope."""
    case = (
        Assessment.objects.visible_to(post)
        .filter(pk=pk)
        .select_related("person", "agency", "assessor_a", "assessor_b", "previous")
        .first()
    )
    if case is None:
        raise Missing("没有找到该评估办件，或它不在您的管辖范围内")
    return case  # type: ignore[no-any-return]


def surveys_of(case: Assessment) -> dict[str, Survey]:
    """The surveys of a case that was opened through its own scope, by instrument."""
    rows = Survey.objects.unscoped("the case was opened through its own scope").filter(assessment=case)
    return {s.instrument: s for s in rows}


def attachments_of(case: Assessment) -> list[Attachment]:
    """Photos, signatures and papers of a case that was opened through its own scope."""
    return list(Attachment.objects.unscoped("the case was opened through its own scope").filter(assessment=case))


def diary(post: Post, first: date, days: int) -> ScopedQuerySet:
    """Visits within the post's scope in a span of days."""
    start = datetime.combine(first, datetime.min.time(), tzinfo=clock.SHANGHAI)
    return (
        Assessment.objects.visible_to(post)
        .filter(scheduled_at__gte=start, scheduled_at__lt=start + timedelta(days=days))
        .exclude(state__in=("withdrawn", "terminated", "refused"))
        .select_related("person", "assessor_a", "assessor_b", "agency")
        .order_by("scheduled_at", "pk")
    )
