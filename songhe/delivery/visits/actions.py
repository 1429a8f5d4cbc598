"""What happens to visits: reports from phones, visits missed, cancelled, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from songhe.delivery.plans.access import require_may_act
from songhe.delivery.plans.models import Slot
from songhe.kernel import bulk, clock, events, policy
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.register.workforce.models import Worker

from . import limits as limits_module
from . import rules
from .models import Punch, Visit
from .process import PROCESS

#: Visits older than this were looked at long ago.
LOOK_BACK = timedelta(days=31)
BATCH = 5000


@dataclass(frozen=True)
class PunchReport:
    """What a phone says: its own id, the visit, in or out, its time, its place.

    ``phone_at`` is the phone's clock at the moment, ``phone_now`` the same clock when it
    speaks to the server. ``lng`` and ``lat`` are WGS-84 and only of this moment.
    """

    id: UUID
    visit_id: UUID
    kind: str
    phone_at: datetime
    carer_id: UUID
    phone_now: datetime | None = None
    lng: float | None = None
    lat: float | None = None
    accuracy: int | None = None
    device: str = ""
    mocked: bool = False
    reason: str = ""
    items: tuple[int, ...] = ()
    vitals: tuple[tuple[str, float], ...] = ()
    note: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a report: recorded, known (it had come before) or refused."""

    id: UUID
    status: str
    message: str = ""
    state: str = ""


@transaction.atomic
def report(reports: Sequence[PunchReport], *, by: Post) -> list[Outcome]:
    """Take reports of phones, few or thousands. Safe to repeat, in any order.

    A carer reports for herself; the gateway of a provider's own app reports as the system.
    One report that cannot be taken never costs the others.
    """
    if by.role not in PROCESS.by_step["check_in"].who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不能签到签退")
    first = {r.id: r for r in reversed(list(reports))}
    locked = _lock({r.visit_id for r in first.values()})
    crew = _crew({r.carer_id for r in first.values()}, by)
    known = _known(list(first))
    outcomes: dict[UUID, Outcome] = {}
    fresh: list[Punch] = []
    now = clock.now()
    limits = limits_module.on(now.date())
    for r in first.values():
        visit = locked.get(r.visit_id)
        if visit is not None and known.get(r.id) == (r.visit_id, r.carer_id) and r.carer_id in crew:
            outcomes[r.id] = Outcome(r.id, "known", "此前已收到", visit.state)
        elif refusal := _refusal(r, visit, crew.get(r.carer_id), r.id in known):
            outcomes[r.id] = Outcome(r.id, "refused", refusal)
        elif visit is not None:
            fresh.append(_punch(r, visit, now, limits))
    bulk.insert(fresh)
    touched = {p.visit_id: locked[p.visit_id] for p in fresh}
    _settle(touched, fresh, limits, by)
    for p in fresh:
        visit = touched[p.visit_id]
        outcomes[p.pk] = Outcome(p.pk, "recorded", _words(p.flags), visit.state)
    return [outcomes[r.id] for r in reports]


#: What the fold needs to know of a visit; its plan, items and the person's file are left where they are.
_FOLDED = (
    "provider", "person", "carer", "rostered_id", "state", "planned_start", "planned_minutes", "done_items", "started_at",
    "ended_at", "minutes", "flags", "signed", "area_code",
)


def _lock(ids: set[UUID]) -> dict[UUID, Visit]:
    rows = Visit.objects.unscoped("the report is checked against the visit's provider").select_for_update(of=("self",))
    rows = rows.filter(pk__in=ids).only(*_FOLDED).annotate(lng=F("person__lng"), lat=F("person__lat"))
    return {v.pk: v for v in rows.order_by("pk")}


def _crew(ids: set[UUID], by: Post) -> dict[UUID, UUID]:
    """Provider of each carer; a carer's own post answers for herself only."""
    if by.role != "system":
        ids = {i for i in ids if i == by.holder_id}
    rows = Worker.objects.unscoped("the reporting carers").filter(pk__in=ids)
    return dict(rows.values_list("pk", "organisation_id"))


