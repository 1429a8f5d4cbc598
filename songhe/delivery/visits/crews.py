"""Crews 班组: who could go on a day, what bars whom, and what is on each list already."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from django.db.models import Q

from songhe.kernel import clock, policy
from songhe.register.workforce.models import Absence, Certificate, Shift, Worker

from .choosing import Carer
from .models import Visit

#: States in which a visit takes no time of its carer.
IDLE = ("cancelled", "missed")
_WHY = "rostering looks at a provider's whole crew"


@dataclass(slots=True)
class Member:
    """A worker of a crew on a day. ``bars`` say why she cannot go at all; ``off`` that she has no shift."""

    worker: Worker
    carer: Carer
    bars: list[str] = field(default_factory=list)
    off: bool = False

    @property
    def minutes(self) -> int:
        """Minutes of service on her list."""
        taken = (e - s for s, e, _ in self.carer.busy if (s, e) not in self.carer.breaks)
        return sum(int(t.total_seconds() // 60) for t in taken)


def gather(providers: Collection[UUID], day: date, *, without: Collection[UUID] = ()) -> dict[UUID, list[Member]]:
    """Carers and nurses of providers on a day, by provider, in the order of their names.

    ``without`` are visits that are being moved and count for nobody. Five queries, however many.
    """
    workers = list(
        Worker.objects.unscoped(_WHY)
        .filter(Q(ends__isnull=True) | Q(ends__gt=day), organisation_id__in=list(providers), starts__lte=day,
                occupation__in=["carer", "nurse"])
        .order_by("pinyin", "pk")
    )
    ids = [w.pk for w in workers]
    away = set(Absence.objects.unscoped(_WHY).filter(starts__lte=day, ends__gt=day, worker_id__in=ids).values_list("worker_id", flat=True))
    certified = set(
        Certificate.objects.unscoped(_WHY)
        .filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day, worker_id__in=ids)
        .values_list("worker_id", flat=True)
    )
    shifts: dict[UUID, list[Shift]] = {}
    for shift in Shift.objects.unscoped(_WHY).filter(weekday=day.weekday(), worker_id__in=ids).order_by("starts"):
        shifts.setdefault(shift.worker_id, []).append(shift)
    cap = int(policy.value("ltci.carer.daily_minutes_cap", on=day).value)
    crews: dict[UUID, list[Member]] = {}
    members: dict[UUID, Member] = {}
    for w in workers:
        hours = shifts.get(w.pk, [])
        breaks = tuple((_at(day, a.ends), _at(day, b.starts)) for a, b in pairwise(hours))
        carer = Carer(
            id=w.pk, staff_class=w.staff_class, sex=w.sex,
            starts=_at(day, hours[0].starts if hours else time.min), ends=_at(day, hours[-1].ends if hours else time.min),
            base=(w.lng, w.lat) if w.lng is not None and w.lat is not None else None, minutes_left=cap,
            # Between two shifts she is off: time taken, at no place.
            busy=[(begins, ends, None) for begins, ends in breaks], breaks=breaks,
        )
        member = members[w.pk] = Member(w, carer, off=not hours)
        if w.pk in away:
            member.bars.append("当天请假")
        if w.pk not in certified:
            member.bars.append("没有当天有效的证书")
        crews.setdefault(w.organisation_id, []).append(member)
    _book(members, day, providers, without)
    return crews


def _book(members: dict[UUID, Member], day: date, providers: Collection[UUID], without: Collection[UUID]) -> None:
    booked = (
        Visit.objects.unscoped(_WHY)
        .filter(day=day, provider_id__in=list(providers), carer__isnull=False)
        .exclude(state__in=IDLE).exclude(pk__in=list(without)).order_by("planned_start")
    )
    for carer_id, start, minutes, lng, lat in booked.values_list(
        "carer_id", "planned_start", "planned_minutes", "person__lng", "person__lat"
    ):
        if member := members.get(carer_id):
            start = start.astimezone(clock.SHANGHAI)
            here = (lng, lat) if lng is not None and lat is not None else None
            insort(member.carer.busy, (start, start + timedelta(minutes=minutes), here), key=lambda taken: taken[0])
            member.carer.minutes_left -= minutes


def lock(providers: Collection[UUID]) -> None:
    """Whoever fills the lists of a crew does it alone: rostering and hands wait for each other."""
    rows = Worker.objects.unscoped(_WHY).select_for_update(of=("self",))
    list(rows.filter(organisation_id__in=list(providers), occupation__in=["carer", "nurse"]).order_by("pk").values_list("pk"))


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, clock.SHANGHAI)
