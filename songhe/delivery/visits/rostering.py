"""Rostering 排班: carers for a day's visits, by the first assignment rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from songhe.engines.geo import haversine_metres
from songhe.kernel import bulk, clock, events, policy
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Worker

from . import choosing, crews
from .models import Visit
from .process import PROCESS

#: Classes that may stand in for a class: a nurse may do what a carer does.
STAND_IN = {
    "carer_health": frozenset({"carer_health", "carer_medical", "nurse"}),
    "carer_medical": frozenset({"carer_medical", "nurse"}),
    "nurse": frozenset({"nurse"}),
}


#: What the rule weighs of a visit.
_WEIGHED = (
    "provider", "area_code", "day", "planned_start", "planned_minutes", "staff_class", "state", "slot__earliest",
    "slot__latest", "slot__carer", "person__lng", "person__lat", "plan__sex_wish", "person", "plan", "slot",
)


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
    if by.role not in PROCESS.by_step["assign"].who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不排班")
    opened = Visit.objects.visible_to(by).filter(day=day, state="planned")
    if providers is not None:
        opened = opened.filter(provider_id__in=list(providers))
    crews.lock(set(opened.order_by().values_list("provider_id", flat=True).distinct()))
    waiting = list(
        opened.select_for_update(of=("self",)).select_related("slot", "person", "plan")
        .only("slot", "person", "plan", "provider", "carer", "rostered_id", "day", "planned_start", "planned_minutes", "staff_class",
              "state", "why_carer", "area_code", "slot__earliest", "slot__latest", "slot__carer", "person__lng", "person__lat",
              "plan__sex_wish")
        .order_by("pk")
    )
    if not waiting:
        return Roster(0, ())
    crew = crews.gather({v.provider_id for v in waiting}, day)
    outlook = _weigh(waiting, {p: [m.carer for m in c if not m.bars and not m.off] for p, c in crew.items()}, day)
    rows = {v.pk: v for v in waiting}
    done: list[Visit] = []
    unserved: list[choosing.Unserved] = []
    news: list[events.New] = []
    for provider_id, (made, left) in outlook.items():
        for choice in made:
            visit = rows[choice.visit_id]
            visit.carer_id = visit.rostered_id = choice.carer_id
            visit.planned_start = choice.start
            visit.state, visit.why_carer = "assigned", choice.why
            done.append(visit)
        unserved += left
        area = next(v.area_code for v in waiting if v.provider_id == provider_id)
        news.append(
            events.New(
                "visits.rostered", Organisation(pk=provider_id), area_code=area,
                data={"day": day.isoformat(), "assigned": len(made), "unserved": [[str(u.visit_id), u.why] for u in left]},
            )
        )
    bulk.update(done, ["carer", "rostered_id", "planned_start", "state", "why_carer"])
    events.record_many(news, by=by)
    return Roster(len(done), tuple(unserved))


Outlook = dict[UUID, tuple[list[choosing.Choice], list[choosing.Unserved]]]


def _weigh(waiting: Sequence[Visit], at_work: dict[UUID, list[choosing.Carer]], day: date) -> Outlook:
    """What the rule says to the waiting visits of a day, by provider."""
    usual = _usual(waiting, day)
    speed = float(policy.value("visits.travel_speed_kmh", on=day).value)
    near = int(policy.value("visits.near_metres", on=day).value)
    by_provider: dict[UUID, list[Visit]] = {}
    for visit in waiting:
        by_provider.setdefault(visit.provider_id, []).append(visit)
    return {
        provider_id: choosing.choose(
            [_need(v, usual.get(v.person_id)) for v in visits], at_work.get(provider_id, []),
            speed_kmh=speed, near_metres=near,
        )
        for provider_id, visits in by_provider.items()
    }


def outlook(waiting: Sequence[Visit], crew: Sequence[crews.Member], day: date) -> dict[UUID, str]:
    """Why each waiting visit of one provider's day would stay without a carer; nothing is written.

    Visits that the rule would serve are not in the answer. The crew's lists are left as they are.
    """
    if not waiting:
        return {}
    at_work = [replace(m.carer, busy=list(m.carer.busy)) for m in crew if not m.bars and not m.off]
    found = _weigh(waiting, {waiting[0].provider_id: at_work}, day)
    return {u.visit_id: u.why for _, left in found.values() for u in left}


def _need(visit: Visit, usual: UUID | None) -> choosing.Need:
    """A visit as the rule sees it: its window is the slot's, and what is past today is past."""
    slot = visit.slot
    planned = visit.planned_start.astimezone(clock.SHANGHAI)
    earliest = datetime.combine(visit.day, slot.earliest, clock.SHANGHAI) if slot else planned
    latest = max(datetime.combine(visit.day, slot.latest, clock.SHANGHAI), planned) if slot else planned
    now = clock.now()
    if visit.day == now.date() and now > earliest:
        earliest = now.replace(second=0, microsecond=0) + timedelta(minutes=1 if now.second or now.microsecond else 0)
    person = visit.person
    return choosing.Need(
        id=visit.pk, person_id=visit.person_id, earliest=earliest, latest=latest,
        minutes=visit.planned_minutes, classes=STAND_IN[visit.staff_class], sex_wish=visit.plan.sex_wish,
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
    # A few days are enough for nearly everybody; older visits are read only for those whom they miss.
    for back in (3, 7, weeks * 7):
        missing = people - found.keys()
        if not missing:
            break
        recent = rows.filter(day__gte=day - timedelta(days=back), person_id__in=missing)
        # Later days overwrite earlier ones: who came last counts.
        latest = recent.order_by("day").values_list("person_id", "carer_id")
        found |= {person_id: carer_id for person_id, carer_id in latest if person_id in missing}
    return found


@dataclass(frozen=True)
class Candidate:
    """A worker for one visit: what speaks against her, and what for her."""

    worker: Worker
    objections: tuple[choosing.Objection, ...]
    metres: int | None
    minutes: int
    usual: bool
    asked: bool

    @property
    def barred(self) -> bool:
        """Whether something cannot be overruled."""
        return any(o.blocks for o in self.objections)


def candidates(visit: Visit, *, start: datetime | None = None) -> list[Candidate]:
    """Everybody of the provider's crew for a visit that the caller has opened, the fittest first."""
    crew = crews.gather([visit.provider_id], visit.day, without=[visit.pk]).get(visit.provider_id, [])
    need = _need(visit, _usual([visit], visit.day).get(visit.person_id))
    speed = float(policy.value("visits.travel_speed_kmh", on=visit.day).value)
    at = start or visit.planned_start.astimezone(clock.SHANGHAI)
    found = [
        Candidate(
            worker=m.worker, objections=tuple(_objections(m, need, at, speed)), metres=_metres(m.carer, need),
            minutes=m.minutes,
            usual=m.worker.pk == need.usual, asked=m.worker.pk == need.asked,
        )
        for m in crew
    ]
    return sorted(found, key=lambda c: (c.barred, len(c.objections), not c.asked, not c.usual, c.metres or 0))


def _objections(member: crews.Member, need: choosing.Need, start: datetime, speed: float) -> list[choosing.Objection]:
    found = [choosing.Objection(text, True) for text in member.bars]
    if member.off:
        found.append(choosing.Objection("当天不上班", False))
    weighed = choosing.objections(need, member.carer, start, speed_kmh=speed)
    return [*found, *(o for o in weighed if not (member.off and o.text.startswith("不在上班时间")))]


def _metres(carer: choosing.Carer, need: choosing.Need) -> int | None:
    return round(haversine_metres(carer.base, need.home)) if carer.base and need.home else None


@transaction.atomic
def assign(visit_ids: Sequence[UUID], carer: Worker, *, by: Post, start: datetime | None = None, reason: str = "") -> list[Visit]:
    """Give visits to a carer by hand.

    Refused where she may not or cannot: another provider, class, certificate, leave, another
    visit at the time. What only speaks against her (wish, hours, road) wants a reason.
    """
    step = PROCESS.by_step["assign"]
    if by.role not in step.who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不办理「{step.label}」")
    # The crew before the visits, as in assign_day, so that the two never wait for each other.
    crews.lock({carer.organisation_id})
    seen = Visit.objects.visible_to(by).filter(pk__in=list(visit_ids))
    visits = list(
        Visit.objects.unscoped("locked after the scope was asked").select_for_update(of=("self",))
        .filter(pk__in=seen.values("pk")).select_related("person", "slot", "plan").order_by("pk")
    )
    if not visits or len(visits) != len(set(visit_ids)):
        raise Missing("没有找到该次服务，或它不在您的管辖范围内")
    for visit in visits:
        if visit.state not in step.sources:
            raise Conflict("visit.moved_on", f"该次服务当前为「{PROCESS.by_state[visit.state].label}」，不能再排班",
                           remedy="可能已由他人办理，请刷新页面查看最新状态。")
        if carer.organisation_id != visit.provider_id:
            raise Refused("visit.other_provider", "所选人员不是该服务机构的人员", field="carer")
        if start is not None and len(visits) == 1:
            visit.planned_start = start
    for visit in sorted(visits, key=lambda v: v.planned_start):
        _allow(visit, carer, visits, reason)
        visit.carer_id = visit.rostered_id = carer.pk
        visit.state = "assigned"
        visit.why_carer = reason.strip()[:120] or "人工排班"
    bulk.update(visits, ["carer", "rostered_id", "state", "why_carer", "planned_start"])
    events.record_many(
        [events.New("visit.assign", v, data={"carer": str(carer.pk)}, reason=reason) for v in visits], by=by
    )
    return visits


def _allow(visit: Visit, carer: Worker, together: Sequence[Visit], reason: str) -> None:
    """Refuse a carer who cannot go; ask why where something speaks against her."""
    crew = crews.gather([visit.provider_id], visit.day, without=[v.pk for v in together]).get(visit.provider_id, [])
    member = next((m for m in crew if m.worker.pk == carer.pk), None)
    if member is None:
        raise Refused("visit.left", f"{carer.name}在服务当天不在岗", field="carer", remedy="请改派其他护理员。")
    for other in together:
        if other.pk != visit.pk and other.day == visit.day and other.carer_id == carer.pk:
            end = other.planned_start + timedelta(minutes=other.planned_minutes)
            member.carer.busy.append((other.planned_start, end, None))
    speed = float(policy.value("visits.travel_speed_kmh", on=visit.day).value)
    found = _objections(member, _need(visit, None), visit.planned_start.astimezone(clock.SHANGHAI), speed)
    hard = [o.text for o in found if o.blocks]
    if hard:
        raise Refused("visit.cannot", f"{carer.name}不能承担该次服务：" + "；".join(hard), field="carer",
                      reasons=[Because(t) for t in hard], remedy="请改派其他护理员，或调整开始时间。")
    if found and len(reason.strip()) < 2:
        raise Refused("visit.why", f"{carer.name}：" + "；".join(o.text for o in found) + "。仍要派单的，请写明理由",
                      field="reason", reasons=[Because(o.text) for o in found])
