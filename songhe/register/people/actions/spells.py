"""Periods 期间: cover, care levels, stays. Each begins, ends, and never overlaps its like.

What the database refuses (an overlap) reaches the clerk in the constraint's own words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import bulk, clock, events, guards, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.errors import Missing, Refused

from ..access import COVER_KEEPERS, STAY_KEEPERS
from ..models import CareLevel, Cover, Person, Stay
from ..rules import level_name
from .common import chunks, lock, people_of, require, require_living

_ASKED = "the people were locked through the post's scope"


@dataclass(frozen=True, slots=True)
class NewStay:
    """A stay to be recorded: hospital 住院, institution 入住, away 暂离. No end: she is still there."""

    person_id: UUID
    kind: str
    starts: datetime
    ends: datetime | None = None
    organisation_id: UUID | None = None
    organisation_name: str = ""


@dataclass(frozen=True, slots=True)
class NewCover:
    """A period of health insurance 医保参保; the end is the first day without it."""

    person_id: UUID
    kind: str
    starts: date
    ends: date | None = None
    pension_claimed: bool = True


@dataclass(frozen=True, slots=True)
class NewLevel:
    """A care level under one scheme, [starts, ends). ``reasons`` are :meth:`Because.as_data` forms."""

    person_id: UUID
    scheme: str
    level: int
    starts: date
    ends: date | None = None
    official: bool = False
    case_id: UUID | None = None
    label: str = ""
    reasons: Sequence[Mapping[str, Any]] = ()


def open_stays(news: Sequence[NewStay], *, by: Post) -> list[Stay]:
    """Record stays. Tells ``stay.opened`` (ids of people; facts: kind), at the moment each began.

    Refused when one lies in the future, overlaps another, or is of a dead person.
    """
    require(by, STAY_KEEPERS, _("登记住院、入住和外出"))
    now = clock.now()
    for new in news:
        _require_order(new.starts, new.ends)
        if new.starts > now:
            raise Refused("stay.future", _("开始时间晚于现在，尚未发生的不能登记"), field="starts")
    with guards.explained(), transaction.atomic():
        people = lock(people_of(news), by)
        require_living(people.values())
        stays = [
            Stay(
                person_id=n.person_id, kind=n.kind, starts=n.starts, ends=n.ends,
                organisation_id=n.organisation_id, organisation_name=n.organisation_name,
            )
            for n in news
        ]  # fmt: skip
        bulk.insert(stays)
        _tell("stay.opened", stays, people, by, lambda s: {"kind": s.kind, "starts": s.starts.isoformat()})
        begun: dict[tuple[str, datetime], list[UUID]] = defaultdict(list)
        for stay in stays:
            if stay.ends is None or stay.ends > now:
                begun[(stay.kind, stay.starts)].append(stay.person_id)
        for (kind, starts), ids in begun.items():
            hooks.call("stay.opened", ids, by=by, at=starts, kind=kind)
    return stays


def close_stays(stay_ids: Iterable[UUID], *, by: Post, at: datetime | None = None) -> list[Stay]:
    """End open stays: discharged, moved out, back again. Tells ``stay.closed`` (ids of people)."""
    require(by, STAY_KEEPERS, _("登记出院、离院和返回"))
    ends = at or clock.now()
    if ends > clock.now():
        raise Refused("stay.future", _("结束时间晚于现在，尚未发生的不能登记"), field="ends")
    with guards.explained(), transaction.atomic():
        stays = _seen(Stay, stay_ids, by)
        people = lock(people_of(stays), by)
        for stay in stays:
            if stay.ends is not None:
                raise Refused("stay.closed", _("该记录已经结束，请刷新页面查看"))
            _require_order(stay.starts, ends)
            stay.ends = ends
        _end(Stay, stays, ends)
        _tell("stay.closed", stays, people, by, lambda s: {"kind": s.kind, "ends": ends.isoformat()})
        hooks.call("stay.closed", sorted(people_of(stays)), by=by, at=ends)
    return stays


def open_covers(news: Sequence[NewCover], *, by: Post) -> list[Cover]:
    """Record periods of health insurance."""
    require(by, COVER_KEEPERS, _("登记参保"))
    with guards.explained(), transaction.atomic():
        people = lock(people_of(news), by)
        for new in news:
            _require_order(new.starts, new.ends)
        covers = [
            Cover(
                person_id=n.person_id, kind=n.kind, starts=n.starts, ends=n.ends, pension_claimed=n.pension_claimed
            )
            for n in news
        ]  # fmt: skip
        bulk.insert(covers)
        _tell("cover.opened", covers, people, by, lambda c: {"kind": c.kind, "starts": c.starts.isoformat()})
    return covers


def close_covers(cover_ids: Iterable[UUID], *, by: Post, on: date) -> list[Cover]:
    """End periods of health insurance; ``on`` is the first day without it."""
    require(by, COVER_KEEPERS, _("登记停保"))
    with guards.explained(), transaction.atomic():
        covers = _seen(Cover, cover_ids, by)
        people = lock(people_of(covers), by)
        for cover in covers:
            _require_order(cover.starts, on)
            cover.ends = on
        _end(Cover, covers, on)
        _tell("cover.closed", covers, people, by, lambda c: {"kind": c.kind, "ends": on.isoformat()})
    return covers


def set_levels(news: Sequence[NewLevel], *, by: Post) -> list[CareLevel]:
    """Put care levels in force; a level of the same scheme that still runs ends where the new one begins.

    Who may conclude an assessment is asked by its process; here only that the post sees the people.
    Refused when an earlier level begins on the same day or later.
    """
    starts = {(n.person_id, n.scheme): n.starts for n in news}
    with guards.explained(), transaction.atomic():
        people = lock(people_of(news), by)
        require_living(people.values())
        given_way = []
        for part in chunks(people):
            running = CareLevel.objects.unscoped(_ASKED).filter(person__in=part)
            for old in running:
                begin = starts.get((old.person_id, old.scheme))
                if begin and old.starts < begin and (old.ends is None or old.ends > begin):
                    old.ends = begin
                    given_way.append(old)
        bulk.update(given_way, ["ends"])
        levels = [
            CareLevel(
                person_id=n.person_id, scheme=n.scheme, level=n.level, starts=n.starts, ends=n.ends,
                label=n.label or level_name(n.scheme, n.level), official=n.official, case_id=n.case_id,
                reasons=[dict(reason) for reason in n.reasons],
            )
            for n in news
        ]  # fmt: skip
        bulk.insert(levels)
        _tell("level.set", levels, people, by, lambda v: {"scheme": v.scheme, "level": v.level})
    return levels


def close_levels(level_ids: Iterable[UUID], *, by: Post, on: date, reason: str = "") -> list[CareLevel]:
    """End care levels before their time; ``on`` is the first day without them."""
    with guards.explained(), transaction.atomic():
        levels = _seen(CareLevel, level_ids, by)
        people = lock(people_of(levels), by)
        for level in levels:
            _require_order(level.starts, on)
            level.ends = on
        _end(CareLevel, levels, on)
        _tell("level.closed", levels, people, by, lambda v: {"scheme": v.scheme, "ends": on.isoformat()}, reason)
    return levels


def _require_order(starts: date | datetime, ends: date | datetime | None) -> None:
    if ends is not None and ends < starts:
        raise Refused("period.order", _("结束不能早于开始"), field="ends")


def _seen(model: type[ScopedModel], ids: Iterable[UUID], by: Post) -> list[Any]:
    wanted = list(dict.fromkeys(ids))
    found: list[Any] = []
    for part in chunks(wanted):
        found += model.objects.visible_to(by).filter(pk__in=part)
    if len(found) != len(wanted):
        raise Missing(_("没有找到该记录，或不在您的管辖范围内"))
    return found


def _end(model: type[ScopedModel], rows: Sequence[Any], ends: date | datetime) -> None:
    for part in chunks(rows):
        model.objects.unscoped(_ASKED).filter(pk__in=[row.pk for row in part]).update(ends=ends)


def _tell(
    kind: str, rows: Sequence[Any], people: Mapping[UUID, Person], by: Post, data: Any, reason: str = ""
) -> None:
    events.record_many(
        [
            events.New(
                kind, row, person_id=row.person_id, area_code=people[row.person_id].area_code,
                data=data(row), reason=reason,
            )
            for row in rows
        ],
        by=by,
    )  # fmt: skip
