"""A day at the windows: applications come in and every case moves as far as the day allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import numpy as np

from songhe.care.assessment import actions, instruments, materials, surveys
from songhe.care.assessment import queries as assessment_queries
from songhe.care.assessment.models import Assessment
from songhe.care.ltci.models import Enrolment
from songhe.kernel import calendar, clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system
from songhe.kernel.errors import Refused
from songhe.register.people.models import CareLevel, Person, Stay

from . import answers, ink, stock
from .population import daily
from .population.codes import APPLICATION_FATE, OUTCOME_HOSPITAL
from .population.draw import stream

if TYPE_CHECKING:
    from .living import Town

T = TypeVar("T")
WHY = "simulation"
_FATES = [f.code for f in APPLICATION_FATE]


def live(town: Town, day: date) -> None:
    """One day of assessments, from the window to the service that follows a conclusion."""
    clock.set_clock(datetime.combine(day, time(9, 30), clock.SHANGHAI))
    actions.run_due(day)
    if calendar.is_working_day(day):
        rng = stream(town.population.seed, "windows", day.isoformat())
        _conclude(town)
        _survey(town, rng)
        _dispatch(town, rng)
        _decide(town, rng)
        _apply(town, rng, day)
    _into_service(town, day)


def _cases(*states: str) -> list[Assessment]:
    rows = Assessment.objects.unscoped(WHY).filter(state__in=states).select_related("person", "agency")
    return list(rows.order_by("pk"))


def _by_street(town: Town, cases: Sequence[Assessment]) -> dict[Post, list[Assessment]]:
    """Cases by the window of their town; those outside the district go to the first window's colleagues."""
    found: dict[str, list[Assessment]] = {}
    for case in cases:
        found.setdefault(case.area_code[:9], []).append(case)
    today = clock.today()
    shut = {code for code, since in town.left_lying.items() if since <= today}
    return {post: found[code] for code, post in town.posts["street"].items() if code in found and code not in shut}


def _apply(town: Town, rng: np.random.Generator, day: date) -> None:
    """New applications, handed in at once; who is refused at the window has not applied."""
    stated = town.stated.assessment
    counts = daily.applications_on_working_day(rng, town.published, town.population.scale, stated)
    people = town.population.people
    open_now = set(
        Assessment.objects.unscoped(WHY).filter(closed_at__isnull=True).exclude(state="delivered").values_list("person_id", flat=True)
    )
    held = set(
        CareLevel.objects.unscoped(WHY).filter(scheme="shanghai", ends__gt=day).values_list("person_id", flat=True)
    )
    eligible = ~town.placed.among(open_now | held) & ~np.isnan(people.lng)
    firsts = daily.pick_first_applicants(rng, counts["first"], people.true_level, people.level, eligible, stated)
    applications = [actions.Application(person_id=town.placed.people[i], kind="first") for i in firsts]
    applications += _renewals(day, counts["renewal"], open_now)
    applications += _changes(rng, counts["change"], held - open_now)
    applications += _from_hospital(day, counts["green"], open_now | held)
    by_town: dict[Post, list[actions.Application]] = {}
    rows = Person.objects.unscoped(WHY).filter(pk__in=[a.person_id for a in applications], status="living", death_date=None)
    areas = dict(rows.values_list("pk", "area_code"))
    for a in applications:
        if (code := areas.get(a.person_id, "")[:9]) in town.posts["street"]:
            by_town.setdefault(town.posts["street"][code], []).append(a)
    for post, wanted in by_town.items():
        made = _tolerant(partial(actions.apply, by=post), wanted)
        if made:
            actions.submit(made, by=post)
            town.applied += len(made)


def _renewals(day: date, count: int, open_now: set[UUID]) -> list[actions.Application]:
    """People whose conclusion runs out within two months, soonest first."""
    rows = CareLevel.objects.unscoped(WHY).filter(scheme="shanghai", ends__gt=day, ends__lte=day + timedelta(days=60))
    people = [pid for pid in rows.order_by("ends").values_list("person_id", flat=True)[: 3 * count + 10] if pid not in open_now]
    return [actions.Application(person_id=pid, kind="renewal") for pid in people[:count]]


