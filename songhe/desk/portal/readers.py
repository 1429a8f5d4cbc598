"""谁看过我的档案: the record of looks, by day, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access.models import Post, ReadEntry
from songhe.kernel.access.reads import label_of
from songhe.kernel.screens import keyset
from songhe.register.people.models import Person

SIZE = 40


@dataclass(frozen=True)
class Look:
    """One look in words: when, who, at what, for what."""

    at: str
    reader: str
    what: str
    purpose: str


@dataclass(frozen=True)
class Page:
    """Looks by day with the addresses of the pages beside it."""

    days: Sequence[tuple[date, Sequence[Look]]]
    next: str
    previous: str
    total: int
    capped: bool


def page(post: Post, person: Person, cursor: str) -> Page:
    """One page of the record; two queries."""
    rows = ReadEntry.objects.visible_to(post).filter(person_id=person.pk)
    found = keyset.page(rows, ["-at", "-id"], cursor=cursor, size=SIZE)
    days = [
        (on, [_look(e) for e in entries])
        for on, entries in groupby(found.rows, key=lambda e: e.at.astimezone(clock.SHANGHAI).date())
    ]
    return Page(days, found.next, found.previous, found.total, found.total_is_capped)


def _look(entry: ReadEntry) -> Look:
    what = _(label_of(entry.what))
    if entry.fields:
        what = f"{what}{_('：')}{_('、').join(_field(name) for name in entry.fields)}"
    return Look(f"{entry.at.astimezone(clock.SHANGHAI):%H:%M}", entry.reader, what, entry.purpose)


def _field(name: str) -> str:
    """The word for a field of the file; the name itself where it is another table's."""
    try:
        return str(Person._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except (FieldDoesNotExist, AttributeError):
        return {"photo": _("照片"), "signature": _("签字"), "document": _("材料")}.get(name, name)
