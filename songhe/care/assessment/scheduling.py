"""When who goes to whom 预约上门: pairs of assessors, free times, and the check that nobody is in two homes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from songhe.kernel import clock, policy
from songhe.kernel.because import Because
from songhe.kernel.calendar import add_working_days
from songhe.register.workforce.models import Worker

from . import queries, rules
from .models import Assessment
from .refusing import refuse


@dataclass(frozen=True)
class Planned:
    """One case's day, time and team."""

    case: Assessment
    at: datetime
    a: UUID
    b: UUID

    @property
    def day(self) -> date:
        """The day of the visit in Shanghai."""
        return self.at.astimezone(clock.SHANGHAI).date()

    @property
    def team(self) -> tuple[UUID, UUID]:
        """Both assessors."""
        return self.a, self.b


@dataclass(frozen=True)
class Slot:
    """A free time of a pair of assessors."""

    at: datetime
    a: rules.Member
    b: rules.Member


def pairs(members: Sequence[rules.Member]) -> list[tuple[rules.Member, rules.Member]]:
    """Teams that can go at the same time: each with a class B assessor in the second place."""
    class_b = [m for m in members if m.assessor_class == "B"]
    others = [m for m in members if m.assessor_class and m.assessor_class != "B"]
    made = list(zip(others, class_b, strict=False))
    left = class_b[len(made) :]
    return made + list(zip(left[::2], left[1::2], strict=False))


def free(
    teams: Sequence[tuple[rules.Member, rules.Member]], booked: Mapping[UUID, Sequence[datetime]],
    starts: Iterable[datetime], length: timedelta,
) -> Iterator[Slot]:
    """Free times in order; a time that is given out is taken."""
    taken: dict[UUID, list[datetime]] = {k: list(v) for k, v in booked.items()}
    for at in starts:
        for a, b in teams:
            if all(abs(at - other) >= length for m in (a, b) for other in taken.get(m.worker_id, ())):
                for m in (a, b):
                    taken.setdefault(m.worker_id, []).append(at)
                yield Slot(at, a, b)


def usual_starts(after: datetime, days: int, area: str) -> Iterator[datetime]:
    """The usual times of the next working days, later than ``after``."""
    clock_times = [time.fromisoformat(t) for t in policy.value("assessment.visit_slots", on=after.date(), area=area).value]
    for n in range(1, days + 1):
        day = add_working_days(after.date(), n).on
        for t in clock_times:
            yield datetime.combine(day, t, tzinfo=clock.SHANGHAI)


def propose(agency_id: UUID | None, area: str, count: int, *, days: int = 15) -> list[Slot]:
    """The next free times of an agency's teams, at most ``count`` of them."""
    now = clock.now()
    members = queries.assessors_of(agency_id, now.date())
    teams = pairs(members)
    length = timedelta(minutes=queries.visit_minutes(now.date()))
    booked: dict[UUID, list[datetime]] = {}
    for other in queries.engaged([m.worker_id for m in members], now, now + timedelta(days=3 * days)):
        booked.setdefault(other.worker_id, []).append(other.at)
    found = []
    for slot in free(teams, booked, usual_starts(now, days, area), length):
        found.append(slot)
        if len(found) >= count:
            break
    return found


def plan(case: Assessment, wish: Mapping[str, Any], now: datetime, step: str) -> Planned:
    """The plan of one case; a change of time may leave the team as it is."""
    at: datetime | None = wish.get("scheduled_at") or case.scheduled_at
    if at is None or at < now:
        text = "请填写上门时间" if at is None else f"上门时间 {at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M} 已经过去"
        raise refuse(case, step, "time", [Because(text)], "scheduled_at", "请选择今天此刻之后的时间。")
    team = []
    for name in ("assessor_a", "assessor_b"):
        pick = wish.get(name) or getattr(case, f"{name}_id")
        if pick is None:
            raise refuse(case, step, "team", [Because("须选定两名评估员")], name)
        team.append(getattr(pick, "pk", pick))
    return Planned(case, at, *team)


def require_teams(plans: Sequence[Planned], step: str) -> None:
    """Every team is complete, of the agency, in service; the assessors' diaries are locked until the end."""
    ids = {i for p in plans for i in p.team}
    # Locked, so that two clerks cannot send one person to two homes at once.
    list(Worker.objects.unscoped("locking the diary").select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    by_day = {day: queries.members(ids, day) for day in {p.day for p in plans}}
    for p in plans:
        known = by_day[p.day]
        against = rules.team([known[i] for i in p.team if i in known], p.case.agency_id, p.day, p.case.area_code)
        if not against and known[p.b].assessor_class != "B":
            against = [Because(f"{known[p.b].name} 不是 B 类评估员，请与另一名评估员对调")]
        if against:
            raise refuse(p.case, step, "team", against, "assessor_b")


def require_free(plans: Sequence[Planned], step: str) -> None:
    """Nobody is sent to two homes at overlapping times: neither within this set nor with what is planned."""
    length = timedelta(minutes=queries.visit_minutes(plans[0].day))
    first, last = min(p.at for p in plans), max(p.at for p in plans)
    moved = {p.case.pk for p in plans}
    booked: dict[UUID, list[tuple[datetime, str]]] = {}
    for other in queries.engaged({i for p in plans for i in p.team}, first, last + length):
        if other.case_id not in moved:
            booked.setdefault(other.worker_id, []).append((other.at, other.number))
    for p in plans:
        for i in p.team:
            clash = next((n for at, n in booked.get(i, ()) if abs(at - p.at) < length), "")
            if clash:
                raise refuse(
                    p.case, step, "engaged", [Because(f"评估员这一时段已有上门安排（{clash}）")],
                    "scheduled_at", "请改选时间或评估员。",
                )
            booked.setdefault(i, []).append((p.at, p.case.number))
