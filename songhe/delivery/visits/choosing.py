"""The first assignment rule: same carer first, then one who is free, qualified and near.

Pure. A better engine replaces :func:`choose` and nothing else: it takes visits and carers and
answers choices, each with its reason, and the visits that nobody can serve, each with why.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, cos, hypot, radians
from uuid import UUID

from songhe.engines.geo import haversine_metres

Point = tuple[float, float]
_Spot = tuple[float, float]
METRES_A_DEGREE = 111_195.0
#: Streets are longer than the straight line.
DETOUR = 1.3


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
    """A carer on this day: at work ``[starts, ends)``, with what is already on her list; ``breaks`` lie in ``busy`` too."""

    id: UUID
    staff_class: str
    sex: str
    starts: datetime
    ends: datetime
    base: Point | None = None
    minutes_left: int = 24 * 60
    busy: list[tuple[datetime, datetime, Point | None]] = field(default_factory=list)
    breaks: tuple[tuple[datetime, datetime], ...] = ()


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
        if (begins, ends) in carer.breaks:
            continue
        travel = _travel(where, need.home, speed_kmh)
        if begins < end and start < ends:
            found.append(Objection(f"{begins:%H:%M}–{ends:%H:%M} 已有服务", True))
        elif begins < end + travel and start < ends + travel:
            found.append(Objection(f"与 {begins:%H:%M} 的服务之间路上来不及", False))
    if start < carer.starts or end > carer.ends:
        found.append(Objection(f"不在上班时间 {carer.starts:%H:%M}–{carer.ends:%H:%M} 内", False))
    found.extend(Objection(f"{s:%H:%M}–{e:%H:%M} 休息", False) for s, e in carer.breaks if s < end and start < e)
    if need.sex_wish and carer.sex != need.sex_wish:
        found.append(Objection("与性别意愿不符", False))
    if carer.minutes_left < need.minutes:
        found.append(Objection("当天工时已满", False))
    return found


@dataclass(slots=True)
class _Desk:
    """A carer while her day is being filled: whole minutes from the start of the run, metres on a plane.

    Plain numbers, because a district's day asks for a million comparisons.
    """

    carer: Carer
    starts: int
    ends: int
    left: int
    base: _Spot | None
    busy: list[tuple[int, int, _Spot | None]]


class _Run:
    """One filling of one crew's day."""

    def __init__(self, needs: Sequence[Need], carers: Sequence[Carer], speed_kmh: float, near_metres: int) -> None:
        self.zero = min([c.starts for c in carers] + [n.earliest for n in needs])
        spots = [p for p in [c.base for c in carers] + [n.home for n in needs] if p]
        self.scale = (METRES_A_DEGREE * cos(radians(spots[0][1])), METRES_A_DEGREE) if spots else (1.0, 1.0)
        self.minute = DETOUR / (speed_kmh * 1000 / 60)
        self.near = near_metres
        self.carers = carers
        self.desks = [
            _Desk(c, self.at(c.starts), self.at(c.ends), c.minutes_left, self.spot(c.base),
                  [(self.at(b), self.at(e), self.spot(w)) for b, e, w in c.busy])
            for c in carers
        ]
        self.by_id = {d.carer.id: d for d in self.desks}
        self.groups: dict[tuple[frozenset[str], str], list[_Desk]] = {}

    def at(self, moment: datetime) -> int:
        """Whole minutes since the start of the run."""
        return round((moment - self.zero).total_seconds() / 60)

    def spot(self, point: Point | None) -> _Spot | None:
        """A place on the plane of the run."""
        return (point[0] * self.scale[0], point[1] * self.scale[1]) if point else None

    def fitting(self, need: Need) -> list[_Desk]:
        """Carers of the right class and sex, in their own order."""
        key = (need.classes, need.sex_wish)
        if key not in self.groups:
            self.groups[key] = [
                d for d in self.desks
                if d.carer.staff_class in need.classes and (not need.sex_wish or d.carer.sex == need.sex_wish)
            ]
        return self.groups[key]

    def take(self, need: Need) -> Choice | None:
        """The carer asked for, then the one who came before, then the nearest who is free."""
        earliest, latest, home = self.at(need.earliest), self.at(need.latest), self.spot(need.home)
        fitting = self.fitting(need)
        for carer_id, why in ((need.asked, "计划指定的护理员"), (need.usual, "一直由其照护，保持连续")):
            desk = self.by_id.get(carer_id) if carer_id else None
            if desk is not None and desk in fitting and desk.left >= need.minutes:
                start = self.start(desk, earliest, latest, need.minutes, home)
                if start is not None:
                    return self.book(desk, need, start, home, why)
        return self.nearest(need, fitting, earliest, latest, home)

    def nearest(self, need: Need, fitting: Sequence[_Desk], earliest: int, latest: int, home: _Spot | None) -> Choice | None:
        """Among those free and qualified, the nearest; ties go to whoever has done least today."""
        best: tuple[float, int] | None = None
        found: tuple[_Desk, int] | None = None
        for desk in fitting:
            if desk.left < need.minutes:
                continue
            last = desk.busy[-1][2] if desk.busy else desk.base
            far = hypot(last[0] - home[0], last[1] - home[1]) if last and home else 0.0
            rank = (0.0 if far <= self.near else far, len(desk.busy))
            if best is not None and rank >= best:
                continue
            start = self.start(desk, earliest, latest, need.minutes, home)
            if start is not None:
                best, found = rank, (desk, start)
        if best is None or found is None:
            return None
        why = "空闲且资质相符，路程较近" if best[0] == 0 else "空闲且资质相符"
        return self.book(found[0], need, found[1], home, why)

    def start(self, desk: _Desk, earliest: int, latest: int, minutes: int, home: _Spot | None) -> int | None:
        """The earliest start within the window that leaves time to travel before and after."""
        start = max(desk.starts, earliest)
        if start > latest:
            return None
        for begins, ends, where in desk.busy:
            way = 0
            if where is not None and home is not None:
                # Whole minutes, rounded up.
                way = ceil(hypot(where[0] - home[0], where[1] - home[1]) * self.minute)
            if start + minutes + way <= begins:
                break
            if ends + way > start:
                start = ends + way
                if start > latest:
                    return None
        return None if start + minutes > desk.ends else start

    def book(self, desk: _Desk, need: Need, start: int, home: _Spot | None, why: str) -> Choice:
        """Put the visit on the carer's list."""
        insort(desk.busy, (start, start + need.minutes, home), key=lambda taken: taken[0])
        desk.left -= need.minutes
        return Choice(need.id, desk.carer.id, self.zero + timedelta(minutes=start), why)

    def why_nobody(self, need: Need) -> str:
        """The nearest thing to a reason: what, if it were lifted, would let somebody go."""
        if not self.carers:
            return "当天无人上班"
        if need.latest < need.earliest:
            return "约定的开始时段已过"
        if not any(c.staff_class in need.classes for c in self.carers):
            return "没有资质相符的护理员"
        if not self.fitting(need):
            return "没有符合性别意愿的护理员"
        if not any(d.left >= need.minutes for d in self.fitting(need)):
            return "资质相符的护理员当天工时已满"
        return "资质相符的护理员在该时段都已有安排"


def choose(
    needs: Sequence[Need], carers: Sequence[Carer], *, speed_kmh: float, near_metres: int
) -> tuple[list[Choice], list[Unserved]]:
    """Carers for the visits of one provider and one day. Earliest windows first; deterministic."""
    if not needs:
        return [], []
    run = _Run(needs, carers, speed_kmh, near_metres)
    choices: list[Choice] = []
    unserved: list[Unserved] = []
    for need in sorted(needs, key=lambda n: (n.latest, n.earliest, n.id)):
        made = run.take(need)
        if made is not None:
            choices.append(made)
        else:
            unserved.append(Unserved(need.id, run.why_nobody(need)))
    return choices, unserved


def _metres(here: Point | None, there: Point | None) -> float:
    return haversine_metres(here, there) if here and there else 0.0


def _travel(here: Point | None, there: Point | None, speed: float) -> timedelta:
    """Straight line × the detour at the policy's speed, rounded up to whole minutes."""
    metres = _metres(here, there) * DETOUR
    return timedelta(minutes=-(-metres // (speed * 1000 / 60)))
