"""Rostering 排班: carers for a day's visits, by the first assignment rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from songhe.delivery import catalogue
from songhe.kernel import bulk, clock, events, policy
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Missing, Refused
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Absence, Certificate, Shift, Worker

from . import choosing
from .models import Visit
from .process import PROCESS

#: Classes that may stand in for a class: a nurse may do what a carer does.
STAND_IN = {
    "carer_health": frozenset({"carer_health", "carer_medical", "nurse"}),
    "carer_medical": frozenset({"carer_medical", "nurse"}),
    "nurse": frozenset({"nurse"}),
}


@dataclass(frozen=True)
class Roster:
    """What a run of rostering did."""

    assigned: int
    unserved: tuple[choosing.Unserved, ...]


@transaction.atomic
def assign_day(day: date, *, by: Post, providers: Sequence[UUID] | None = None) -> Roster:
    """Give every visit of the day that has no carer one, provider by provider.

    One event a provider says how many were assigned and who could not be served, with why.
    """
    opened = Visit.objects.visible_to(by).filter(day=day, state="planned")
    if providers is not None:
        opened = opened.filter(provider_id__in=list(providers))
    waiting = list(opened.select_related("slot", "person").order_by("planned_start", "pk"))
    if not waiting:
        return Roster(0, ())
    crews = _crews({v.provider_id for v in waiting}, day)
    usual = _usual(waiting, day)
    speed = float(policy.value("visits.travel_speed_kmh", on=day).value)
    near = int(policy.value("visits.near_metres", on=day).value)
    by_provider: dict[UUID, list[Visit]] = {}
    for visit in waiting:
        by_provider.setdefault(visit.provider_id, []).append(visit)
    done: list[Visit] = []
    unserved: list[choosing.Unserved] = []
    news: list[events.New] = []
    for provider_id, visits in by_provider.items():
        made, left = choosing.choose(
            [_need(v, usual.get(v.person_id)) for v in visits], crews.get(provider_id, []),
            speed_kmh=speed, near_metres=near,
        )
        rows = {v.pk: v for v in visits}
        for choice in made:
            visit = rows[choice.visit_id]
            visit.carer_id, visit.planned_start = choice.carer_id, choice.start
            visit.state, visit.why_carer = "assigned", choice.why
            done.append(visit)
        unserved += left
        news.append(
            events.New(
                "visits.rostered", Organisation(pk=provider_id), area_code=visits[0].area_code,
                data={"day": day.isoformat(), "assigned": len(made), "unserved": [[str(u.visit_id), u.why] for u in left]},
            )
        )
    bulk.update(done, ["carer_id", "planned_start", "state", "why_carer"])
    events.record_many(news, by=by)
    return Roster(len(done), tuple(unserved))


def _need(visit: Visit, usual: UUID | None) -> choosing.Need:
    slot = visit.slot
    latest = datetime.combine(visit.day, slot.latest, clock.SHANGHAI) if slot else visit.planned_start
    person = visit.person
    return choosing.Need(
        id=visit.pk, person_id=visit.person_id, earliest=visit.planned_start, latest=max(latest, visit.planned_start),
        minutes=visit.planned_minutes, classes=STAND_IN[visit.staff_class], sex_wish=person.sex_wish,
        home=(person.lng, person.lat) if person.lng is not None and person.lat is not None else None,
        usual=usual, asked=slot.carer_id if slot else None,
    )


def _usual(visits: Iterable[Visit], day: date) -> dict[UUID, UUID]:
    """Who came to each person last, within the policy's weeks of continuity."""
    weeks = int(policy.value("visits.same_carer_weeks", on=day).value)
    people = {v.person_id for v in visits}
    found: dict[UUID, UUID] = {}
    rows = Visit.objects.unscoped("continuity of the same provider's carers").filter(
        day__gte=day - timedelta(weeks=weeks), day__lt=day, carer__isnull=False,
        provider_id__in={v.provider_id for v in visits},
    )
    # One week is enough for nearly everybody; older visits are read only for those it misses.
    for back in (7, weeks * 7):
        missing = people - found.keys()
        if not missing:
            break
        recent = rows.filter(day__gte=day - timedelta(days=back))
        if len(missing) <= 500:
            recent = recent.filter(person_id__in=missing)
        for person_id, carer_id in recent.order_by("day").values_list("person_id", "carer_id"):
            if person_id in missing:
                found[person_id] = carer_id
    return found


