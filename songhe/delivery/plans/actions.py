"""Making, agreeing, reviewing and ending care plans. The only writers of plans and slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import transaction

from songhe.kernel import bulk, clock, hooks, vault
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.process.firing import Firing, effect, fire, open_cases, writes
from songhe.register.people.models import Person, Relative
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Worker

from . import rules
from .access import require_may_act
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


def locked_draft(plan: CarePlan, by: Post) -> CarePlan:
    """The plan, locked, while it is still being made by the post's provider."""
    if by.role not in PROCESS.by_step["propose"].who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不编制照护计划")
    locked: CarePlan | None = (
        CarePlan.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=plan.pk, state="draft").first()
    )
    if locked is None:
        raise Refused(
            "plan.not_draft", "该计划已提交或已结束，不能再改",
            remedy="待家属确认的可先退回；执行中的请用「调整计划」另立新计划。",
        )
    return locked


@transaction.atomic
def change_slots(plan: CarePlan, slots: Sequence[SlotDraft], *, by: Post, goals: str | None = None,
                 risks: Sequence[str] | None = None) -> CarePlan:
    """Replace the weekly visits of a plan that is still being made."""
    locked = locked_draft(plan, by)
    locked.slots.unscoped("the plan was opened through its scope").delete()
    bulk.insert(_slots(locked, slots))
    if goals is not None:
        locked.goals = goals
    if risks is not None:
        locked.risks = list(risks)
    bulk.update([locked], ["goals", "risks"])
    return locked


@transaction.atomic
def put_slot(plan: CarePlan, slot: SlotDraft, *, by: Post, replacing: UUID | None = None) -> Slot:
    """Add a weekly visit to a plan that is being made, or put it in the place of another one."""
    locked = locked_draft(plan, by)
    if slot.carer_id is not None:
        _own_worker(locked, slot.carer_id)
    row = _slots(locked, [slot])[0]
    if replacing is not None:
        old = locked.slots.unscoped("the plan was opened through its scope").filter(pk=replacing).first()
        if old is None:
            raise Missing("没有找到这次安排，可能已被删除，请刷新页面")
        row.pk = old.pk
        bulk.update([row], ["weekday", "earliest", "latest", "minutes", "items", "staff_class", "carer"])
    else:
        bulk.insert([row])
    return row


def _own_worker(plan: CarePlan, worker_id: UUID) -> None:
    rows = Worker.objects.unscoped("the carer asked for must be of the plan's provider")
    if not rows.filter(pk=worker_id, organisation_id=plan.provider_id).exists():
        raise Refused("plan.carer", "指定的护理员不是本机构人员", field="carer")


@transaction.atomic
def drop_slot(plan: CarePlan, slot_id: UUID, *, by: Post) -> None:
    """Take a weekly visit out of a plan that is being made. Taking it out twice is no mistake."""
    locked = locked_draft(plan, by)
    locked.slots.unscoped("the plan was opened through its scope").filter(pk=slot_id).delete()


@transaction.atomic
def describe(plan: CarePlan, *, by: Post, goals: str, risks: Sequence[str], sex_wish: str, starts: date) -> CarePlan:
    """Goals, risks, wishes and first day of a plan that is being made."""
    locked = locked_draft(plan, by)
    if locked.ends is not None and starts > locked.ends:
        raise Refused("plan.starts", "开始日期不能晚于结束日期", field="starts")
    locked.goals, locked.risks, locked.sex_wish, locked.starts = goals, list(risks), sex_wish, starts
    bulk.update([locked], ["goals", "risks", "sex_wish", "starts"])
    return locked


@transaction.atomic
def revise(plan: CarePlan, *, by: Post) -> CarePlan:
    """A new draft with the slots of a running plan; the running one goes on until the new one is agreed.

    A draft that waits already is opened again instead of making a second one.
    """
    if by.role not in PROCESS.by_step["propose"].who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不编制照护计划")
    running: CarePlan | None = (
        CarePlan.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=plan.pk, state="active").first()
    )
    if running is None:
        raise Refused("plan.not_active", "只有执行中的计划可以调整", remedy="请刷新页面查看计划的最新状态。")
    waiting: CarePlan | None = (
        CarePlan.objects.visible_to(by).filter(previous=running, state__in=["draft", "proposed"]).first()
    )
    if waiting is not None:
        return waiting
    kept = tuple(
        SlotDraft(s.weekday, s.earliest, s.latest, s.minutes, tuple(s.items), s.staff_class, s.carer_id)
        for s in slots_of([running])[running.pk]
    )
    return draft(
        [
            PlanDraft(
                person=running.person, provider=running.provider, level=running.level,
                weekly_minutes=running.weekly_minutes, starts=max(clock.today(), running.starts), slots=kept,
                funding=running.funding, source_id=running.source_id, goals=running.goals,
                risks=tuple(running.risks), sex_wish=running.sex_wish, ends=running.ends, previous=running,
            )
        ],
        by=by,
    )[0]


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


