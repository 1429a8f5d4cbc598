"""Weekly visits made from the plans. Running it twice makes nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from songhe.delivery.plans.models import CarePlan, Slot
from songhe.kernel import bulk, clock, events
from songhe.kernel.access.models import Post
from songhe.register.people.models import Stay

from .models import Visit


@transaction.atomic
def generate(start: date, until: date, *, by: Post, plans: Sequence[UUID] | None = None) -> int:
    """Make the visits of ``[start, until)`` for all running plans, or for those named.

    Left out: days outside the plan, days on which the person is in hospital, in a home or
    away, and days after death. Returns how many were made.
    """
    rows = _slots(start, until, plans)
    if not rows:
        return 0
    days = [start + timedelta(days=n) for n in range((until - start).days)]
    made_before = _known(days[0], days[-1], plans)
    away = _away({s.plan.person_id for s in rows}, start, until)
    visits = [
        _visit(slot, day)
        for slot in rows
        for day in days
        if day.weekday() == slot.weekday
        and slot.plan.starts <= day
        and (slot.plan.ends is None or day < slot.plan.ends)
        and (slot.plan.person.death_date is None or day <= slot.plan.person.death_date)
        and (slot.pk, day) not in made_before
        and not _is_away(away.get(slot.plan.person_id, ()), day, slot)
    ]
    bulk.insert(visits)
    _tell(visits, by, start, until)
    return len(visits)


def _slots(start: date, until: date, plans: Sequence[UUID] | None) -> list[Slot]:
    found = Slot.objects.unscoped("making visits for every running plan").filter(
        Q(plan__ends__isnull=True) | Q(plan__ends__gt=start), plan__state="active", plan__starts__lt=until
    )
    if plans is not None:
        found = found.filter(plan_id__in=list(plans))
    return list(found.select_related("plan__person"))


def _known(first: date, last: date, plans: Sequence[UUID] | None) -> set[tuple[UUID, date]]:
    found = Visit.objects.unscoped("what was made before").filter(day__range=(first, last), slot__isnull=False)
    if plans is not None:
        found = found.filter(plan_id__in=list(plans))
    return set(found.values_list("slot_id", "day"))


def _away(people: set[UUID], start: date, until: date) -> dict[UUID, list[tuple[datetime, datetime | None]]]:
    low, high = clock.midnight(start), clock.midnight(until)
    found: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    rows = Stay.objects.unscoped("nobody is visited while away").filter(
        Q(ends__isnull=True) | Q(ends__gt=low), starts__lt=high
    )
    for person_id, starts, ends in rows.values_list("person_id", "starts", "ends"):
        if person_id in people:
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



def _tell(visits: Sequence[Visit], by: Post, start: date, until: date) -> None:
    """One event per plan: what was made for it."""
    counts: dict[UUID, int] = {}
    first: dict[UUID, Visit] = {}
    for visit in visits:
        counts[visit.plan_id] = counts.get(visit.plan_id, 0) + 1
        first.setdefault(visit.plan_id, visit)
    events.record_many(
        [
            events.New(
                "visits.planned", CarePlan(pk=plan_id), person_id=first[plan_id].person_id,
                area_code=first[plan_id].area_code,
                data={"count": n, "from": start.isoformat(), "until": until.isoformat()},
            )
            for plan_id, n in counts.items()
        ],
        by=by,
    )
