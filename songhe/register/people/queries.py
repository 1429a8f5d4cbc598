"""Reads of the elder file, always through the post's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access.consent import PURPOSES, active
from songhe.kernel.access.models import Account, Consent, Post, ReadEntry
from songhe.kernel.access.reads import label_of
from songhe.kernel.access.roles import PORTAL
from songhe.kernel.areas import queries as areas
from songhe.kernel.crypto import blind_index
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.intervals import in_force
from songhe.kernel.registry import file_panels

from .actions.accounts import obstacle
from .models import CareLevel, Cover, Diagnosis, Person, Relative, Stay
from .rules import HUKOU_OUTSIDE


def person_of(pk: UUID, post: Post) -> Person:
    """One elder, or Missing: not there and not there for this post look the same."""
    person: Person | None = Person.objects.visible_to(post).filter(pk=pk).first()
    if person is None:
        raise Missing(_("没有找到该长者，或不在您的管辖范围内"))
    return person


def by_number(number: str, post: Post) -> Person | None:
    """The elder with this identity number, where the post sees her."""
    rows = Person.objects.visible_to(post).filter(identity_index=blind_index(number, "identity"))
    return rows.first()  # type: ignore[no-any-return]


def relative_of(pk: UUID, post: Post) -> Relative:
    """One relative with the elder, or Missing."""
    found: Relative | None = Relative.objects.visible_to(post).select_related("person").filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到该家属"))
    return found


def hukou_name(code: str) -> str:
    """Where somebody is registered, in words."""
    return _(HUKOU_OUTSIDE[code]) if code in HUKOU_OUTSIDE else areas.name_of(code)


def levels_in_force(ids: Iterable[UUID], post: Post, on: date | None = None) -> dict[UUID, list[CareLevel]]:
    """The care levels that hold on a day (today), by person; one query."""
    held = CareLevel.objects.visible_to(post).filter(in_force(on or clock.today()), person__in=list(ids))
    found: dict[UUID, list[CareLevel]] = {}
    for level in sorted(held, key=_official_first):
        found.setdefault(level.person_id, []).append(level)
    return found


def _official_first(level: CareLevel) -> tuple[int, int]:
    """The city's scheme before the others, the newest first."""
    return list(CareLevel.Scheme).index(CareLevel.Scheme(level.scheme)), -level.starts.toordinal()


@dataclass(frozen=True)
class ConsentLine:
    """A consent as the page shows it."""

    consent: Consent
    purpose: str
    state: str
    tone: str

    @property
    def running(self) -> bool:
        """Whether it opens anything today."""
        return self.tone == "ok"


def consents(person_id: UUID, post: Post) -> list[ConsentLine]:
    """The consents of a person, newest first, each with the state it is in today."""
    today = clock.today()
    return [_line(c, today) for c in Consent.objects.visible_to(post).filter(person_id=person_id)]


def _line(consent: Consent, today: date) -> ConsentLine:
    if consent.withdrawn_at is not None:
        state, tone = _("已撤回"), "mute"
    elif consent.ends is not None and consent.ends <= today:
        state, tone = _("已到期"), "mute"
    elif consent.starts > today:
        state, tone = _("未生效"), "info"
    else:
        state, tone = _("有效"), "ok"
    return ConsentLine(consent, _(PURPOSES.get(consent.purpose, consent.purpose)), state, tone)


def overview(person: Person, post: Post) -> dict[str, Any]:
    """What hangs on the person, a query each; what the post's role may not see is empty."""
    today = clock.today()
    levels = sorted(CareLevel.objects.visible_to(post).filter(person=person), key=_official_first)
    held = [v for v in levels if v.starts <= today and (v.ends is None or v.ends > today)]
    stays = list(Stay.objects.visible_to(post).filter(person=person))
    return {
        "relatives": list(Relative.objects.visible_to(post).filter(person=person)),
        "consents": consents(person.pk, post),
        "levels": levels,
        "held": held,
        "covers": list(Cover.objects.visible_to(post).filter(person=person)),
        "stays": stays,
        "away": next((s for s in stays if s.ends is None), None),
        "diagnoses": list(Diagnosis.objects.visible_to(post).filter(person=person)),
    }


@dataclass(frozen=True)
class SignInLine:
    """Who may sign in for this elder: herself or a relative, with the account she has or what stands against one."""

    holder_id: UUID
    name: str
    relation: str
    account: Account | None
    since: date | None
    against: Refused | None


def sign_ins(person: Person, post: Post) -> list[SignInLine]:
    """The elder herself and her relatives, each with the account in force today. Three queries."""
    relatives = list(Relative.objects.visible_to(post).filter(person=person))
    ids = [person.pk, *(r.pk for r in relatives)]
    held = Post.objects.filter(in_force(clock.today()), role__in=PORTAL, holder_id__in=ids, account__is_active=True)
    by_holder = {p.holder_id: p for p in held.select_related("account").order_by("starts", "pk")}
    agreed = set(active("family_view").filter(person_id=person.pk).values_list("recipient_id", flat=True))
    found = []
    for relative in (None, *relatives):
        who = relative or person
        current = by_holder.get(who.pk)
        found.append(
            SignInLine(
                who.pk, who.name, relative.relation if relative else _("本人"), current.account if current else None,
                current.starts if current else None, obstacle(person, relative, who.pk in agreed),
            )
        )  # fmt: skip
    return found


def sign_in_of(person: Person, holder_id: UUID, post: Post) -> SignInLine:
    """One line of :func:`sign_ins`, or Missing."""
    for line in sign_ins(person, post):
        if line.holder_id == holder_id:
            return line
    raise Missing(_("没有找到该家属"))


@dataclass(frozen=True)
class Look:
    """One line of the record of looks 查阅记录."""

    at: datetime
    reader: str
    what: str
    purpose: str
    fields: list[str]


FIELD_NAMES = {"identity_number": "身份证号", "phone": "电话", "address": "常住地址", "hukou_address": "户籍地址"}


def looks(person_id: UUID, post: Post, *, limit: int = 50, skip: int = 0) -> list[Look]:
    """Who looked at a person, newest first: for herself, her family, and those who answer for it."""
    rows = ReadEntry.objects.visible_to(post).filter(person_id=person_id).order_by("-at", "-id")
    return [
        Look(r.at, r.reader, _(label_of(r.what)), r.purpose, [_(FIELD_NAMES.get(f, f)) for f in r.fields])
        for r in rows[skip : skip + limit]
    ]


def panels(person: Person, post: Post) -> list[Mapping[str, Any]]:
    """The sections of other rooms, in their order: title, template, and what the template draws from."""
    found: list[Mapping[str, Any]] = []
    for panel in sorted(file_panels.values(), key=lambda p: p.order):
        if post.role not in panel.roles:
            continue
        context = panel.context(person, post)
        if context is not None:
            found.append({**context, "title": panel.title, "template": panel.template})
    return found
