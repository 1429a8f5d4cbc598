"""Declaring kinds of events, and writing events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from songhe.kernel import bulk, clock
from songhe.kernel.crypto import sm3

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post

    from .models import Event


@dataclass(frozen=True)
class Kind:
    """A kind of event: its code, the sentence officers read, and whether elder and family see it."""

    code: str
    label: str
    portal: bool = False
    icon: str = "point"


@dataclass(frozen=True)
class New:
    """An event to be written."""

    kind: str
    subject: models.Model
    person_id: UUID | None = None
    area_code: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    at: datetime | None = None


_kinds: dict[str, Kind] = {}


def declare(code: str, label: str, *, portal: bool = False, icon: str = "point") -> Kind:
    """Declare a kind once, at start. An event of an undeclared kind is refused."""
    kind = Kind(code, label, portal, icon)
    if _kinds.get(code, kind) != kind:
        raise ValueError(f"event kind {code} is declared twice with different meanings")
    _kinds[code] = kind
    return kind


def kind_of(code: str) -> Kind:
    """The declared kind, or a plain one where an old event's kind is no longer declared."""
    return _kinds.get(code) or Kind(code, code)


def kinds() -> dict[str, Kind]:
    """All declared kinds."""
    return dict(_kinds)


def record(
    kind: str,
    *,
    by: Post,
    subject: models.Model,
    person_id: UUID | None = None,
    area_code: str = "",
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Event:
    """Write one event in the running transaction."""
    return record_many(
        [New(kind, subject, person_id, area_code, data or {}, reason, at)], by=by
    )[0]


def record_many(news: Iterable[New], *, by: Post) -> list[Event]:
    """Write many events in one insert, all by the same post.

    Person and area default to those of the subject, where it has them.
    """
    from .models import Event

    # Elders and relatives by their part, not by name: the chain seals the actor and could not forget one.
    label = by.get_role_display() if by.is_portal else by.label
    post_id, now = by.pk, clock.now()
    rows = []
    for new in news:
        if new.kind not in _kinds:
            raise ValueError(f"event kind {new.kind} is not declared")
        subject = new.subject
        rows.append(
            Event(
                at=new.at or now,
                kind=new.kind,
                post_id=post_id,
                actor=label,
                person_id=new.person_id or getattr(subject, "person_id", None),
                area_code=new.area_code or getattr(subject, "area_code", ""),
                subject_type=subject._meta.label_lower,
                subject_id=subject.pk,
                data=dict(new.data),
                reason=new.reason[:500],
                reason_digest=sm3(new.reason.encode()).hex() if new.reason else "",
            )
        )
    bulk.insert(rows)
    return rows
