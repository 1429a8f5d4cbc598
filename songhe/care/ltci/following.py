"""Following what happens elsewhere: conclusions, agreed plans, stays, deaths, levels that run out.

Rooms of the same storey know each other by hooks alone; the clock's part runs once a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from songhe.delivery.plans.models import CarePlan
from songhe.kernel import clock, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system
from songhe.kernel.process.firing import fire, fire_due
from songhe.register.people.models import CareLevel, Person, Stay

from . import actions, entitlement
from .models import Enrolment, Pause

WHY = "the service relation follows the person"
CHUNK = 2_000


def _open(people: Iterable[UUID], *states: str, **more: Any) -> list[Enrolment]:
    rows = Enrolment.objects.unscoped(WHY).filter(person_id__in=list(people), state__in=states or actions.OPEN, **more)
    return list(rows.select_related("person").order_by("pk"))


@hooks.on("assessment.concluded")
def concluded(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Who is entitled by the new level and not served yet may choose a provider. ``ids`` are people."""
    day = at.astimezone(clock.SHANGHAI).date()
    levels = {
        row.person_id: row
        for row in CareLevel.objects.unscoped(WHY).filter(person_id__in=list(ids), scheme="shanghai", ends__gt=day).order_by("starts")
    }
    busy = {row.person_id for row in _open(levels)}
    by_day: dict[date, list[CareLevel]] = {}
    for row in levels.values():
        if row.person_id not in busy:
            by_day.setdefault(max(day, row.starts), []).append(row)
    housed = set(
        Stay.objects.unscoped(WHY).filter(person_id__in=list(levels), kind="institution", ends__isnull=True)
        .values_list("person_id", flat=True)
    )
    for begins, rows in by_day.items():
        answers = actions.entitlements([r.person_id for r in rows], begins)
        people = Person.objects.unscoped(WHY).in_bulk([r.person_id for r in rows])
        actions.request(
            [
                actions.Request(people[r.person_id], "institution" if r.person_id in housed else "home", assessment_id=r.case_id)
                for r in rows
                if answers[r.person_id].entitled and people[r.person_id].death_date is None
            ],
            by=system(), on=begins,
        )