def _changes(rng: np.random.Generator, count: int, people: set[UUID]) -> list[actions.Application]:
    """People whose condition has changed while their conclusion still holds."""
    known = sorted(people)
    chosen: list[int] = rng.choice(len(known), size=min(count, len(known)), replace=False).tolist() if known else []
    words = "近期住院后自理能力明显下降，起身和行走需要他人帮助"
    return [actions.Application(person_id=known[i], kind="change", statement=words) for i in chosen]


def _from_hospital(day: date, count: int, known: set[UUID]) -> list[actions.Application]:
    """People who came home from hospital in the last weeks and ask by the green channel."""
    rows = Stay.objects.unscoped(WHY).filter(kind="hospital", ends__lt=clock.now(), ends__gt=clock.now() - timedelta(days=60))
    found = [
        actions.Application(person_id=pid, kind="first", green_channel=True, discharged_on=ends.astimezone(clock.SHANGHAI).date())
        for pid, ends in rows.order_by("-ends").values_list("person_id", "ends")
        if pid not in known
    ]
    return found[:count]


def _tolerant(act: Callable[[Sequence[T]], list[Assessment]], wanted: Sequence[T]) -> list[Assessment]:
    """All at once where nothing stands against it; in halves down to whoever is refused."""
    try:
        return act(wanted)
    except Refused:
        if len(wanted) == 1:
            return []
        half = len(wanted) // 2
        return _tolerant(act, wanted[:half]) + _tolerant(act, wanted[half:])


def _decide(town: Town, rng: np.random.Generator) -> None:
    """Acceptance, refusal, return, withdrawal of what was handed in before today."""
    for post, cases in _by_street(town, _cases("submitted")).items():
        fates = [_FATES[f] for f in daily.draw_fates(rng, len(cases), town.published, town.stated.assessment)]
        groups: dict[str, list[Assessment]] = {}
        for case, fate in zip(cases, fates, strict=True):
            groups.setdefault(fate, []).append(case)
        for fate, some in groups.items():
            if fate == "refused":
                actions.refuse(some, by=post, reason="申请材料与参保登记不一致，且补正期满未补正")
            elif fate == "withdrawn":
                actions.withdraw(some, by=post, reason="申请人改变主意，申请撤回")
            else:
                actions.accept(some, by=post)


def _dispatch(town: Town, rng: np.random.Generator) -> None:
    """Agencies get their cases; visits are fixed for the coming days."""
    by = system()
    if accepted := _cases("accepted"):
        actions.assign(accepted, by=by)
    assigned: dict[UUID | None, list[Assessment]] = {}
    for case in _cases("assigned"):
        assigned.setdefault(case.agency_id, []).append(case)
    today = clock.today()
    for agency_id, cases in assigned.items():
        post = town.posts["agency"].get(agency_id)
        if post is None:
            continue
        if visits := _diary(agency_id, cases, today, rng):
            # Somebody may be engaged by a case that was moved: that one waits for tomorrow's diary.
            _tolerant(partial(actions.schedule, by=post), visits)


def _diary(agency_id: UUID | None, cases: Sequence[Assessment], today: date, rng: np.random.Generator) -> list[actions.Visit]:
    """Pairs of assessors, one of class B, four visits a day each, in the next working days."""
    members = assessment_queries.assessors_of(agency_id, today)
    doctors = [m for m in members if m.assessor_class == "B"]
    others = [m for m in members if m.assessor_class != "B"] or doctors[1:]
    if not doctors or not others:
        return []
    taken = set(
        Assessment.objects.unscoped(WHY).filter(agency_id=agency_id, state="scheduled").values_list("scheduled_at", "assessor_b_id")
    )
    visits: list[actions.Visit] = []
    days = _working_days(today, 8)
    # Who may go today may be on leave, or without a valid certificate, on the day itself.
    fit = {d: {m.worker_id for m in assessment_queries.assessors_of(agency_id, d)} for d in days}
    places = [
        (datetime.combine(d, time(hour), clock.SHANGHAI), b, others[at % len(others)])
        for d in days for hour in (9, 11, 14, 16) for at, b in enumerate(doctors)
    ]
    free = [
        p for p in places
        if (p[0], p[1].worker_id) not in taken and {p[1].worker_id, p[2].worker_id} <= fit[p[0].date()]
    ]
    used: set[tuple[datetime, UUID]] = set()
    queue = list(cases)
    for at, b, a in free:
        if not queue:
            break
        if (at, a.worker_id) in used or a.worker_id == b.worker_id:
            continue
        used.add((at, a.worker_id))
        visits.append(actions.Visit(queue.pop(0), at, a.worker_id, b.worker_id))
    return visits


