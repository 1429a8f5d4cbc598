"""Service relations 长护险服务关系: opened by a conclusion, a provider chosen, care begun and ended.

What the single steps do to their rows is said in :mod:`.effects`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from songhe.delivery.plans import actions as plans
from songhe.delivery.plans.models import CarePlan
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.guards import explained
from songhe.kernel.process.firing import fire, open_cases
from songhe.register.agreements.models import Agreement
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation

from . import entitlement, gathering, judging
from .models import Enrolment
from .refusals import explain

WHY = "the entitlement decides"
OPEN = ("choosing", "requested", "confirmed", "serving", "suspended")
#: States in which a plan may be made: before the start, anew while it runs, and to go on after a break.
PLANNED = ("confirmed", "serving", "suspended")


@dataclass(frozen=True)
class Request:
    """Somebody who is to choose a provider, or has chosen one already."""

    person: Person
    form: str = "home"
    provider: Organisation | None = None
    assessment_id: UUID | None = None
    bonus: str = ""


def facts_of(people: Iterable[UUID], on: date) -> dict[UUID, entitlement.Facts]:
    """What the entitlement rests on, for many people on one day."""
    found = gathering.people_facts(people, on, on + timedelta(days=1))
    return {pid: judging.facts_on(person, on) for pid, person in found.items()}


def entitlements(people: Iterable[UUID], on: date | None = None) -> dict[UUID, entitlement.Entitlement]:
    """The entitlement of many people on a day, today by default."""
    day = on or clock.today()
    return {pid: entitlement.entitle(facts, day) for pid, facts in facts_of(people, day).items()}


def in_view(person_id: UUID, on: date | None = None) -> tuple[date, entitlement.Entitlement]:
    """The day that matters to somebody now, and her entitlement on it: today, or the first day of a level to come."""
    day = on or clock.today()
    facts = facts_of([person_id], day)[person_id]
    if facts.level is None and facts.level_begins is not None:
        day = facts.level_begins
        facts = facts_of([person_id], day)[person_id]
    return day, entitlement.entitle(facts, day)


@transaction.atomic
def request(wanted: Sequence[Request], *, by: Post, on: date | None = None) -> list[Enrolment]:
    """Open service relations. Refused where the person is not entitled on the day or has one already."""
    people = [r.person.pk for r in wanted]
    entitled = entitlements(people, on)
    busy = set(
        Enrolment.objects.unscoped(WHY).filter(person_id__in=people, state__in=OPEN).values_list("person_id", flat=True)
    )
    for r in wanted:
        if r.person.pk in busy:
            raise Refused("ltci.one_form", f"{r.person.name}已有一种在办的长护险照护形式，同一时间只能享受一种",
                          remedy="需要更换的，请先结束现有服务关系或办理更换机构。")
        answer = entitled[r.person.pk]
        if not answer.entitled:
            reasons = explain(answer.refusals)
            raise Refused("ltci.not_entitled", f"{r.person.name}目前不能享受长护险：" + "；".join(x.text for x in reasons),
                          reasons=[*reasons, *answer.because])
    rows = [
        Enrolment(person=r.person, form=r.form, bonus=r.bonus, assessment_id=r.assessment_id, area_code=r.person.area_code)
        for r in wanted
    ]
    with explained():
        open_cases(rows, by=by)
    by_provider: dict[UUID, list[Enrolment]] = {}
    for row, r in zip(rows, wanted, strict=True):
        if r.provider is not None:
            by_provider.setdefault(r.provider.pk, []).append(row)
    for provider_id, group in by_provider.items():
        fire(group, "choose", by=by, data={"provider": provider_id})
    return rows


def contracted(on: date, form: str = "home") -> list[Organisation]:
    """Providers with a contract on a day that offer this form of care."""
    rows = Agreement.objects.unscoped("contracts are published").filter(
        Q(ends__isnull=True) | Q(ends__gt=on), kind="ltci", starts__lte=on
    )
    found = Organisation.objects.filter(pk__in=rows.values("party_b_id"), is_ltci_provider=True)
    if form == "institution":
        found = found.filter(kind="care_home")
    return list(found.order_by("pinyin", "pk"))


@transaction.atomic
def change(row: Enrolment, *, by: Post, reason: str, provider: Organisation | None = None) -> Enrolment:
    """Change the provider: this relation ends, and a new one begins its own choice."""
    fire(row, "change", by=by, reason=reason)
    wanted = Request(row.person, row.form, provider, row.assessment_id, row.bonus)
    return request([wanted], by=by)[0]


@transaction.atomic
def plan(rows: Sequence[Enrolment], slots: dict[UUID, tuple[plans.SlotDraft, ...]], *, by: Post, starts: date) -> list[CarePlan]:
    """Draft care plans for confirmed enrolments; ``slots`` by enrolment id."""
    answers = entitlements([r.person_id for r in rows], starts)
    running = {
        p.person_id: p
        for p in CarePlan.objects.unscoped(WHY).filter(
            person_id__in=[r.person_id for r in rows], state="active", funding="ltci"
        )
    }
    drafts = []
    for row in rows:
        if row.form != "home":
            raise Refused("ltci.no_home_care", f"{row.number} 是养老机构照护，不编制居家照护计划")
        if row.state not in PLANNED or row.provider is None:
            raise Refused("ltci.not_confirmed", f"{row.number} 尚未由机构确认接收，不能编制计划")
        answer = answers[row.person_id]
        if not answer.entitled or answer.level is None:
            reasons = explain(answer.refusals)
            raise Refused("ltci.not_entitled", f"{row.number} 在计划开始日不享受长护险：" + "；".join(x.text for x in reasons),
                          field="starts", reasons=[*reasons, *answer.because])
        drafts.append(
            plans.PlanDraft(
                person=row.person, provider=row.provider, level=answer.level, weekly_minutes=answer.weekly_minutes,
                starts=starts, slots=slots.get(row.pk, ()), source_id=row.pk, previous=running.get(row.person_id),
            )
        )
    return plans.draft(drafts, by=by)


@transaction.atomic
def draft_plan(row: Enrolment, *, by: Post) -> CarePlan:
    """The plan to work on for a relation: one that waits already, else a new draft with the weekly visits of the last.

    It starts when the entitlement does, today at the earliest.
    """
    own = CarePlan.objects.visible_to(by).filter(source_id=row.pk)
    waiting: CarePlan | None = own.filter(state__in=["draft", "proposed"]).order_by("-opened_at").first()
    if waiting is not None:
        return waiting
    last: CarePlan | None = own.filter(state__in=["active", "superseded", "ended"]).order_by("-opened_at").first()
    kept: tuple[plans.SlotDraft, ...] = ()
    if last is not None:
        kept = tuple(
            plans.SlotDraft(s.weekday, s.earliest, s.latest, s.minutes, tuple(s.items), s.staff_class, s.carer_id)
            for s in plans.slots_of([last])[last.pk]
        )
    starts, _ = in_view(row.person_id)
    return plan([row], {row.pk: kept}, by=by, starts=max(starts, clock.today()))[0]