@hooks.on("plans.agreed")
def plans_agreed(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """With an agreed plan the service begins, or goes on after a break that had ended the last plan."""
    plans = CarePlan.objects.unscoped(WHY).filter(pk__in=list(ids), funding="ltci")
    provider = dict(plans.values_list("person_id", "provider_id"))
    rows = [r for r in _open(provider, "confirmed", "suspended", form="home") if r.provider_id == provider[r.person_id]]
    fire([r for r in rows if r.state == "confirmed"], "start", by=system(), at=at)
    away = _paused(rows, Pause.Kind.STAY)
    fire([r for r in rows if r.state == "suspended" and r.pk not in away], "resume", by=system(), at=at)


def _paused(rows: Iterable[Enrolment], kind: str) -> set[UUID]:
    pauses = Pause.objects.unscoped(WHY).filter(enrolment__in=[r.pk for r in rows], kind=kind, ends__isnull=True)
    return set(pauses.values_list("enrolment_id", flat=True))


@hooks.on("stay.opened")
def stay_opened(ids: Sequence[UUID], *, by: Post, at: datetime, kind: str = "", **facts: Any) -> None:
    """In hospital or away: home care rests. Moved into a home: the form of care changes."""
    since = at.astimezone(clock.SHANGHAI).date()
    if kind == "institution":
        _move_in(ids, since)
    elif kind:
        word = {"hospital": "长者住院", "away": "长者暂离本市"}.get(kind, kind)
        data = {"kind": Pause.Kind.STAY, "since": since}
        fire(_open(ids, "serving", form="home"), "suspend", by=system(), reason=word, data=data)


def _move_in(ids: Sequence[UUID], since: date) -> None:
    """Home care ends on the day of moving in; care in the home may begin, where that home has a contract."""
    leaving = _open(ids, form="home")
    fire(leaving, "end", by=system(), reason="入住养老机构，转为机构照护", data={"ended_on": since})
    stays = Stay.objects.unscoped(WHY).filter(person_id__in=list(ids), kind="institution", ends__isnull=True)
    homes = {pid: home for pid, home in stays.values_list("person_id", "organisation_id") if home}
    known = {o.pk: o for o in actions.contracted(clock.today(), "institution")}
    answers = actions.entitlements(homes)
    busy = {row.person_id for row in _open(homes)}
    people = Person.objects.unscoped(WHY).in_bulk(list(homes))
    wanted = [
        actions.Request(people[pid], "institution", known[home])
        for pid, home in homes.items()
        if home in known and pid not in busy and answers[pid].entitled
    ]
    actions.request(wanted, by=system())


@hooks.on("stay.closed")
def stay_closed(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Home again: home care goes on, where its plan still runs and nobody else is keeping her."""
    rows = _open(ids, "suspended", form="home")
    away = _paused(rows, Pause.Kind.STAY)
    still = set(
        Stay.objects.unscoped(WHY).filter(person_id__in=list(ids), ends__isnull=True).values_list("person_id", flat=True)
    )
    planned = set(
        CarePlan.objects.unscoped(WHY).filter(person_id__in=list(ids), state="active", funding="ltci")
        .values_list("person_id", "provider_id")
    )
    back = [r for r in rows if r.pk in away and r.person_id not in still and (r.person_id, r.provider_id) in planned]
    fire(back, "resume", by=system(), data={"on": at.astimezone(clock.SHANGHAI).date()})


@hooks.on("person.died")
def person_died(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """The relation ends with the day of death."""
    rows = _open(ids)
    days = {r.pk: r.person.death_date for r in rows if r.person.death_date}
    fire(rows, "end", by=system(), reason="长者去世", data={"each": days})


@hooks.on("person.moved_out")
def person_moved_out(ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Who leaves the district is served elsewhere."""
    fire(_open(ids), "end", by=system(), reason="长者迁出本区")


@hooks.on("person.moved")
def person_moved(ids: Sequence[UUID], *, by: Post, at: datetime, area_code: str = "", **facts: Any) -> None:
    """The relation is seen by the street where she lives now."""
    if area_code:
        Enrolment.objects.unscoped(WHY).filter(person_id__in=list(ids), state__in=actions.OPEN).update(area_code=area_code)


def follow_levels(on: date | None = None) -> dict[str, int]:
    """What the day does to relations: levels that ran out or fell, insurance that stopped. Run once a day.

    A level that ran out, or cover that stopped, suspends; a new level that gives no entitlement
    ends. Residents of a home are resumed when they are entitled again; home care waits for a plan.
    """
    day = on or clock.today()
    done = {"suspend": 0, "end": 0, "resume": 0}
    rows = Enrolment.objects.unscoped(WHY).filter(state__in=actions.OPEN).order_by("pk")
    ids = list(rows.values_list("person_id", flat=True))
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        answers = actions.entitlements(part, day)
        for step, moved in _follow(_open(part), answers).items():
            done[step] += moved
    return done


def _follow(rows: Sequence[Enrolment], answers: dict[UUID, entitlement.Entitlement]) -> dict[str, int]:
    paused = _paused([r for r in rows if r.state == "suspended"], Pause.Kind.LEVEL)
    ends: dict[str, list[Enrolment]] = {}
    suspends: dict[str, list[Enrolment]] = {}
    resumes: list[Enrolment] = []
    for row in rows:
        codes = set(answers[row.person_id].refusals) - {"before_entitlement"}
        if "level_not_eligible" in codes:
            ends.setdefault("新的评估等级不享受长护险", []).append(row)
        elif codes and row.state == "serving":
            suspends.setdefault("评估等级到期" if "level_lapsed" in codes else "参保条件中断", []).append(row)
        elif codes & {"level_lapsed", "level_missing"} and row.state in ("choosing", "requested", "confirmed"):
            ends.setdefault("评估等级到期，尚未开始服务", []).append(row)
        elif not codes and row.form == "institution" and row.pk in paused:
            resumes.append(row)
    by = system()
    for reason, some in ends.items():
        fire(some, "end", by=by, reason=reason)
    for reason, some in suspends.items():
        fire(some, "suspend", by=by, reason=reason, data={"kind": Pause.Kind.LEVEL})
    fire(resumes, "resume", by=by)
    return {
        "end": sum(map(len, ends.values())), "suspend": sum(map(len, suspends.values())), "resume": len(resumes),
    }


def run_due(on: date | None = None) -> dict[str, int]:
    """The whole of a day's work: providers who did not answer in time, and the levels."""
    return {"lapse": fire_due(Enrolment, by=system(), on=on), **follow_levels(on)}
