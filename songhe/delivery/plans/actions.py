"""Making, agreeing, reviewing and ending care plans. The only writers of plans and slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import transaction

from songhe.kernel import bulk, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.process.firing import Firing, effect, fire, open_cases, writes
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation

from . import rules
from .models import CarePlan, Slot
from .process import PROCESS


@dataclass(frozen=True)
class SlotDraft:
    """One weekly visit to be planned. ``carer_id`` is the carer asked for, if any."""

    weekday: int
    earliest: time
    latest: time
    minutes: int
    items: tuple[int, ...]
    staff_class: str
    carer_id: UUID | None = None

    def facts(self) -> rules.SlotFacts:
        """As the rules see it."""
        return rules.SlotFacts(self.weekday, self.earliest, self.latest, self.minutes, self.items, self.staff_class)


@dataclass(frozen=True)
class PlanDraft:
    """A plan to be made. ``weekly_minutes`` is the budget that the entitlement gives."""

    person: Person
    provider: Organisation
    level: int
    weekly_minutes: int
    starts: date
    slots: tuple[SlotDraft, ...]
    funding: str = "ltci"
    source_id: UUID | None = None
    goals: str = ""
    risks: tuple[str, ...] = ()
    sex_wish: str = ""
    ends: date | None = None
    previous: CarePlan | None = None


@transaction.atomic
def draft(drafts: Sequence[PlanDraft], *, by: Post) -> list[CarePlan]:
    """Open plans with their slots, in the state 编制中."""
    plans = [
        CarePlan(
            person=d.person, provider=d.provider, level=d.level, weekly_minutes=d.weekly_minutes, starts=d.starts,
            ends=d.ends, funding=d.funding, source_id=d.source_id, goals=d.goals, risks=list(d.risks),
            sex_wish=d.sex_wish or d.person.sex_wish, previous=d.previous, area_code=d.person.area_code,
        )
        for d in drafts
    ]
    open_cases(plans, by=by)
    bulk.insert([row for plan, d in zip(plans, drafts, strict=True) for row in _slots(plan, d.slots)])
    return plans


def _slots(plan: CarePlan, drafts: Sequence[SlotDraft]) -> list[Slot]:
    return [
        Slot(plan=plan, weekday=s.weekday, earliest=s.earliest, latest=s.latest, minutes=s.minutes,
             items=list(s.items), staff_class=s.staff_class, carer_id=s.carer_id)
        for s in drafts
    ]


@transaction.atomic
def change_slots(plan: CarePlan, slots: Sequence[SlotDraft], *, by: Post, goals: str | None = None,
                 risks: Sequence[str] | None = None) -> CarePlan:
    """Replace the weekly visits of a plan that is still being made."""
    locked: CarePlan | None = (
        CarePlan.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=plan.pk, state="draft").first()
    )
    if locked is None:
        raise Refused("plan.not_draft", "该计划已提交，不能再改；需要调整请先由家属退回或另立新计划")
    locked.slots.unscoped("the plan was opened through its scope").delete()
    bulk.insert(_slots(locked, slots))
    if goals is not None:
        locked.goals = goals
    if risks is not None:
        locked.risks = list(risks)
    bulk.update([locked], ["goals", "risks"])
    return locked


def slots_of(plans: Sequence[CarePlan]) -> dict[UUID, list[Slot]]:
    """The weekly visits of many plans, in one query."""
    found: dict[UUID, list[Slot]] = {p.pk: [] for p in plans}
    rows = Slot.objects.unscoped("the plans were opened through their scope").filter(plan_id__in=list(found))
    for slot in rows.order_by("weekday", "earliest"):
        found[slot.plan_id].append(slot)
    return found


def facts_of(slots: Sequence[Slot]) -> list[rules.SlotFacts]:
    """Stored visits as the rules see them."""
    return [
        rules.SlotFacts(s.weekday, s.earliest, s.latest, s.minutes, tuple(s.items), s.staff_class) for s in slots
    ]


@effect(PROCESS, "propose")
def _check_before_proposing(plans: Sequence[CarePlan], firing: Firing) -> None:
    """A plan is shown to the family only when nothing stands against it."""
    slots = slots_of(plans)
    for plan in plans:
        if found := rules.against(facts_of(slots[plan.pk]), plan.weekly_minutes):
            raise Refused(
                "plan.against", f"{plan.number} 还不能提交：" + "；".join(r.text for r in found), reasons=found,
                remedy="请在计划编辑页调整后再提交。",
            )


@effect(PROCESS, "agree")
@writes("agreed_by", "agreed_at")
def _agree(plans: Sequence[CarePlan], firing: Firing) -> None:
    """Record who agreed; the plan that ran until now gives way to the new one."""
    for plan in plans:
        plan.agreed_by = firing.data.get("agreed_by") or firing.by.account.name
        plan.agreed_at = firing.at
    running = list(
        CarePlan.objects.unscoped("the plan that gives way is the same person's").filter(
            person_id__in=[p.person_id for p in plans], state="active", funding=plans[0].funding
        )
    )
    if running:
        from songhe.kernel.access.posts import system

        fire(running, "supersede", by=system())
        hooks.call("plans.stopped", [p.pk for p in running], by=firing.by, at=firing.at)
    hooks.call("plans.agreed", [p.pk for p in plans], by=firing.by, at=firing.at)


@effect(PROCESS, "end")
@writes("ends")
def _end(plans: Sequence[CarePlan], firing: Firing) -> None:
    """A plan ends on the day on which it is ended; visits after it are withdrawn by whoever made them."""
    for plan in plans:
        plan.ends = max(firing.today, plan.starts)
    hooks.call("plans.stopped", [p.pk for p in plans], by=firing.by, at=firing.at)


def end_for_people(ids: Sequence[UUID], *, by: Post, reason: str) -> int:
    """End every running or proposed plan of these people: death, moving away, another form of care."""
    running = list(
        CarePlan.objects.unscoped("ends with the entitlement").filter(person_id__in=ids, state__in=["active", "proposed"])
    )
    return len(fire(running, "end", by=by, reason=reason)) if running else 0

