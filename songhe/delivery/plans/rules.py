"""Rules of a care plan. Pure: plain values in, reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from songhe.delivery import catalogue
from songhe.kernel.because import Because
from songhe.register.hours import WEEKDAYS


@dataclass(frozen=True)
class SlotFacts:
    """One weekly visit as the rules see it. ``minutes`` is its length."""

    weekday: int
    earliest: time
    latest: time
    minutes: int
    items: tuple[int, ...]
    staff_class: str


def weekly_minutes(slots: Sequence[SlotFacts]) -> int:
    """Minutes a week that the slots ask for."""
    return sum(s.minutes for s in slots)


def against(slots: Sequence[SlotFacts], budget: int, budget_because: Sequence[Because] = ()) -> list[Because]:
    """Everything that stands against a plan; empty when it may be proposed.

    ``budget`` is the weekly entitlement in minutes, ``budget_because`` why it is so much.
    """
    if not slots:
        return [Because("计划还没有安排任何服务", rule="ltci.plan.before_service")]
    found: list[Because] = []
    total = weekly_minutes(slots)
    if total > budget:
        found.append(Because(f"每周安排 {total} 分钟，超过额度 {budget} 分钟", rule="ltci.home.hours_per_week"))
        found.extend(budget_because)
    for slot in slots:
        found.extend(_slot(slot))
    found.extend(_clashes(slots))
    return found


def _slot(slot: SlotFacts) -> list[Because]:
    day = f"{WEEKDAYS[slot.weekday]} {slot.earliest:%H:%M}"
    found: list[Because] = []
    if not slot.items:
        found.append(Because(f"{day} 的服务没有选择项目"))
    for number in slot.items:
        found.extend(
            Because(f"{day}：{r.text}", r.rule, r.source, r.status) for r in catalogue.allowed(number, slot.staff_class)
        )
    wanted = sum(i.minutes for i in (catalogue.item(n) for n in slot.items) if i)
    if wanted > slot.minutes * 2:
        found.append(Because(f"{day}：所选项目约需 {wanted} 分钟，远超所留 {slot.minutes} 分钟"))
    return found


def _clashes(slots: Sequence[SlotFacts]) -> list[Because]:
    """Neighbouring visits of a day that cannot help but overlap, whichever of the two comes first."""
    found = []
    ordered = sorted(slots, key=lambda s: (s.weekday, s.earliest, s.latest))
    for one, two in pairwise(ordered):
        if one.weekday == two.weekday and not (_before(one, two) or _before(two, one)):
            found.append(
                Because(f"{WEEKDAYS[one.weekday]} 的两次服务时间冲突："
                        f"{one.earliest:%H:%M} 起 {one.minutes} 分钟，与 {two.earliest:%H:%M} 的服务重叠")
            )
    return found


def _before(one: SlotFacts, two: SlotFacts) -> bool:
    """Whether ``one`` at its earliest is over when ``two`` begins at its latest."""
    return _minute(one.earliest) + one.minutes <= _minute(two.latest)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
