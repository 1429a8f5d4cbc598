"""Reads of visits: a provider's day, one visit with its evidence, and what both say in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from songhe.delivery import catalogue
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Missing
from songhe.kernel.events import queries as events
from songhe.kernel.events.queries import Moment
from songhe.kernel.process.table import State
from songhe.register.workforce.models import Worker

from . import crews, rostering, rules, vitals
from .models import Evidence, Punch, Visit
from .process import PROCESS

#: The board shows the day from six to ten, a quarter of an hour a column.
FIRST_HOUR, LAST_HOUR, QUARTER = 6, 22, 15
COLUMNS = (LAST_HOUR - FIRST_HOUR) * 60 // QUARTER
#: Remarks that put the visit itself in doubt, not its punctuality.
GRAVE = frozenset({"mocked", "outside_fence", "no_position", "other_carer", "from_future", "no_signature", "short", "long"})


@dataclass(frozen=True)
class Flag:
    """A remark on the evidence in words. Grave ones put the visit in doubt."""

    code: str
    word: str
    tone: str


def flags_of(codes: Sequence[str]) -> list[Flag]:
    """Remarks, the grave ones first."""
    found = [Flag(c, _(rules.FLAGS.get(c, c)), "warn" if c in GRAVE else "mute") for c in codes]
    return sorted(found, key=lambda f: f.tone == "mute")


def state_of(visit: Visit) -> State:
    """The declared state with its word and tone."""
    return PROCESS.by_state[visit.state]


def find(pk: UUID, post: Post) -> Visit:
    """A visit within the post's scope."""
    visit: Visit | None = (
        Visit.objects.visible_to(post).select_related("person", "provider", "carer", "plan", "slot").filter(pk=pk).first()
    )
    if visit is None:
        raise Missing(_("没有找到该次服务，或它不在您的管辖范围内"))
    return visit


@dataclass(frozen=True)
class Bar:
    """A visit on the time line: first column and width in quarters of an hour."""

    visit: Visit
    state: State
    at: int
    width: int
    flagged: bool


@dataclass(frozen=True)
class Row:
    """A carer's day: her bars, when she is at work, why she is not."""

    worker: Worker
    bars: Sequence[Bar]
    minutes: int
    note: str
    at: int
    width: int
    #: Whether it is her day off: no objection, only a rest.
    off: bool = False


@dataclass(frozen=True)
class Waiting:
    """A visit without a carer; ``why`` is empty where the next run of rostering would serve it."""

    visit: Visit
    why: str

    @property
    def until(self) -> time | None:
        """The end of the window in which it may begin; nothing for one that was fixed, or moved out of it."""
        slot, start = self.visit.slot, self.visit.planned_start.astimezone(clock.SHANGHAI).time()
        return slot.latest if slot and start < slot.latest else None


@dataclass(frozen=True)
class Board:
    """A provider's day. ``counts`` by state, in the order of the process."""

    day: date
    rows: Sequence[Row]
    waiting: Sequence[Waiting]
    ended: Sequence[Visit]
    counts: Sequence[tuple[State, int]]
    total: int

    @property
    def hours(self) -> list[str]:
        """The scale above the time lines."""
        return [f"{h}:00" for h in range(FIRST_HOUR, LAST_HOUR, 2)]


