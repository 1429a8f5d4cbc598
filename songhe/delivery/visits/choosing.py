"""The first assignment rule: same carer first, then one who is free, qualified and near.

Pure. A better engine replaces :func:`choose` and nothing else: it takes visits and carers and
answers choices, each with its reason, and the visits that nobody can serve, each with why.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from songhe.engines.geo import haversine_metres

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Need:
    """A visit that wants a carer. ``usual`` is who came before, ``asked`` who is asked for."""

    id: UUID
    person_id: UUID
    earliest: datetime
    latest: datetime
    minutes: int
    classes: frozenset[str]
    sex_wish: str = ""
    home: Point | None = None
    usual: UUID | None = None
    asked: UUID | None = None


@dataclass(slots=True)
class Carer:
    """A carer on this day: at work ``[starts, ends)``, with what is already on her list."""

    id: UUID
    staff_class: str
    sex: str
    starts: datetime
    ends: datetime
    base: Point | None = None
    minutes_left: int = 24 * 60
    busy: list[tuple[datetime, datetime, Point | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """A carer for a visit, the start that fits, and why she."""

    visit_id: UUID
    carer_id: UUID
    start: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Unserved:
    """A visit that nobody can serve, and why not."""

    visit_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against a carer for a visit. One that ``blocks`` cannot be overruled by hand."""

    text: str
    blocks: bool


def objections(need: Need, carer: Carer, start: datetime, *, speed_kmh: float) -> list[Objection]:
    """Everything that speaks against a carer who would begin a visit at ``start``; empty when nothing does."""
    found: list[Objection] = []
    end = start + timedelta(minutes=need.minutes)
    if carer.staff_class not in need.classes:
        found.append(Objection("服务类别不符", True))
    for begins, ends, where in carer.busy:
        travel = _travel(where, need.home, speed_kmh)
        if begins < end and start < ends:
            found.append(Objection(f"{begins:%H:%M}–{ends:%H:%M} 已有服务", True))
        elif begins < end + travel and start < ends + travel:
            found.append(Objection(f"与 {begins:%H:%M} 的服务之间路上来不及", False))
    if start < carer.starts or end > carer.ends:
        found.append(Objection(f"不在上班时间 {carer.starts:%H:%M}–{carer.ends:%H:%M} 内", False))
    if need.sex_wish and carer.sex != need.sex_wish:
        found.append(Objection("与性别意愿不符", False))
    if carer.minutes_left < need.minutes:
        found.append(Objection("当天工时已满", False))
    return found


def choose(
    needs: Sequence[Need], carers: Sequence[Carer], *, speed_kmh: float, near_metres: int
) -> tuple[list[Choice], list[Unserved]]:
    """Carers for the visits of one provider and one day. Earliest windows first; deterministic."""
    by_id = {c.id: c for c in carers}
    choices: list[Choice] = []
    unserved: list[Unserved] = []
    for need in sorted(needs, key=lambda n: (n.latest, n.earliest, n.id)):
        made = _keep(need, by_id, speed_kmh) or _nearest(need, carers, speed_kmh, near_metres)
        if isinstance(made, Choice):
            choices.append(made)
            _book(by_id[made.carer_id], need, made.start)
        else:
            unserved.append(Unserved(need.id, made or _why_nobody(need, carers)))
    return choices, unserved


def _keep(need: Need, by_id: Mapping[UUID, Carer], speed: float) -> Choice | None:
    """The carer asked for, then the one who came before."""
    for carer_id, why in ((need.asked, "计划指定的护理员"), (need.usual, "一直由其照护，保持连续")):
        carer = by_id.get(carer_id) if carer_id else None
        if carer and _fits(need, carer) and (start := _start(need, carer, speed)):
            return Choice(need.id, carer.id, start, why)
    return None


def _nearest(need: Need, carers: Sequence[Carer], speed: float, near: int) -> Choice | None:
    """Among those free and qualified, the nearest; ties go to whoever has done least today."""
    best: tuple[float, int, int, Carer, datetime] | None = None
    for order, carer in enumerate(carers):
        if not _fits(need, carer):
            continue
        far = _metres(carer.busy[-1][2] if carer.busy else carer.base, need.home)
        rank = (0.0 if far <= near else far, len(carer.busy), order)
        if best is not None and rank >= best[:3]:
            continue
        if start := _start(need, carer, speed):
            best = (*rank, carer, start)
    if best is None:
        return None
    why = "空闲且资质相符，路程较近" if best[0] == 0 else "空闲且资质相符"
    return Choice(need.id, best[3].id, best[4], why)


def _fits(need: Need, carer: Carer) -> bool:
    return (
        carer.staff_class in need.classes
        and (not need.sex_wish or carer.sex == need.sex_wish)
        and carer.minutes_left >= need.minutes
    )


def _start(need: Need, carer: Carer, speed: float) -> datetime | None:
    """The earliest start within the window that leaves time to travel before and after."""
    start = max(need.earliest, carer.starts)
    if start > need.latest:
        return None
    length = timedelta(minutes=need.minutes)
    for begins, ends, where in carer.busy:
        travel = _travel(where, need.home, speed)
        if start + length + travel <= begins:
            break
        if ends + travel > start:
            start = ends + travel
    if start > need.latest or start + length > carer.ends:
        return None
    return start


def _book(carer: Carer, need: Need, start: datetime) -> None:
    insort(carer.busy, (start, start + timedelta(minutes=need.minutes), need.home), key=lambda b: b[0])
    carer.minutes_left -= need.minutes


def _metres(here: Point | None, there: Point | None) -> float:
    return haversine_metres(here, there) if here and there else 0.0


def _travel(here: Point | None, there: Point | None, speed: float) -> timedelta:
    """Straight line × 1.3 at the policy's speed, rounded up to whole minutes."""
    metres = _metres(here, there) * 1.3
    return timedelta(minutes=-(-metres // (speed * 1000 / 60)))


def _why_nobody(need: Need, carers: Sequence[Carer]) -> str:
    """The nearest thing to a reason: what, if it were lifted, would let somebody go."""
    if not carers:
        return "当天无人上班"
    if need.latest < need.earliest:
        return "约定的开始时段已过"
    if not any(c.staff_class in need.classes for c in carers):
        return "没有资质相符的护理员"
    if need.sex_wish and not any(c.staff_class in need.classes and c.sex == need.sex_wish for c in carers):
        return "没有符合性别意愿的护理员"
    if not any(_fits(need, c) for c in carers):
        return "资质相符的护理员当天工时已满"
    return "资质相符的护理员在该时段都已有安排"