def _working_days(start: date, count: int) -> list[date]:
    found: list[date] = []
    day = start
    while len(found) < count:
        day += timedelta(days=1)
        if calendar.is_working_day(day):
            found.append(day)
    return found


def _survey(town: Town, rng: np.random.Generator) -> None:
    """Surveys of visits whose hour has come: filled in, signed, handed in by the pair that went."""
    now = clock.now() + timedelta(hours=8)
    cases = [c for c in _cases("scheduled") if c.scheduled_at and c.scheduled_at <= now]
    if not cases:
        return
    clock.set_clock(now)
    by_assessor: dict[UUID | None, list[Assessment]] = {}
    for case in cases:
        by_assessor.setdefault(case.assessor_b_id, []).append(case)
    for assessor_id, own in by_assessor.items():
        if (post := town.posts["assessor"].get(assessor_id)) is None:
            continue
        levels = _true_levels(town, own)
        surveys.save_answers(
            [answers.batch(c, name, int(v), rng) for c, v in zip(own, levels, strict=True) for name in instruments.NAMES],
            by=post, sent_at=now,
        )
        materials.attach(
            [
                materials.Material(c.pk, ink.scribble(c.pk.int % 2**32 + at), "signature", signer)
                for c in own for at, signer in enumerate(("assessor_a", "assessor_b", "elder"))
            ],
            by=post,
        )
        actions.submit_survey(own, by=post)
        town.assessed += len(own)


def _true_levels(town: Town, cases: Sequence[Assessment]) -> np.ndarray:
    index = town.placed.index
    return np.array([int(town.population.people.true_level[index[c.person_id]]) if c.person_id in index else 3 for c in cases])


def _conclude(town: Town) -> None:
    """Panels sit on what was surveyed, reports are published, conclusions delivered."""
    surveyed: dict[UUID | None, list[Assessment]] = {}
    for case in _cases("surveyed"):
        surveyed.setdefault(case.agency_id, []).append(case)
    for agency_id, cases in surveyed.items():
        if (post := town.posts["agency"].get(agency_id)) is None:
            continue
        rng = stream(town.population.seed, "panel", str(clock.today()), str(agency_id))
        levels = daily.draw_outcomes(rng, _true_levels(town, cases).astype(np.int8), town.stated.assessment)
        actions.review(
            [
                actions.Finding(c, -1 if int(v) == OUTCOME_HOSPITAL else int(v), f"模拟{c.number}", ("审核员甲", "审核员乙", "审核员丙"))
                for c, v in zip(cases, levels, strict=True)
            ],
            by=post,
        )
        actions.publish([c for c in _cases("reviewed") if c.agency_id == agency_id], by=post)
    for post, cases in _by_street(town, _cases("concluded")).items():
        actions.deliver(cases, by=post)


def _into_service(town: Town, day: date) -> None:
    """Those whose conclusion opened a choice choose a provider near them; a few leave it for later."""
    rows = list(
        Enrolment.objects.unscoped(WHY).filter(state="choosing", opened_at__lt=clock.now() - timedelta(days=1))
        .select_related("person").order_by("pk")
    )
    if rows:
        stock.continue_into_service(rows, day, stream(town.population.seed, "choice", day.isoformat()))


