"""Weekly visits made from the plans. Running it twice makes nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from songhe.delivery.plans.models import CarePlan, Slot
from songhe.kernel import bulk, clock, events, policy
from songhe.kernel.access.models import Post
from songhe.register.people.models import Stay
from songhe.register.sites.models import Organisation

from .models import Visit

#: Plans taken at a time: the memory of a run does not grow with the district.
CHUNK = 5_000


@transaction.atomic
def generate(
    start: date, until: date, *, by: Post, plans: Sequence[UUID] | None = None, after: datetime | None = None
) -> int:
    """Make the visits of ``[start, until)`` for all running plans, or for those named.

    Left out: days outside the plan, days on which the person is in hospital, in a home or
    away, days after death, and windows that had closed by ``after``. Returns how many were made.
    """
    made = 0
    counts: dict[tuple[UUID, str], int] = {}
    for chunk in _running(start, until, plans):
        visits = list(_visits(chunk, start, until, after))
        bulk.insert(visits)
        made += len(visits)
        for v in visits:
            key = (v.provider_id, v.area_code[:6])
            counts[key] = counts.get(key, 0) + 1
    events.record_many(
        [
            events.New(
                "visits.planned", Organisation(pk=provider_id), area_code=district.ljust(12, "0"),
                data={"count": n, "from": start.isoformat(), "until": until.isoformat()},
            )
            for (provider_id, district), n in counts.items()
        ],
        by=by,
    )
    return made


def ahead(at: datetime, *, by: Post, plans: Sequence[UUID] | None = None, people: Sequence[UUID] | None = None) -> int:
    """Make visits from a moment on, as far ahead as visits are made: for all, for plans, or for people."""
    start = at.astimezone(clock.SHANGHAI).date()
    days = int(policy.value("visits.horizon_days", on=start).value)
    if people is not None:
        rows = CarePlan.objects.unscoped("visits follow the plans of people").filter(person_id__in=list(people), state="active")
        plans = list(rows.values_list("pk", flat=True))
    return generate(start, start + timedelta(days=days), by=by, plans=plans, after=at)


def _running(start: date, until: date, plans: Sequence[UUID] | None) -> Iterator[list[UUID]]:
    """Ids of the plans that run on any of the days, in chunks."""
    if plans is not None:
        wanted = list(plans)
    else:
        rows = CarePlan.objects.unscoped("making visits for every running plan").filter(
            Q(ends__isnull=True) | Q(ends__gt=start), state="active", starts__lt=until
        )
        wanted = list(rows.order_by("pk").values_list("pk", flat=True))
    for n in range(0, len(wanted), CHUNK):
        yield wanted[n : n + CHUNK]


def _visits(plans: Sequence[UUID], start: date, until: date, after: datetime | None) -> Iterator[Visit]:
    _lock(plans)
    days = [start + timedelta(days=n) for n in range((until - start).days)]
    slots = _slots(plans, {d.weekday() for d in days})
    if not slots:
        return
    made = _known(plans, start, until)
    away = _away({s.plan.person_id for s in slots}, start, until)
    for slot in slots:
        plan = slot.plan
        died = plan.person.death_date
        for day in days:
            if (
                day.weekday() == slot.weekday
                and plan.starts <= day
                and (plan.ends is None or day < plan.ends)
                and (died is None or day <= died)
                and (slot.pk, day) not in made
                and not _is_away(away.get(plan.person_id, ()), day, slot)
                and (after is None or datetime.combine(day, slot.latest, clock.SHANGHAI) > after)
            ):
                yield _visit(slot, day)


def _lock(plans: Sequence[UUID]) -> None:
    """Two runs at the same moment make the visits of a plan one after the other."""
    rows = CarePlan.objects.unscoped("making visits for every running plan").select_for_update(of=("self",))
    list(rows.filter(pk__in=list(plans)).order_by("pk").values_list("pk"))


def _slots(plans: Sequence[UUID], weekdays: set[int]) -> list[Slot]:
    found = Slot.objects.unscoped("making visits for every running plan").filter(
        plan_id__in=list(plans), plan__state="active", weekday__in=weekdays
    )
    return list(
        found.select_related("plan__person").only(
            "plan", "weekday", "earliest", "latest", "minutes", "items", "staff_class", "plan__provider", "plan__starts",
            "plan__ends", "plan__area_code", "plan__person__death_date", "plan__person",
        ).order_by("pk")
    )


def _known(plans: Sequence[UUID], start: date, until: date) -> set[tuple[UUID, date]]:
    found = Visit.objects.unscoped("what was made before").filter(
        plan_id__in=list(plans), day__gte=start, day__lt=until, slot__isnull=False
    )
    return set(found.values_list("slot_id", "day"))


def _away(people: set[UUID], start: date, until: date) -> dict[UUID, list[tuple[datetime, datetime | None]]]:
    low, high = clock.midnight(start), clock.midnight(until)
    found: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    rows = Stay.objects.unscoped("nobody is visited while away").filter(
        Q(ends__isnull=True) | Q(ends__gt=low), starts__lt=high, person_id__in=list(people)
    )
    for person_id, starts, ends in rows.values_list("person_id", "starts", "ends"):
        found.setdefault(person_id, []).append((starts, ends))
    return found


def _is_away(stays: Sequence[tuple[datetime, datetime | None]], day: date, slot: Slot) -> bool:
    at = datetime.combine(day, slot.earliest, clock.SHANGHAI)
    return any(s <= at and (e is None or at < e) for s, e in stays)


def _visit(slot: Slot, day: date) -> Visit:
    plan = slot.plan
    return Visit(
        plan_id=plan.pk, slot_id=slot.pk, person_id=plan.person_id, provider_id=plan.provider_id,
        day=day, planned_start=datetime.combine(day, slot.earliest, clock.SHANGHAI), planned_minutes=slot.minutes,
        staff_class=slot.staff_class, items=slot.items, area_code=plan.area_code,
    )
