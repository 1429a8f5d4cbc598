"""Family and guardians 家属与监护人, and what each may see and do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import clock, events
from songhe.kernel.access.models import Consent, Post
from songhe.kernel.crypto import blind_index
from songhe.kernel.errors import Missing
from songhe.kernel.identity import valid_phone

from ..access import RELATIVE_KEEPERS
from ..models import Relative
from .accounts import end_posts
from .common import lock, people_of, require, require_reason

RIGHTS = ("is_guardian", "is_emergency", "may_view", "may_act", "lives_with")


@dataclass(frozen=True, slots=True)
class NewRelative:
    """A relative to be entered. Seeing and acting also need the elder's consent."""

    person_id: UUID
    name: str
    relation: str
    phone: str = ""
    lives_with: bool = False
    is_guardian: bool = False
    is_emergency: bool = False
    may_view: bool = False
    may_act: bool = False
    position: int = 1


def add_relatives(news: Sequence[NewRelative], *, by: Post) -> list[Relative]:
    """Enter relatives of people whom the post sees."""
    require(by, RELATIVE_KEEPERS, _("登记家属"))
    with transaction.atomic():
        people = lock(people_of(news), by)
        rows = [
            Relative(
                person_id=n.person_id, name=n.name.strip(), relation=n.relation.strip(), **_called(n.phone),
                lives_with=n.lives_with, is_guardian=n.is_guardian, is_emergency=n.is_emergency,
                may_view=n.may_view, may_act=n.may_act, position=n.position,
            )
            for n in news
        ]  # fmt: skip
        Relative.objects.bulk_create(rows, batch_size=1000)
        events.record_many(
            [_event("relative.added", r, people[r.person_id].area_code, {"rights": _rights(r)}) for r in rows], by=by
        )
    return rows


def change_relative(relative_id: UUID, changes: Mapping[str, Any], *, by: Post, reason: str = "") -> Relative:
    """Change a relative's particulars or rights. The event tells which rights changed, not who she is."""
    require(by, RELATIVE_KEEPERS, _("修改家属信息"))
    with transaction.atomic():
        relative, area = _locked(relative_id, by)
        before = _rights(relative)
        columns = {**changes, **(_called(changes["phone"]) if "phone" in changes else {})}
        for name, value in columns.items():
            setattr(relative, name, value)
        relative.save(update_fields=list(columns))
        data = {"fields": sorted(changes), "before": before, "after": _rights(relative)}
        events.record_many([_event("relative.changed", relative, area, data, reason)], by=by)
    return relative


def remove_relative(relative_id: UUID, *, by: Post, reason: str) -> None:
    """Take a relative off the file; every consent given to her ends with it, and what her post opened."""
    require(by, RELATIVE_KEEPERS, _("移除家属"))
    reason = require_reason(reason)
    with transaction.atomic():
        relative, area = _locked(relative_id, by)
        given = Consent.objects.unscoped("consents to a relative end with her entry")
        given.filter(recipient_id=relative.pk, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
        end_posts([relative.pk])
        events.record_many([_event("relative.removed", relative, area, {"rights": _rights(relative)}, reason)], by=by)
        relative.delete()


def _locked(relative_id: UUID, by: Post) -> tuple[Relative, str]:
    relative = Relative.objects.visible_to(by).filter(pk=relative_id).first()
    if relative is None:
        raise Missing(_("没有找到该家属"))
    person = lock([relative.person_id], by)[relative.person_id]
    return relative, person.area_code


def _called(phone: str) -> dict[str, str]:
    number = valid_phone(phone) if phone.strip() else ""
    return {"phone": number, "phone_index": blind_index(number, "phone")}


def _rights(relative: Relative) -> list[str]:
    return [name for name in RIGHTS if getattr(relative, name)]


def _event(kind: str, relative: Relative, area: str, data: Mapping[str, Any], reason: str = "") -> events.New:
    return events.New(kind, relative, person_id=relative.person_id, area_code=area, data=data, reason=reason)