def _known(ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """Reports that came before, with the visit and the carer that they spoke of."""
    rows = Punch.objects.unscoped("a report that came before changes nothing").filter(pk__in=list(ids))
    return {pk: (visit_id, carer_id) for pk, visit_id, carer_id in rows.values_list("pk", "visit_id", "carer_id")}


def _refusal(r: PunchReport, visit: Visit | None, provider_id: UUID | None, taken: bool) -> str:
    """Why a report is not taken. A visit of others and a visit that is not there sound alike."""
    if provider_id is None:
        return "只能为本人签到签退"
    if visit is None or provider_id != visit.provider_id or taken:
        return "没有找到该次服务，请刷新今日安排"
    if visit.state in ("planned", "cancelled"):
        return f"该次服务当前为「{PROCESS.by_state[visit.state].label}」，请联系协调员"
    return ""


def _punch(r: PunchReport, visit: Any, now: datetime, limits: rules.Limits) -> Punch:
    """The row of a report; the visit carries its person's place, as :func:`_lock` put it there."""
    at, flags = rules.corrected(r.phone_at, r.phone_now, now, limits)
    home = (visit.lng, visit.lat) if visit.lng is not None and visit.lat is not None else None
    seen = (r.lng, r.lat) if r.lng is not None and r.lat is not None else None
    distance, remarks = rules.place(home, seen, r.accuracy, r.mocked, limits)
    flags += remarks
    if r.carer_id != (visit.rostered_id or visit.carer_id):
        flags.append("other_carer")
    return Punch(
        id=r.id, visit_id=visit.pk, carer_id=r.carer_id, kind=r.kind, at=at, phone_at=r.phone_at, received_at=now,
        lng=r.lng, lat=r.lat, accuracy=r.accuracy, distance=distance, device=r.device[:64], mocked=r.mocked,
        reason=r.reason[:200], items=list(r.items), vitals=dict(r.vitals), note=r.note[:500], signed=r.signed, flags=flags,
    )


def _settle(visits: dict[UUID, Visit], fresh: Sequence[Punch], limits: rules.Limits, by: Post) -> None:
    """Fold all reports of the touched visits, write what changed, tell of it."""
    reports: dict[UUID, list[rules.Report]] = {pk: [] for pk in visits}
    carers: dict[UUID, UUID] = {}
    before_these = (
        Punch.objects.unscoped("all reports of the touched visits").filter(visit_id__in=list(visits))
        .exclude(pk__in=[p.pk for p in fresh]).order_by()
        .values_list("visit_id", "pk", "kind", "at", "flags", "items", "signed", "carer_id")
    )
    just_come = ((p.visit_id, p.pk, p.kind, p.at, p.flags, p.items, p.signed, p.carer_id) for p in fresh)
    for visit_id, pk, kind, at, flags, items, signed, carer_id in chain(before_these, just_come):
        reports[visit_id].append(rules.Report(pk, kind, at, tuple(flags), tuple(items), signed))
        carers[pk] = carer_id
    changed: list[Visit] = []
    news: list[events.New] = []
    for visit in visits.values():
        before = (visit.state, visit.started_at, visit.ended_at)
        was_missed = visit.state == "missed" or "missed_before" in visit.flags
        life = rules.fold(reports[visit.pk], "missed" if was_missed else "assigned")
        flags = (*life.flags, *rules.timing(visit.planned_start, visit.planned_minutes, life, limits))
        visit.state, visit.started_at, visit.ended_at, visit.minutes = life.state, life.started_at, life.ended_at, life.minutes
        visit.done_items, visit.flags, visit.signed = list(life.items), list(dict.fromkeys(flags)), life.signed
        if life.counted_in is not None:
            visit.carer_id = carers[life.counted_in]
        changed.append(visit)
        if (visit.state, visit.started_at, visit.ended_at) != before:
            kind = "visit.check_out" if visit.state == "done" else "visit.check_in"
            news.append(events.New(kind, visit, data=_facts(visit), at=visit.ended_at or visit.started_at))
    bulk.update(
        changed,
        ["state", "started_at", "ended_at", "minutes", "done_items", "flags", "carer_id", "signed"],
    )
    events.record_many(news, by=by)


def _facts(visit: Visit) -> dict[str, object]:
    facts: dict[str, object] = {"state": visit.state, "flags": visit.flags}
    if visit.started_at:
        facts["started"] = visit.started_at.isoformat()
    if visit.ended_at:
        facts |= {"ended": visit.ended_at.isoformat(), "minutes": visit.minutes}
    return facts


def _words(flags: Sequence[str]) -> str:
    return "；".join(rules.FLAGS.get(f, f) for f in flags)


def _take(ids: Sequence[UUID], step_name: str, by: Post) -> list[Visit]:
    """Visits locked for a step, each in a state from which the step may be taken."""
    step = PROCESS.by_step[step_name]
    if by.role not in step.who:
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不办理「{step.label}」")
    seen = Visit.objects.visible_to(by).filter(pk__in=list(ids))
    visits = list(
        Visit.objects.unscoped("locked after the scope was asked").select_for_update(of=("self",))
        .filter(pk__in=seen.values("pk")).order_by("pk")
    )
    if len(visits) != len(set(ids)):
        raise Missing("没有找到该次服务，或它不在您的管辖范围内")
    for visit in visits:
        if visit.state not in step.sources:
            raise Conflict(
                "visit.moved_on", f"该次服务当前为「{PROCESS.by_state[visit.state].label}」，不能{step.label}",
                remedy="可能已由他人办理，请刷新页面查看最新状态。",
            )
    return visits


def _move(visits: Sequence[Visit], step_name: str, by: Post, reason: str = "", fields: Sequence[str] = ()) -> list[Visit]:
    step = PROCESS.by_step[step_name]
    for visit in visits:
        visit.state = step.target
    bulk.update(list(visits), ["state", *fields])
    events.record_many([events.New(f"visit.{step_name}", v, reason=reason) for v in visits], by=by)
    return list(visits)


@transaction.atomic
def cancel(ids: Sequence[UUID], *, by: Post, reason: str) -> list[Visit]:
    """Cancel visits that have not begun. An elder or family does so in good time; offices at any time."""
    if len(reason.strip()) < 2:
        raise Refused("reason_missing", "请填写取消的原因", field="reason")
    visits = _take(ids, "cancel", by)
    if by.is_portal:
        require_may_act({v.person_id for v in visits}, by)
        notice = int(policy.value("visits.notice_hours", on=clock.today()).value)
        for visit in visits:
            if visit.planned_start - clock.now() < timedelta(hours=notice):
                raise Refused(
                    "visit.notice", f"距上门已不足 {notice} 小时，不能在网上取消",
                    remedy="请直接电话联系护理机构，由协调员为您处理。",
                )
    return _move(visits, "cancel", by, reason.strip())


@transaction.atomic
def unassign(ids: Sequence[UUID], *, by: Post) -> list[Visit]:
    """Take visits off a carer's list; they wait for another."""
    return _unassign(_take(ids, "unassign", by), by)


@transaction.atomic
def release(workers: Sequence[UUID], start: date, until: date | None, *, by: Post) -> int:
    """Take the visits of ``[start, until)`` off the lists of workers who are away or gone."""
    rows = Visit.objects.unscoped("the lists of workers who cannot go").filter(
        rostered_id__in=list(workers), carer_id__in=list(workers), state="assigned", day__gte=max(start, clock.today())
    )
    if until is not None:
        rows = rows.filter(day__lt=until)
    return len(_unassign(list(rows.select_for_update(of=("self",)).order_by("pk")), by))


def _unassign(visits: list[Visit], by: Post) -> list[Visit]:
    windows = dict(
        Slot.objects.unscoped("the window of a visit that is open again")
        .filter(pk__in=[v.slot_id for v in visits if v.slot_id]).values_list("pk", "earliest")
    )
    for visit in visits:
        visit.carer_id = visit.rostered_id = None
        visit.why_carer = ""
        if earliest := windows.get(visit.slot_id):
            visit.planned_start = datetime.combine(visit.day, earliest, clock.SHANGHAI)
    return _move(visits, "unassign", by, fields=["carer", "rostered_id", "why_carer", "planned_start"])


@transaction.atomic
def miss(ids: Sequence[UUID], *, by: Post, reason: str = "") -> list[Visit]:
    """Register that nobody came. A phone that comes back later may still prove the contrary."""
    return _move(_take(ids, "miss", by), "miss", by, reason)


def miss_overdue(*, by: Post) -> int:
    """The clock's own work: visits long past their planned end that nobody reported."""
    now = clock.now()
    after = int(policy.value("visits.missed_after_minutes", on=now.date()).value)
    late = Visit.objects.unscoped("the clock acts on every visit").filter(
        state__in=["planned", "assigned"], day__range=(now.date() - LOOK_BACK, now.date()),
        planned_start__lt=now - timedelta(minutes=after),
    )
    # The planned length differs from visit to visit, so the last comparison is made here.
    ids = [
        pk for pk, start, minutes in late.values_list("pk", "planned_start", "planned_minutes")
        if start + timedelta(minutes=minutes + after) < now
    ]
    return sum(len(miss(ids[n : n + BATCH], by=by)) for n in range(0, len(ids), BATCH))


@transaction.atomic
def withdraw(*, by: Post, reason: str, since: datetime, plans: Sequence[UUID] = (), people: Sequence[UUID] = (),
             until: date | None = None) -> int:
    """Cancel what lies ahead because its ground fell away: a plan ended, a hospital stay, a death.

    What was to begin before ``since`` stays: a phone may still tell that it was served. A visit
    withdrawn gives its slot free, so that it is made anew when the ground comes back.
    """
    rows = Visit.objects.unscoped("visits fall with what they rest on").filter(
        state__in=["planned", "assigned"], day__gte=since.astimezone(clock.SHANGHAI).date(), planned_start__gte=since
    )
    rows = rows.filter(plan_id__in=list(plans)) if plans else rows.filter(person_id__in=list(people))
    if until is not None:
        rows = rows.filter(day__lt=until)
    visits = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for visit in visits:
        visit.slot_id = None
    _move(visits, "cancel", by, reason, fields=["slot"])
    return len(visits)
