"""A day of visits lived through the actions: rostered, punched by phones, synced late, missed."""

from __future__ import annotations

import heapq
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count

from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits import actions, generation, rostering
from songhe.delivery.visits.actions import PunchReport
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock, parts
from songhe.kernel.access.posts import system
from songhe.kernel.ids import uuid7_many

from .population.codes import DONE, ELDER_ABSENT, ELDER_REFUSED, MISTAKE, NO_PLACE
from .population.draw import stream
from .population.events import VisitAssumptions
from .population.visiting import VisitCourses, draw_visits

#: When the phones of the district have sent what they could: three times a day.
SYNCS = ((12, 30), (18, 30), (23, 30))
#: Who has just left a door may still be late with the report: such a visit is left to the visitor of the demo.
SOON = timedelta(minutes=30)
_CODES = [m.code for m in MISTAKE]
#: Providers live their day in so many shares, each in a process of its own where the database takes several
#: writers. The number is fixed: the same seed lives the same days on every machine.
SHARES = 2


@dataclass
class Phones:
    """Reports that no network has carried yet, by the moment at which they can be sent."""

    waiting: list[tuple[float, int, PunchReport, timedelta]] = field(default_factory=list)
    sent: int = 0

    def hold(self, at: datetime, report: PunchReport, error: timedelta) -> None:
        """Keep a report until ``at``; ``error`` is by how much the phone's clock is wrong."""
        heapq.heappush(self.waiting, (at.timestamp(), self.sent, report, error))
        self.sent += 1

    def due(self, now: datetime) -> list[PunchReport]:
        """What can be sent by now. A phone whose clock is wrong gives that away by its own time."""
        found = []
        while self.waiting and self.waiting[0][0] <= now.timestamp():
            _, _, report, error = heapq.heappop(self.waiting)
            found.append(replace(report, phone_now=now + error) if error else report)
        return found

    @classmethod
    def together(cls, phones: Sequence[Phones]) -> Phones:
        """One set of phones that holds what all of them hold."""
        joined = cls()
        for at, _, report, error in sorted((w for p in phones for w in p.waiting), key=lambda w: w[:2]):
            joined.hold(datetime.fromtimestamp(at, clock.SHANGHAI), report, error)
        return joined


def live(day: date, phones: list[Phones], seed: int, stated: VisitAssumptions) -> int:
    """One day: made, rostered, served, reported. Returns the visits planned."""
    shares = _shares()
    found = parts.spread(lambda n: _live_share(day, shares[n], phones[n], stream(seed, "visits", day.isoformat(), str(n)), stated), SHARES)
    phones[:] = [left for _count, left in found]
    clock.set_clock(_at(day, 23, 50))
    actions.miss_overdue(by=system())
    return sum(count for count, _left in found)


def _shares() -> list[list[UUID]]:
    """The providers who serve, in shares of about as many plans each."""
    shares: list[list[UUID]] = [[] for _ in range(SHARES)]
    sizes = [0] * SHARES
    plans = CarePlan.objects.unscoped("simulation").filter(state="active").order_by().values("provider").annotate(n=Count("pk"))
    for provider, n in plans.order_by("-n", "provider__pinyin", "provider").values_list("provider", "n"):
        least = sizes.index(min(sizes))
        shares[least].append(provider)
        sizes[least] += n
    return shares


def _live_share(
    day: date, providers: Sequence[UUID], phones: Phones, rng: np.random.Generator, stated: VisitAssumptions
) -> tuple[int, Phones]:
    """The day of some providers. The phones come back with what they could not send yet."""
    by = system()
    plans = CarePlan.objects.unscoped("simulation").filter(state="active", provider_id__in=list(providers)).order_by("pk")
    clock.set_clock(_at(day, 5, 0))
    generation.generate(day, day + timedelta(days=1), by=by, plans=list(plans.values_list("pk", flat=True)))
    rostering.assign_day(day, by=by, providers=providers)
    visits = _assigned(day, providers)
    _serve(visits, _at(day, 23, 50), phones, rng, stated)
    return len(visits), phones


def live_until(now: datetime, phones: Sequence[Phones], seed: int, stated: VisitAssumptions, *, leave: Container[UUID]) -> int:
    """The rostered day as far as it has come: of visits that are long over by ``now``; those to leave wait."""
    visits = [v for v in _assigned(now.date()) if v[0] not in leave and v[2] + timedelta(minutes=v[3]) + SOON <= now]
    _serve(visits, now, Phones.together(phones), stream(seed, "visits", now.date().isoformat()), stated)
    actions.miss_overdue(by=system())
    return len(visits)


