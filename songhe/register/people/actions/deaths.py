"""Recording a death 登记去世: everything that ran for the person ends with the day.

The rooms above listen to ``person.died`` and end what is theirs in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, DateTimeField, F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from songhe.kernel import clock, events, guards, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused

from ..access import KEEPERS
from ..models import CareLevel, Cover, Person, Stay
from .common import chunks, lock, require, require_living, require_reason

_WHY = "a death ends what ran for the person"


def record_deaths(deaths: Mapping[UUID, date], *, by: Post, reason: str = "") -> list[Person]:
    """Record deaths: person → day of death. Levels and cover end with that day, stays at its midnight.

    Refused for a day that is yet to come, before birth, or for somebody already dead.
    """
    require(by, KEEPERS, _("登记去世"))
    at, today = clock.now(), clock.today()
    with guards.explained(), transaction.atomic():
        people = list(lock(deaths, by).values())
        require_living(people)
        days: dict[date, list[UUID]] = defaultdict(list)
        for person in people:
            person.death_date = deaths[person.pk]
            if not person.birth_date <= person.death_date <= today:
                raise Refused(
                    "person.death_date", _("死亡日期应在出生日期与今天之间"), field="death_date",
                    remedy=_("请按死亡证明填写。"),
                )  # fmt: skip
            days[person.death_date].append(person.pk)
        for day, ids in days.items():
            for part in chunks(ids):
                _end(part, day, at)
        for person in people:
            person.status, person.updated_at = Person.Status.DECEASED, at
        events.record_many(
            [
                events.New("person.died", p, person_id=p.pk, reason=reason, data={"on": deaths[p.pk].isoformat()})
                for p in people
            ],
            by=by,
        )
        hooks.call("person.died", [p.pk for p in people], by=by, at=at)
    return people


def _end(ids: list[UUID], day: date, at: datetime) -> None:
    """Three updates however many people died on the day. What had not begun shrinks to nothing."""
    Person.objects.unscoped(_WHY).filter(pk__in=ids).update(
        status=Person.Status.DECEASED, death_date=day, updated_at=at
    )
    after = day + timedelta(days=1)
    midnight = datetime.combine(after, time(), clock.SHANGHAI)
    bounds: tuple[tuple[Any, Any], ...] = (
        (CareLevel, Value(after, DateField())),
        (Cover, Value(after, DateField())),
        (Stay, Value(midnight, DateTimeField())),
    )
    for model, bound in bounds:
        running = model.objects.unscoped(_WHY).filter(Q(ends__isnull=True) | Q(ends__gt=bound), person__in=ids)
        running.update(ends=Greatest(F("starts"), bound))


def withdraw_death(person_id: UUID, *, by: Post, reason: str) -> Person:
    """Take back a death that was recorded by mistake. What ended with it is opened anew by hand.

    Cover is opened again at once, since it ran by itself; levels, plans and stays are decided
    upon by others.
    """
    require(by, KEEPERS, _("撤销死亡登记"))
    reason = require_reason(reason)
    with transaction.atomic():
        person = lock([person_id], by)[person_id]
        if person.status != Person.Status.DECEASED or person.death_date is None:
            raise Refused("person.alive", _("%(name)s 没有死亡登记，无需撤销") % {"name": person.name})
        after = person.death_date + timedelta(days=1)
        Cover.objects.unscoped("cover goes on").filter(person=person, ends=after, starts__lt=after).update(ends=None)
        person.status, person.death_date, person.updated_at = Person.Status.LIVING, None, clock.now()
        person.save(update_fields=["status", "death_date", "updated_at"])
        events.record("person.death_withdrawn", by=by, subject=person, person_id=person.pk, reason=reason)
        hooks.call("person.death_withdrawn", [person.pk], by=by, at=clock.now())
    return person
