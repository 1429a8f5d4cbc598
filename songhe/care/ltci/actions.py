"""Service relations 长护险服务关系: opened by a conclusion, a provider chosen, care begun and ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from songhe.delivery.plans import actions as plans
from songhe.delivery.plans.models import CarePlan
from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.process.firing import Firing, effect, fire, open_cases, writes
from songhe.register.agreements.models import Agreement
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation

from . import entitlement, gathering, judging
from .models import Enrolment
from .process import ENROLMENT

WHY = "the entitlement decides"
OPEN = ("choosing", "requested", "confirmed", "serving", "suspended")


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


@transaction.atomic
def request(wanted: Sequence[Request], *, by: Post) -> list[Enrolment]:
    """Open service relations. Refused where the person is not entitled or has one already."""
    people = [r.person.pk for r in wanted]
    entitled = entitlements(people)
    busy = set(
        Enrolment.objects.unscoped(WHY).filter(person_id__in=people, state__in=OPEN).values_list("person_id", flat=True)
    )
    for r in wanted:
        if r.person.pk in busy:
            raise Refused("ltci.one_form", f"{r.person.name}已有一种在办的长护险照护形式，同一时间只能享受一种",
                          remedy="需要更换的，请先结束现有服务关系或办理更换机构。")
        answer = entitled[r.person.pk]
        if not answer.entitled:
            from .refusals import explain

            reasons = explain(answer.refusals)
            raise Refused("ltci.not_entitled", f"{r.person.name}目前不能享受长护险：" + "；".join(x.text for x in reasons),
                          reasons=[*reasons, *answer.because])
    rows = [
        Enrolment(person=r.person, form=r.form, provider=None, bonus=r.bonus, assessment_id=r.assessment_id,
                  area_code=r.person.area_code)
        for r in wanted
    ]
    open_cases(rows, by=by)
    chosen = [(row, r.provider) for row, r in zip(rows, wanted, strict=True) if r.provider is not None]
    by_provider: dict[UUID, list[Enrolment]] = {}
    for row, provider in chosen:
        by_provider.setdefault(provider.pk, []).append(row)  # type: ignore[union-attr]
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


@effect(ENROLMENT, "choose")
@writes("provider", "bonus")
def _choose(rows: Sequence[Enrolment], firing: Firing) -> None:
    """The provider chosen must hold a contract and must not have declined this person."""
    provider_id = UUID(str(firing.data.get("provider") or UUID(int=0)))
    if provider_id not in {o.pk for o in contracted(firing.today, rows[0].form)}:
        raise Refused("ltci.provider", "所选机构没有有效的长护险定点协议，请另选一家", field="provider")
    for row in rows:
        if str(provider_id) in row.declined_by:
            raise Refused("ltci.declined", "该机构此前表示不能接收，请另选一家", field="provider")
        row.provider_id = provider_id
        row.bonus = firing.data.get("bonus", row.bonus)
        firing.note(row, provider=str(provider_id))


@effect(ENROLMENT, "decline", "lapse")
@writes("provider", "declined_by")
def _decline(rows: Sequence[Enrolment], firing: Firing) -> None:
    for row in rows:
        row.declined_by = [*row.declined_by, str(row.provider_id)]
        firing.note(row, provider=str(row.provider_id))
        row.provider_id = None


@effect(ENROLMENT, "start")
@writes("started_on")
def _start(rows: Sequence[Enrolment], firing: Firing) -> None:
    """Home care starts with an agreed plan; residence starts with the day of moving in."""
    running = {
        p.person_id: p
        for p in CarePlan.objects.unscoped(WHY).filter(person_id__in=[r.person_id for r in rows], state="active", funding="ltci")
    }
    for row in rows:
        if row.form == "home":
            plan = running.get(row.person_id)
            if plan is None or plan.provider_id != row.provider_id:
                raise Refused("ltci.no_plan", f"{row.number} 还没有经家属确认的照护计划，不能开始服务",
                              remedy="请先编制照护计划并请家属确认。")
            row.started_on = row.started_on or max(plan.starts, firing.today if firing.data.get("today") else plan.starts)
        else:
            row.started_on = row.started_on or firing.data.get("started_on") or firing.today


@effect(ENROLMENT, "change", "end")
@writes("ended_on")
def _stop(rows: Sequence[Enrolment], firing: Firing) -> None:
    for row in rows:
        row.ended_on = firing.data.get("ended_on") or firing.today
    plans.end_for_people([r.person_id for r in rows], by=_agent(firing.by), reason=firing.reason or firing.step.label)


@transaction.atomic
def change(row: Enrolment, *, by: Post, reason: str, provider: Organisation | None = None) -> Enrolment:
    """Change the provider: this relation ends, and a new one begins its own choice."""
    fire(row, "change", by=by, reason=reason)
    wanted = Request(row.person, row.form, provider, row.assessment_id, row.bonus)
    return request([wanted], by=by)[0]


def _agent(by: Post) -> Post:
    """Ending a plan because its ground fell away is the system's doing, whoever took the step."""
    from songhe.kernel.access.posts import system

    return system() if by.role not in ("coordinator", "home", "system") else by


def weekly_minutes(row: Enrolment, on: date) -> tuple[int, entitlement.Entitlement]:
    """The weekly budget of an enrolled person on a day, and the entitlement it comes from."""
    answer = entitlements([row.person_id], on)[row.person_id]
    return answer.weekly_minutes, answer


@transaction.atomic
def plan(rows: Sequence[Enrolment], slots: dict[UUID, tuple[plans.SlotDraft, ...]], *, by: Post, starts: date) -> list[CarePlan]:
    """Draft care plans for confirmed enrolments; ``slots`` by enrolment id."""
    answers = entitlements([r.person_id for r in rows], starts)
    drafts = []
    for row in rows:
        if row.state not in ("confirmed", "serving") or row.provider is None:
            raise Refused("ltci.not_confirmed", f"{row.number} 尚未由机构确认接收，不能编制计划")
        answer = answers[row.person_id]
        if not answer.entitled or answer.level is None:
            raise Refused("ltci.not_entitled", f"{row.number} 在计划开始日不享受长护险，不能编制计划", reasons=answer.because)
        drafts.append(
            plans.PlanDraft(
                person=row.person, provider=row.provider, level=answer.level, weekly_minutes=answer.weekly_minutes,
                starts=starts, slots=slots.get(row.pk, ()), source_id=row.pk,
            )
        )
    return plans.draft(drafts, by=by)


def months_of_home_care(row: Enrolment, on: date) -> int:
    """Whole months of unbroken home care, for the stay-at-home bonus."""
    if row.started_on is None:
        return 0
    return (on.year - row.started_on.year) * 12 + on.month - row.started_on.month - (on.day < row.started_on.day)


def percent(form: str, on: date) -> int:
    """The fund's share of a form of care."""
    return int(policy.value(f"ltci.{form}.fund_percent", on=on).value)