@effect(PROCESS, "agree", "decline")
def _family_may_act(plans: Sequence[CarePlan], firing: Firing) -> None:
    """A relative speaks for an elder only while the file and her consent say so."""
    require_may_act({p.person_id for p in plans}, firing.by)


@effect(PROCESS, "agree")
@writes("agreed_by", "agreed_at", "signature", "signature_digest")
def _agree(plans: Sequence[CarePlan], firing: Firing) -> None:
    """Record who agreed; the plan that ran until now gives way to the new one."""
    # Two plans of one person may be agreed at the same moment: her row decides who comes first.
    _lock_people([p.person_id for p in plans])
    who = _who_agrees(firing)
    signed = vault.store(firing.data["signature"], "signature") if firing.data.get("signature") else None
    for plan in plans:
        plan.agreed_by, plan.agreed_at = who, firing.at
        if signed:
            plan.signature, plan.signature_digest = signed.file, signed.digest
        firing.note(plan, agreed_on=firing.today.isoformat(), signed=bool(signed))
    running = list(
        CarePlan.objects.unscoped("the plan that gives way is the same person's").filter(
            person_id__in=[p.person_id for p in plans], state="active", funding__in={p.funding for p in plans}
        )
    )
    funded = {(p.person_id, p.funding) for p in plans}
    running = [p for p in running if (p.person_id, p.funding) in funded]
    if running:
        fire(running, "supersede", by=system())
        hooks.call("plans.stopped", [p.pk for p in running], by=firing.by, at=firing.at, reason="已换新计划")
    ids = [p.pk for p in plans]
    firing.afterwards(lambda: hooks.call("plans.agreed", ids, by=firing.by, at=firing.at))


def _lock_people(ids: Sequence[UUID]) -> None:
    rows = Person.objects.unscoped("plans of one person are agreed one after the other")
    list(rows.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk").values_list("pk"))


def _who_agrees(firing: Firing) -> str:
    """Elder and family agree in their own name; a provider writes down who agreed before it."""
    name = str(firing.data.get("agreed_by") or "").strip()
    relation = str(firing.data.get("relation") or "").strip()
    if firing.by.is_portal:
        name, relation = firing.by.account.name, ""
        if firing.by.role == Role.FAMILY:
            found = Relative.objects.unscoped("how the relative stands to the elder").filter(pk=firing.by.holder_id)
            relation = found.values_list("relation", flat=True).first() or ""
    elif not name and firing.by.role != Role.SYSTEM:
        raise Refused("plan.agreed_by", "请填写确认计划的长者或家属姓名", field="agreed_by",
                      remedy="由机构登记的，须写明是谁在何处确认了计划。")
    name = name or firing.by.account.name
    return f"{name}（{relation}）" if relation else name


@effect(PROCESS, "end")
@writes("ends")
def _end(plans: Sequence[CarePlan], firing: Firing) -> None:
    """A plan ends on the day on which it is ended; visits after it are withdrawn by whoever made them."""
    for plan in plans:
        plan.ends = max(firing.today, plan.starts)
    ids = [p.pk for p in plans]
    firing.afterwards(lambda: hooks.call("plans.stopped", ids, by=firing.by, at=firing.at, reason=firing.reason))


def end_for_people(ids: Sequence[UUID], *, by: Post, reason: str) -> int:
    """End every running or proposed plan of these people: death, moving away, another form of care."""
    running = list(
        CarePlan.objects.unscoped("ends with the entitlement").filter(person_id__in=ids, state__in=["active", "proposed"])
    )
    return len(fire(running, "end", by=by, reason=reason)) if running else 0