def _serve(
    visits: Sequence[tuple[Any, ...]], until: datetime, phones: Phones, rng: np.random.Generator, stated: VisitAssumptions
) -> None:
    """Draw what becomes of visits, and send what phones can send by ``until``."""
    by = system()
    courses = draw_visits(rng, len(visits), stated)
    _report(visits, courses, phones, rng)
    _not_served(visits, courses, by)
    for at in [s for hour, minute in SYNCS if (s := _at(until.date(), hour, minute)) < until] + [until]:
        clock.set_clock(at)
        if reports := phones.due(at):
            actions.report(reports, by=by)


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SHANGHAI)


def _assigned(day: date, providers: Sequence[UUID] | None = None) -> list[tuple[Any, ...]]:
    rows = Visit.objects.unscoped("simulation").filter(day=day, state="assigned").order_by("planned_start", "pk")
    if providers is not None:
        rows = rows.filter(provider_id__in=list(providers))
    return list(rows.values_list("pk", "carer_id", "planned_start", "planned_minutes", "items", "person__lng", "person__lat"))


def _report(visits: Sequence[tuple[Any, ...]], courses: VisitCourses, phones: Phones, rng: np.random.Generator) -> None:
    """Two reports a served visit, sent when the phone finds a network; some twice, some late."""
    ids = uuid7_many(2 * len(visits))
    bearing = rng.random(len(visits)) * 2 * np.pi
    signed = rng.random(len(visits)) > 0.003
    last_end: dict[UUID, datetime] = {}
    last_planned: dict[UUID, datetime] = {}
    for at, (pk, carer, planned, minutes, items, lng, lat) in enumerate(visits):
        if courses.outcome[at] != DONE:
            continue
        mistake = _CODES[courses.mistake[at]]
        start = planned + timedelta(minutes=int(courses.start_shift[at]))
        # A carer who runs late begins the next visit late; only a cheat is at two places at once.
        if carer in last_end and mistake not in ("overlap", "impossible_travel"):
            way = max(timedelta(minutes=3), planned - last_planned[carer])
            start = max(start, last_end[carer] + min(way, timedelta(minutes=40)))
        end = start + timedelta(minutes=max(1, round(minutes * float(courses.length_share[at]))))
        last_end[carer], last_planned[carer] = end, planned + timedelta(minutes=minutes)
        error = timedelta(seconds=int(courses.clock_error[at]))
        place = _place(lng, lat, courses, at, bearing[at])
        device = f"phone-{carer.hex[-12:]}" if mistake != "shared_device" else "phone-shared"
        send_out = end + timedelta(minutes=int(courses.sync_delay[at]))
        send_in = start if courses.sync_delay[at] == 0 else send_out
        for kind, moment, send, report_id in (("in", start, send_in, ids[2 * at]), ("out", end, send_out, ids[2 * at + 1])):
            report = PunchReport(
                id=report_id, visit_id=pk, kind=kind, phone_at=moment + error, carer_id=carer,
                lng=place[0], lat=place[1], accuracy=15 if place[0] is not None else None, device=device,
                mocked=mistake == "mock_location", items=tuple(items) if kind == "out" else (),
                signed=kind == "out" and bool(signed[at]) and mistake != "no_signature",
                reason="长者在小区花园" if place[2] else "",
            )
            phones.hold(send, report, error)
            if courses.sent_twice[at]:
                phones.hold(send + timedelta(minutes=5), report, error)


def _place(lng: float | None, lat: float | None, courses: VisitCourses, at: int, bearing: float) -> tuple[float | None, float | None, bool]:
    if lng is None or lat is None or courses.place[at] == NO_PLACE:
        return None, None, False
    metres = float(courses.metres[at])
    far = metres > 250
    return lng + metres * np.cos(bearing) / 95_000, lat + metres * np.sin(bearing) / 111_000, far


def _not_served(visits: Sequence[tuple[Any, ...]], courses: VisitCourses, by: Any) -> None:
    """Doors that stayed shut and elders who sent the carer away; a carer who never came is found by the clock."""
    absent = [v[0] for v, o in zip(visits, courses.outcome, strict=True) if o == ELDER_ABSENT]
    refused = [v[0] for v, o in zip(visits, courses.outcome, strict=True) if o == ELDER_REFUSED]
    if absent:
        actions.miss(absent, by=by, reason="长者不在家")
    if refused:
        actions.cancel(refused, by=by, reason="长者当天不需要服务")
