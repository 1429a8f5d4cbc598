"""Correcting 更正, moving house 变更住址, moving away 迁出.

An event of a correction names the fields; values only where they are codes. What a name or a
number was before is nobody's business once it was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import clock, events, guards, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Conflict, Refused
from songhe.kernel.identity import parse_identity

from ..access import KEEPERS
from ..models import Person
from .common import lock, require, require_living, require_reason
from .registering import called, is_home, is_hukou, numbered, spelled

#: Fields whose values are codes: before and after go into the event.
CODES = frozenset({"living", "income", "language", "sex_wish", "marital", "education"})
#: Fields of whose correction the event says only that it happened.
PRIVATE = frozenset({"name", "identity_number", "phone", "remark"})


@dataclass(frozen=True, slots=True)
class Home:
    """An address: the town or committee, the words, and the point (degrees WGS-84) where it is known."""

    area_code: str
    address: str = ""
    lng: float | None = None
    lat: float | None = None


def correct(
    person_id: UUID, changes: Mapping[str, Any], *, by: Post, reason: str, seen: datetime | None = None
) -> Person:
    """Correct fields of :data:`CODES` and :data:`PRIVATE`; fields that stay as they are do not count.

    ``seen`` is the ``updated_at`` that the clerk had before her: Conflict when somebody was faster.
    """
    require(by, KEEPERS, _("更正档案"))
    if unknown := set(changes) - CODES - PRIVATE:
        raise ValueError(f"not corrected this way: {sorted(unknown)}")
    reason = require_reason(reason)
    with guards.explained(), transaction.atomic():
        person = lock([person_id], by)[person_id]
        _require_fresh(person, seen)
        changed = {name: value for name, value in changes.items() if getattr(person, name) != value}
        if not changed:
            return person
        codes = {name: [getattr(person, name), changed[name]] for name in sorted(changed) if name in CODES}
        columns = _columns(changed)
        _write(person, columns)
        data = {"fields": sorted(changed), **({"codes": codes} if codes else {})}
        events.record("person.corrected", by=by, subject=person, person_id=person.pk, data=data, reason=reason)
    return person


def _columns(changed: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in changed.items() if name in CODES or name == "remark"}
    if "name" in changed:
        columns |= spelled(changed["name"])
    if "identity_number" in changed:
        columns |= numbered(parse_identity(changed["identity_number"], "identity_number"))
    if "phone" in changed:
        columns |= called(changed["phone"])
    return columns


def _write(person: Person, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(person, name, value)
    person.updated_at = clock.now()
    person.save(update_fields=[*columns, "updated_at"])


def _require_fresh(person: Person, seen: datetime | None) -> None:
    if seen is not None and person.updated_at != seen:
        raise Conflict(
            "person.changed",
            _("您填写期间，该档案已被他人修改，本次没有保存"),
            remedy=_("请重新打开档案，核对最新内容后再改。"),
        )


def move_house(
    person_id: UUID, *, by: Post, home: Home | None = None, hukou: Home | None = None, reason: str
) -> Person:
    """Change where she lives 常住, where she is registered 户籍, or both.

    A person who had moved away is back on the register. Listeners of ``person.moved`` follow
    with what is theirs; it is told only when she lives in another area than before.
    """
    require(by, KEEPERS, _("变更住址"))
    reason = require_reason(reason)
    for field, place, known in (("area_code", home, is_home), ("hukou_area_code", hukou, is_hukou)):
        if place is not None and not known(place.area_code):
            raise Refused("area.unknown", _("没有该街镇或居村委，请从列表中选择"), field=field)
    at = clock.now()
    with transaction.atomic():
        person = lock([person_id], by)[person_id]
        require_living([person])
        before = {"area": person.area_code, "hukou": person.hukou_area_code}
        columns: dict[str, Any] = {"status": Person.Status.LIVING}
        if home is not None:
            columns |= {"area_code": home.area_code, "address": home.address.strip(), "lng": home.lng, "lat": home.lat}
        if hukou is not None:
            columns |= {"hukou_area_code": hukou.area_code, "hukou_address": hukou.address.strip()}
        _write(person, columns)
        after = {"area": person.area_code, "hukou": person.hukou_area_code}
        data = {"before": before, "after": after}
        events.record("person.moved", by=by, subject=person, person_id=person.pk, data=data, reason=reason)
        if before["area"] != after["area"]:
            hooks.call("person.moved", [person.pk], by=by, at=at, area_code=person.area_code)
    return person


def move_out(person_ids: Iterable[UUID], *, by: Post, reason: str) -> list[Person]:
    """Take people who left the district 迁出 off the register; their files stay. Tells ``person.moved_out``."""
    require(by, KEEPERS, _("迁出"))
    reason = require_reason(reason)
    at = clock.now()
    with transaction.atomic():
        people = list(lock(person_ids, by).values())
        require_living(people)
        ids = [p.pk for p in people]
        rows = Person.objects.unscoped("locked after the scope was asked").filter(pk__in=ids)
        rows.update(status=Person.Status.MOVED, updated_at=at)
        for person in people:
            person.status, person.updated_at = Person.Status.MOVED, at
        events.record_many([events.New("person.moved_out", p, person_id=p.pk, reason=reason) for p in people], by=by)
        hooks.call("person.moved_out", ids, by=by, at=at)
    return people