def board(provider_id: UUID, day: date, post: Post) -> Board:
    """A provider's day in nine queries, however large the crew."""
    visits = list(
        Visit.objects.visible_to(post).filter(provider_id=provider_id, day=day)
        .select_related("person", "slot", "plan", "carer").order_by("planned_start", "pk")
    )
    crew = crews.gather([provider_id], day).get(provider_id, [])
    open_visits = [v for v in visits if v.state == "planned"]
    why = rostering.outlook(open_visits, crew, day)
    by_carer: dict[UUID, list[Visit]] = {}
    for v in visits:
        if v.carer_id and v.state not in crews.IDLE:
            by_carer.setdefault(v.carer_id, []).append(v)
    rows = [_row(m, by_carer.pop(m.worker.pk, [])) for m in crew]
    # Who left since, or came from elsewhere, still has her line while visits stand on it.
    for left in by_carer.values():
        if worker := left[0].carer:
            rows.append(Row(worker, [_bar(v) for v in left], sum(v.planned_minutes for v in left), _("已不在岗"), 0, 0))
    return Board(
        day=day, rows=[r for r in rows if r.bars] + [r for r in rows if not r.bars],
        waiting=[Waiting(v, why.get(v.pk, "")) for v in open_visits],
        ended=[v for v in visits if v.state in crews.IDLE],
        counts=[(s, n) for s in PROCESS.states if (n := sum(v.state == s.name for v in visits))], total=len(visits),
    )


def _row(member: crews.Member, visits: Sequence[Visit]) -> Row:
    note = "；".join([*member.bars, *([_("当天不上班")] if member.off and not member.bars else [])])
    at, width = (0, 0) if member.off else _span(member.carer.starts, member.carer.ends)
    rests = member.off and not member.bars
    return Row(member.worker, [_bar(v) for v in visits], member.minutes, note, at, width, rests)


def _bar(visit: Visit) -> Bar:
    start = (visit.started_at or visit.planned_start).astimezone(clock.SHANGHAI)
    minutes = max(visit.minutes if visit.minutes is not None else visit.planned_minutes, QUARTER)
    at, width = _span(start, start + timedelta(minutes=minutes))
    return Bar(visit, state_of(visit), at, width, any(f in GRAVE for f in visit.flags))


def _span(start: datetime, end: datetime) -> tuple[int, int]:
    """First column (from 1) and width; what lies before six or after ten is drawn at the edge."""
    zero = clock.midnight(start.date()) + timedelta(hours=FIRST_HOUR)
    first = round((start - zero).total_seconds() / 60 / QUARTER)
    last = round((end - zero).total_seconds() / 60 / QUARTER)
    first = min(max(first, 0), COLUMNS - 1)
    return first + 1, max(1, min(last, COLUMNS) - first)


@dataclass(frozen=True)
class Proof:
    """A report of a phone in words."""

    punch: Punch
    flags: Sequence[Flag]
    vitals: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Task:
    """An item: planned, done, or both."""

    name: str
    planned: bool
    done: bool


def proofs(visit: Visit, post: Post) -> list[Proof]:
    """The reports of a visit, in order of time, as far as the post sees them."""
    rows = Punch.objects.visible_to(post).filter(visit=visit).select_related("carer").order_by("at", "pk")
    return [Proof(p, flags_of(p.flags), vitals_of(p.vitals)) for p in rows]


def vitals_of(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Measurements in words, blood pressure as one reading."""
    rows: list[tuple[str, str]] = []
    if both := {"systolic", "diastolic"} <= set(found):
        rows.append((_("血压"), f"{found['systolic']:g}/{found['diastolic']:g} mmHg"))
    for vital in vitals.VITALS:
        if vital.key in found and not (both and vital.key in ("systolic", "diastolic")):
            rows.append((_(vital.name), f"{found[vital.key]:g} {vital.unit}"))
    return rows


def tasks(visit: Visit) -> list[Task]:
    """Planned items, then what was done besides."""
    known = [*visit.items, *(n for n in visit.done_items if n not in visit.items)]
    return [Task(name, n in visit.items, n in visit.done_items) for n in known for name in catalogue.names([n])]


def evidence(visit: Visit, post: Post) -> list[Evidence]:
    """Photos and signatures, as far as the post sees them."""
    return list(Evidence.objects.visible_to(post).filter(visit=visit).order_by("at", "pk"))


def history(visit: Visit, post: Post) -> list[Moment]:
    """What happened to a visit, newest first."""
    return list(reversed(events.history([visit.pk], portal=post.is_portal)))