def _crews(providers: set[UUID], day: date) -> dict[UUID, list[choosing.Carer]]:
    """Carers at work that day, with a valid certificate, and what is already on their lists."""
    away = Absence.objects.unscoped("rostering").filter(starts__lte=day, ends__gt=day).values("worker_id")
    certified = Certificate.objects.unscoped("rostering").filter(
        Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day
    )
    workers = list(
        Worker.objects.unscoped("rostering")
        .filter(Q(ends__isnull=True) | Q(ends__gt=day), organisation_id__in=providers, starts__lte=day,
                occupation__in=["carer", "nurse"], pk__in=certified.values("worker_id"))
        .exclude(pk__in=away)
        .order_by("pinyin", "pk")
    )
    shifts = {
        s.worker_id: s
        for s in Shift.objects.unscoped("rostering").filter(weekday=day.weekday(), worker_id__in=[w.pk for w in workers])
    }
    cap = int(policy.value("ltci.carer.daily_minutes_cap", on=day).value)
    crews: dict[UUID, list[choosing.Carer]] = {}
    known: dict[UUID, choosing.Carer] = {}
    for w in workers:
        if (shift := shifts.get(w.pk)) is None:
            continue
        carer = choosing.Carer(
            id=w.pk, staff_class=w.staff_class, sex=w.sex,
            starts=datetime.combine(day, shift.starts, clock.SHANGHAI),
            ends=datetime.combine(day, shift.ends, clock.SHANGHAI),
            base=(w.lng, w.lat) if w.lng is not None and w.lat is not None else None, minutes_left=cap,
        )
        known[w.pk] = carer
        crews.setdefault(w.organisation_id, []).append(carer)
    booked = Visit.objects.unscoped("rostering").filter(day=day, provider_id__in=providers, carer__isnull=False)
    for visit in booked.exclude(state__in=["cancelled", "missed"]).select_related("person").order_by("planned_start"):
        if carer_now := known.get(visit.carer_id):
            here = (visit.person.lng, visit.person.lat) if visit.person.lng is not None else None
            ends = visit.planned_start + timedelta(minutes=visit.planned_minutes)
            carer_now.busy.append((visit.planned_start, ends, here))  # type: ignore[arg-type]
            carer_now.minutes_left -= visit.planned_minutes
    return crews


@transaction.atomic
def assign(visit_ids: Sequence[UUID], carer: Worker, *, by: Post, start: datetime | None = None, reason: str = "") -> list[Visit]:
    """Give visits to a carer by hand. Refused where she may not, cannot, or is not of the provider."""
    step = PROCESS.by_step["assign"]
    seen = Visit.objects.visible_to(by).filter(pk__in=list(visit_ids))
    visits = list(
        Visit.objects.unscoped("locked after the scope was asked").select_for_update(of=("self",))
        .filter(pk__in=seen.values("pk")).select_related("person").order_by("pk")
    )
    if len(visits) != len(set(visit_ids)):
        raise Missing("没有找到该次服务，或它不在您的管辖范围内")
    for visit in visits:
        if visit.state not in step.sources:
            raise Refused("visit.moved_on", f"该次服务当前为「{PROCESS.by_state[visit.state].label}」，不能再排班")
        if carer.organisation_id != visit.provider_id:
            raise Refused("visit.other_provider", f"{carer.name}不是该服务机构的人员", field="carer")
        if carer.staff_class not in STAND_IN[visit.staff_class]:
            wanted = catalogue.classes()[visit.staff_class]
            raise Refused("visit.class", f"该次服务须由{wanted}完成，{carer.name}的类别不符", field="carer")
        if not _certified(carer, visit.day):
            raise Refused("visit.certificate", f"{carer.name}的证书在服务当日已过期，不能派单", field="carer",
                          remedy="请先更新证书，或改派其他护理员。")
        visit.carer_id, visit.state = carer.pk, "assigned"
        visit.why_carer = reason or "人工排班"
        if start is not None and len(visits) == 1:
            visit.planned_start = start
    _no_clash(carer, visits)
    bulk.update(visits, ["carer_id", "state", "why_carer", "planned_start"])
    events.record_many(
        [events.New("visit.assign", v, data={"carer": str(carer.pk)}, reason=reason) for v in visits], by=by
    )
    return visits


def _certified(carer: Worker, day: date) -> bool:
    rows = Certificate.objects.unscoped("rostering").filter(worker=carer, starts__lte=day)
    return bool(rows.filter(Q(ends__isnull=True) | Q(ends__gte=day)).exists())


def _no_clash(carer: Worker, visits: Sequence[Visit]) -> None:
    """One carer is at one place at a time."""
    days = {v.day for v in visits}
    others = Visit.objects.unscoped("rostering").filter(carer=carer, day__in=days).exclude(
        state__in=["cancelled", "missed"]
    ).exclude(pk__in=[v.pk for v in visits])
    taken = [(v.planned_start, v.planned_start + timedelta(minutes=v.planned_minutes)) for v in others]
    for visit in sorted(visits, key=lambda v: v.planned_start):
        start, end = visit.planned_start, visit.planned_start + timedelta(minutes=visit.planned_minutes)
        if any(s < end and start < e for s, e in taken):
            raise Refused("visit.clash", f"{carer.name}在 {start.astimezone(clock.SHANGHAI):%m-%d %H:%M} 已有其他服务", field="carer")
        taken.append((start, end))
