"""The stock on the first day 存量: people who are served already, through the actions that serve anybody.

Their applications were decided before the platform began; the service relation, the plan, the
agreement and the start are made here, the evening before the first day that is lived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from songhe.care.ltci import actions as ltci
from songhe.care.ltci.models import Enrolment
from songhe.delivery.plans.actions import SlotDraft
from songhe.delivery.plans.models import CarePlan
from songhe.kernel import bulk, clock
from songhe.kernel.access.posts import system
from songhe.kernel.process.firing import fire
from songhe.register.people.models import Person, Stay
from songhe.register.sites.models import Organisation

from .loading import Placed
from .population import Population, Staff, decoded
from .population.codes import HOME_CARE, INSTITUTION_CARE
from .population.draw import stream

CHUNK = 1_000
Progress = Callable[[str, int, int], None]
#: Usual items of a visit by level; none of them needs a nurse. Numbers of the 42-item catalogue.
USUAL = {
    2: ((1, 3, 10, 24), (2, 9, 24), (6, 9, 10)), 3: ((1, 8, 9, 24), (4, 5, 10), (6, 9, 21)),
    4: ((1, 8, 9, 10), (5, 10, 11, 24), (6, 20, 25)), 5: ((5, 9, 11, 19), (7, 8, 12, 25), (10, 17, 20, 25)),
    6: ((7, 8, 11, 19), (5, 12, 17, 25), (10, 19, 20, 26)),
}
NURSING = (32, 36, 37)
#: When families want the carer: any time of the morning, around noon, any time of the afternoon (assumed).
WINDOWS = ((time(7, 30), time(11)), (time(10, 30), time(13)), (time(13), time(16, 30)))
WINDOW_SHARES = (0.45, 0.15, 0.40)
#: Assumed share of people whose plan holds one nurse's visit a week.
NURSED = 0.04


def settle_in(population: Population, staff: Staff, placed: Placed, *, starts: date, progress: Progress | None = None) -> int:
    """Bring everybody who holds a level and a form of care into service from ``starts``."""
    rng = stream(population.seed, "stock")
    homes = np.flatnonzero(population.people.care_form == HOME_CARE)
    providers = _providers(population, staff, homes, rng)
    order = np.argsort(providers, kind="stable")
    homes, providers = homes[order], providers[order]
    done = 0
    for part in _parts(len(homes)):
        done += serve(
            [placed.people[i] for i in homes[part]], [placed.organisations[i] for i in providers[part]], starts, rng
        )
        if progress:
            progress("居家照护存量入册", done, len(homes))
    _residents(population, staff, placed, starts, rng)
    return done


def _parts(total: int) -> Iterator[slice]:
    for start in range(0, total, CHUNK):
        yield slice(start, min(total, start + CHUNK))


def _providers(population: Population, staff: Staff, people: Any, rng: np.random.Generator) -> Any:
    """A provider for each person: near ones and large ones more often. Index into the organisations."""
    workers = staff.workers
    carers = np.bincount(workers.organisation[workers.visits_homes], minlength=len(staff.organisations.name))
    candidates = np.flatnonzero(carers > 0)
    kinds = decoded(staff.organisations)["kind"]
    candidates = np.array([c for c in candidates if kinds[c] in ("care_home", "community", "nursing_station")])
    lng, lat = population.people.lng[people], population.people.lat[people]
    lng = np.where(np.isnan(lng), np.nanmean(lng), lng)
    lat = np.where(np.isnan(lat), np.nanmean(lat), lat)
    room = carers[candidates].astype(float)
    room *= len(people) / room.sum() * 1.05
    chosen = np.empty(len(people), dtype=np.int64)
    for block in range(0, len(people), 2_000):
        here = slice(block, min(len(people), block + 2_000))
        dx = (lng[here, None] - staff.organisations.lng[candidates][None, :]) * 95_000
        dy = (lat[here, None] - staff.organisations.lat[candidates][None, :]) * 111_000
        pull = np.exp(-np.hypot(dx, dy) / 1_500) * np.maximum(room, 0.5)[None, :]
        steps = np.cumsum(pull / pull.sum(axis=1, keepdims=True), axis=1)
        picked = (steps < rng.random((steps.shape[0], 1))).sum(axis=1).clip(0, len(candidates) - 1)
        chosen[here] = picked
        room -= np.bincount(picked, minlength=len(candidates))
    return candidates[chosen]


@transaction.atomic
def serve(people: Sequence[UUID], providers: Sequence[UUID], starts: date, rng: np.random.Generator) -> int:
    """Choose, accept, plan, agree and start for people who are entitled; the others are left as they are."""
    by = system()
    entitled = ltci.entitlements(people)
    rows = Person.objects.unscoped("simulation").in_bulk(list(people))
    organisations = {o.pk: o for o in Organisation.objects.filter(pk__in=set(providers))}
    wanted = [
        ltci.Request(rows[p], "home", organisations[o]) for p, o in zip(people, providers, strict=True) if entitled[p].entitled
    ]
    enrolled = ltci.request(wanted, by=by)
    fire(enrolled, "accept", by=by)
    levels = {e.pk: entitled[e.person_id].level or 2 for e in enrolled}
    minutes = {e.pk: entitled[e.person_id].weekly_minutes for e in enrolled}
    slots = {e.pk: week_of_visits(levels[e.pk], minutes[e.pk], rng) for e in enrolled}
    for e, r in zip(enrolled, wanted, strict=True):
        e.provider = r.provider
    plans = ltci.plan(enrolled, slots, by=by, starts=starts)
    agree(plans)
    return len(enrolled)


def agree(plans: Sequence[CarePlan]) -> None:
    """Propose and agree plans, and start the service relations they belong to."""
    by = system()
    fire(plans, "propose", by=by)
    fire(plans, "agree", by=by, data={"agreed_by": "长者本人或家属"})
    waiting = Enrolment.objects.unscoped("simulation").filter(pk__in=[p.source_id for p in plans], state="confirmed")
    fire(list(waiting), "start", by=by)


def week_of_visits(level: int, weekly_minutes: int, rng: np.random.Generator) -> tuple[SlotDraft, ...]:
    """Visits of one hour that use up the weekly budget, at the same time of day all week."""
    count = weekly_minutes // 60
    days = {3: ((0, 2, 4), (1, 3, 5)), 5: ((0, 1, 2, 3, 4), (0, 1, 3, 4, 5)), 7: (tuple(range(7)),)}.get(count)
    pattern = days[int(rng.integers(len(days)))] if days else tuple(range(min(count, 7)))
    earliest, latest = WINDOWS[int(rng.choice(len(WINDOWS), p=WINDOW_SHARES))]
    staff_class = "carer_medical" if rng.random() < 0.8 else "carer_health"
    nursed = rng.random() < NURSED
    usual = USUAL[max(2, min(level, 6))]
    return tuple(
        SlotDraft(
            weekday=day, earliest=earliest, latest=latest, minutes=60,
            items=NURSING if nursed and at == 0 else usual[at % len(usual)],
            staff_class="nurse" if nursed and at == 0 else staff_class,
        )
        for at, day in enumerate(pattern)
    )


@transaction.atomic
def _residents(population: Population, staff: Staff, placed: Placed, starts: date, rng: np.random.Generator) -> None:
    """People in homes: their stay, and the service relation in the form of institution care."""
    people = np.flatnonzero(population.people.care_form == INSTITUTION_CARE)
    kinds = decoded(staff.organisations)["kind"]
    homes = [i for i, kind in enumerate(kinds) if kind == "care_home"]
    weight = staff.organisations.weight[homes]
    places = rng.choice(len(homes), size=len(people), p=weight / weight.sum())
    by = system()
    entitled = ltci.entitlements([placed.people[i] for i in people])
    rows = Person.objects.unscoped("simulation").in_bulk([placed.people[i] for i in people])
    names = decoded(staff.organisations)["name"]
    organisations = {o.pk: o for o in Organisation.objects.filter(pk__in=[placed.organisations[h] for h in homes])}
    stays, wanted = [], []
    since = rng.integers(30, 900, size=len(people))
    for at, i in enumerate(people):
        pid, home = placed.people[i], homes[places[at]]
        moved_in = datetime.combine(starts - timedelta(days=int(since[at])), time(10), clock.SHANGHAI)
        stays.append(
            Stay(person_id=pid, kind="institution", organisation_id=placed.organisations[home],
                 organisation_name=names[home], starts=moved_in)
        )
        if entitled[pid].entitled:
            wanted.append(ltci.Request(rows[pid], "institution", organisations[placed.organisations[home]]))
    bulk.insert(stays)
    enrolled = ltci.request(wanted, by=by)
    fire(enrolled, "accept", by=by)
    fire(enrolled, "start", by=by, data={"started_on": starts})


def continue_into_service(rows: Sequence[Enrolment], day: date, rng: np.random.Generator) -> int:
    """People whose conclusion opened a choice: most choose a provider nearby and are served from next week."""
    by = system()
    offered = ltci.contracted(day)
    if not offered or not rows:
        return 0
    entitled = ltci.entitlements([r.person_id for r in rows], day)
    wanted = [r for r in rows if entitled[r.person_id].entitled and rng.random() < 0.7]
    choice: dict[UUID, list[Enrolment]] = {}
    for row in wanted:
        near = sorted(offered, key=lambda o: _far(o, row.person))[:8]
        choice.setdefault(near[int(rng.integers(len(near)))].pk, []).append(row)
    for provider_id, group in choice.items():
        fire(group, "choose", by=by, data={"provider": provider_id})
    if not wanted:
        return 0
    fire(wanted, "accept", by=by)
    organisations = {o.pk: o for o in offered}
    slots = {}
    for row in wanted:
        row.provider = organisations[row.provider_id]  # type: ignore[index]
        answer = entitled[row.person_id]
        slots[row.pk] = week_of_visits(answer.level or 2, answer.weekly_minutes, rng)
    agree(ltci.plan(wanted, slots, by=by, starts=day + timedelta(days=2)))
    return len(wanted)


def _far(organisation: Organisation, person: Person) -> float:
    if None in (organisation.lng, organisation.lat, person.lng, person.lat):
        return 1.0
    return float(np.hypot(organisation.lng - person.lng, organisation.lat - person.lat))  # type: ignore[operator]
