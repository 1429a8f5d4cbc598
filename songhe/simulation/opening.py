"""The day on which the demo is opened: what is over by now was served, what lies ahead waits.

Whatever the hour, the cast's carer has visits to do and her coordinator's board a visit to
give to somebody. Where the day has too few left, elders have asked that morning to be visited
later: the same action by which a coordinator moves a visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from songhe.delivery.visits import actions, generation, rostering
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.posts import system
from songhe.register.workforce.models import Worker

from . import visiting
from .population.events import VisitAssumptions
from .visiting import Phones

WHY = "the day on which the demo is opened"
#: So many visits the carer still has to do, and so many stand on the board without a carer.
TO_DO, TO_GIVE = 3, 1
AHEAD = 7
#: A visit moved begins on a quarter of an hour, this long after the one before it has ended.
QUARTER, WAY = timedelta(minutes=15), timedelta(minutes=15)
#: Nobody asks for a visit later than this; near the end of the day a visit may be late already instead.
LATEST, LATE = timedelta(hours=21), timedelta(minutes=60)

Span = tuple[datetime, datetime]


def live(phones: Sequence[Phones], seed: int, stated: VisitAssumptions, now: datetime) -> int:
    """Make the week, roster today and tomorrow as of the morning, and live today until ``now``.

    Returns how many visits of today were lived.
    """
    day = now.date()
    clock.set_clock(min(now, clock.midnight(day) + timedelta(hours=5)))
    by = system()
    generation.generate(day, day + timedelta(days=AHEAD), by=by)
    rostering.assign_day(day, by=by)
    rostering.assign_day(day + timedelta(days=1), by=by)
    carer = Worker.objects.unscoped(WHY).get(pk=Post.objects.get(account__username="wangxiuying").holder_id)
    kept = keep(carer, day, now)
    lived = visiting.live_until(now, phones, seed, stated, leave=kept)
    clock.set_clock(now)
    return lived


def keep(carer: Worker, day: date, now: datetime) -> set[UUID]:
    """Leave the carer and the board enough to do after ``now``; answers the visits that nobody may report."""
    by = system()
    rows = list(
        Visit.objects.unscoped(WHY).filter(day=day, provider_id=carer.organisation_id, state__in=["planned", "assigned"])
        .order_by("planned_start", "pk")
    )
    hers = [v for v in rows if v.carer_id == carer.pk]
    others = [v for v in rows if v.carer_id != carer.pk]
    ahead = [v for v in hers if v.planned_start > now]
    fit = [v for v in others if carer.staff_class in rostering.STAND_IN[v.staff_class]]
    spare = [*(v for v in reversed(hers) if v not in ahead), *reversed(fit)][: max(0, TO_DO - len(ahead))]
    waiting = [v for v in others if v not in spare and v.state == "planned" and v.planned_start > now]
    given = waiting or [v for v in others if v not in spare][-TO_GIVE:]
    # All are taken off first: a place that one leaves may be another's.
    actions.unassign([v.pk for v in [*spare, *given] if v.state == "assigned"], by=by)
    starts = free(now, [_span(v) for v in ahead], [v.planned_minutes for v in [*spare, *given]])
    for visit, start in zip(spare, starts, strict=False):
        rostering.assign([visit.pk], carer, by=by, start=start, reason="长者来电，请求改到晚些时候")
    for visit, start in zip(given, starts[len(spare) :], strict=False):
        if visit.planned_start <= now:
            Visit.objects.unscoped(WHY).filter(pk=visit.pk).update(planned_start=start)
    return {v.pk for v in [*ahead, *spare, *given]}


def free(now: datetime, busy: Iterable[Span], lengths: Sequence[int]) -> list[datetime]:
    """Starts after ``now`` for visits of these lengths one after the other, around what is busy.

    As many as the day still holds. Late in the evening the first have begun already.
    """
    quarter = clock.midnight(now.date()) + ((now - clock.midnight(now.date())) // QUARTER + 1) * QUARTER
    ends = clock.midnight(now.date()) + timedelta(days=1) - QUARTER
    at = max(min(quarter, clock.midnight(now.date()) + LATEST), quarter - LATE)
    taken, found = sorted(busy), []
    for minutes in lengths:
        long = timedelta(minutes=minutes)
        for begins, over in taken:
            if begins < at + long + WAY and at < over + WAY:
                at = over + WAY
        if at > ends:
            break
        found.append(at)
        at += long + WAY
    return found


def _span(visit: Visit) -> Span:
    start = visit.planned_start.astimezone(clock.SHANGHAI)
    return start, start + timedelta(minutes=visit.planned_minutes)
