"""Reads of care plans: the week, the budget with its reasons, what stands against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from songhe.delivery import catalogue
from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.errors import Missing
from songhe.register.workforce.models import Worker

from . import rules
from .actions import facts_of, slots_of
from .models import CarePlan, Slot
from .process import PROCESS

DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
FUNDING = {"ltci": "长护险", "subsidy": "养老服务补贴", "self": "自费"}
#: Plans whose review falls due within these days wait on the worklist.
REVIEW_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Placed:
    """A weekly visit with its words."""

    slot: Slot
    window: str
    items: Sequence[str]
    staff_class: str


@dataclass(frozen=True)
class Day:
    """One weekday of a plan; ``minutes`` is what is planned on it."""

    weekday: int
    name: str
    visits: Sequence[Placed]

    @property
    def minutes(self) -> int:
        """Minutes of the day."""
        return sum(v.slot.minutes for v in self.visits)


@dataclass(frozen=True)
class Week:
    """A plan's week against its budget."""

    days: Sequence[Day]
    minutes: int
    budget: int
    because: Sequence[Because]
    against: Sequence[Because]

    @property
    def left(self) -> int:
        """Minutes not yet planned; negative where too many are."""
        return self.budget - self.minutes

    @property
    def over(self) -> int:
        """Minutes beyond the budget."""
        return max(0, -self.left)


def find(pk: UUID, post: Post) -> CarePlan:
    """A plan within the post's scope."""
    plan: CarePlan | None = (
        CarePlan.objects.visible_to(post).select_related("person", "provider", "previous").filter(pk=pk).first()
    )
    if plan is None:
        raise Missing(_("没有找到该照护计划，或它不在您的管辖范围内"))
    return plan


def window(slot: Slot) -> str:
    """「10:00」 or 「10:00–11:30」: when the visit may begin."""
    if slot.earliest == slot.latest:
        return f"{slot.earliest:%H:%M}"
    return f"{slot.earliest:%H:%M}–{slot.latest:%H:%M}"


def placed(slot: Slot) -> Placed:
    """A stored slot with its words."""
    return Placed(slot, window(slot), catalogue.names(slot.items), catalogue.classes()[slot.staff_class])


def week_of(plan: CarePlan) -> Week:
    """The week of a plan that the caller has opened."""
    rows = Slot.objects.unscoped("the plan was opened through its scope").filter(plan=plan).select_related("carer")
    slots = list(rows.order_by("weekday", "earliest", "pk"))
    days = [Day(n, DAYS[n], [placed(s) for s in slots if s.weekday == n]) for n in range(7)]
    facts = facts_of(slots)
    why = budget_because(plan)
    return Week(days, rules.weekly_minutes(facts), plan.weekly_minutes, why, rules.against(facts, plan.weekly_minutes, why))


def budget_because(plan: CarePlan) -> list[Because]:
    """Why the weekly budget is what it is, as of the plan's first day."""
    if plan.funding != "ltci":
        return [Because(_("本计划由%(who)s支付，额度按约定填写") % {"who": FUNDING[plan.funding]})]
    try:
        value = policy.value("ltci.home.hours_per_week", on=plan.starts, area=plan.area_code, level=plan.level)
    except policy.UnknownPolicy:
        return []
    return [value.because(_("照护%(level)s级，居家照护每周 %(hours)s 小时") % {"level": plan.level, "hours": value.value})]


def used(plans: Sequence[CarePlan]) -> dict[UUID, int]:
    """Minutes a week of many plans, in one query."""
    return {pk: sum(s.minutes for s in slots) for pk, slots in slots_of(plans).items()}


def carers(provider_id: UUID, on: date | None = None) -> list[Worker]:
    """Carers and nurses who work for a provider on a day."""
    day = on or clock.today()
    rows = Worker.objects.unscoped("the crew of the plan's provider").filter(
        organisation_id=provider_id, occupation__in=["carer", "nurse"], starts__lte=day
    )
    return [w for w in rows.order_by("pinyin", "pk") if w.ends is None or w.ends > day]


def drafts(post: Post) -> QuerySet[Any]:
    """Plans that are being made."""
    return CarePlan.objects.visible_to(post).filter(state="draft")


def proposed(post: Post) -> QuerySet[Any]:
    """Plans that wait for elder or family."""
    return CarePlan.objects.visible_to(post).filter(state="proposed")


def to_review(post: Post) -> QuerySet[Any]:
    """Running plans whose review falls due."""
    return CarePlan.objects.visible_to(post).filter(state="active", due_on__lte=clock.today() + REVIEW_AHEAD)


def of_person(person_id: UUID, post: Post) -> list[CarePlan]:
    """A person's plans as far as the post sees them, the running one first."""
    order = {name: n for n, name in enumerate(("active", "proposed", "draft"))}
    rows = list(CarePlan.objects.visible_to(post).filter(person_id=person_id).select_related("provider")[:20])
    return sorted(rows, key=lambda p: (order.get(p.state, 9), -p.opened_at.timestamp()))


def providers_of(person_ids: set[UUID]) -> dict[UUID, set[UUID]]:
    """Organisations that serve each of these people under a running plan."""
    found: dict[UUID, set[UUID]] = {}
    rows = CarePlan.objects.unscoped("who serves whom").filter(person_id__in=list(person_ids), state="active")
    for person_id, provider_id in rows.values_list("person_id", "provider_id"):
        found.setdefault(person_id, set()).add(provider_id)
    return found


def state_choices() -> list[tuple[str, str]]:
    """States for a filter."""
    return [(s.name, s.label) for s in PROCESS.states]
