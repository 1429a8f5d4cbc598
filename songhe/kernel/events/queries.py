"""Timelines: what happened to a person, or to one case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .models import Event
from .recording import kind_of, kinds

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post


@dataclass(frozen=True)
class Moment:
    """One line of a timeline."""

    at: datetime
    label: str
    icon: str
    actor: str
    reason: str
    data: dict[str, Any]
    subject_type: str
    subject_id: UUID
    kind: str


def _moments(rows: Iterable[Event]) -> list[Moment]:
    found = []
    for e in rows:
        kind = kind_of(e.kind)
        found.append(
            Moment(e.at, kind.label, kind.icon, e.actor, e.reason, e.data, e.subject_type, e.subject_id, e.kind)
        )
    return found


def _portal_kinds() -> list[str]:
    return [kind.code for kind in kinds().values() if kind.portal]


def timeline(
    person_id: UUID, post: Post, *, limit: int = 50, before: datetime | None = None, skip: int = 0
) -> list[Moment]:
    """What happened to a person, newest first, as ``post`` may read it; ``skip`` pages on.

    The caller has already opened the person through her scope; elder and family
    see the kinds that are declared for the portal.
    """
    rows = Event.objects.unscoped("the person was opened through her own scope").filter(person_id=person_id)
    if before:
        rows = rows.filter(at__lt=before)
    if post.is_portal:
        rows = rows.filter(kind__in=_portal_kinds())
    return _moments(rows.order_by("-at", "-id")[skip : skip + limit])


def history(subject_ids: list[UUID], *, portal: bool = False, limit: int = 200) -> list[Moment]:
    """What happened to these subjects (a case and what hangs on it), oldest first."""
    rows = Event.objects.unscoped("the case was opened through its own scope").filter(subject_id__in=subject_ids)
    if portal:
        rows = rows.filter(kind__in=_portal_kinds())
    return _moments(rows.order_by("at", "id")[:limit])
