"""Giving and withdrawing consent 知情同意. A withdrawal closes at once what the consent had opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from songhe.kernel import clock, events, hooks
from songhe.kernel.access.consent import PURPOSES
from songhe.kernel.access.models import Consent, Post
from songhe.kernel.errors import Missing, Refused

from ..access import CONSENT_KEEPERS
from .common import lock, people_of, require, require_living


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent: whose, for what, to whom, which data (``all`` or classes of data), how long.

    ``given_by`` is who agreed: the elder, or a guardian in her place. ``channel`` is how:
    ``window`` 窗口, ``home`` 上门, ``portal`` 线上, ``paper`` 书面.
    """

    person_id: UUID
    purpose: str
    recipient_id: UUID
    recipient_name: str
    given_by: str
    data: Sequence[str] = ("all",)
    starts: date | None = None
    ends: date | None = None
    channel: str = "window"


def give_consents(news: Sequence[NewConsent], *, by: Post) -> list[Consent]:
    """Record consents. Refused where the same one is already in force."""
    require(by, CONSENT_KEEPERS, _("登记知情同意"))
    today = clock.today()
    with transaction.atomic():
        people = lock(people_of(news), by)
        require_living(people.values())
        _require_new(news, today)
        rows = []
        for new in news:
            if new.purpose not in PURPOSES:
                raise ValueError(f"unknown purpose: {new.purpose}")
            starts = new.starts or today
            if new.ends is not None and new.ends <= starts:
                raise Refused("consent.period", _("同意的止日应晚于起日"), field="ends")
            rows.append(
                Consent(
                    person_id=new.person_id, purpose=new.purpose, recipient_id=new.recipient_id,
                    recipient_name=new.recipient_name, data=list(new.data), starts=starts, ends=new.ends,
                    given_by=new.given_by, channel=new.channel,
                )
            )  # fmt: skip
        Consent.objects.bulk_create(rows, batch_size=1000)
        events.record_many([_event("consent.given", c, people[c.person_id].area_code) for c in rows], by=by)
    return rows


def _require_new(news: Sequence[NewConsent], today: date) -> None:
    held = Consent.objects.unscoped("the people are locked by the caller").filter(
        Q(ends__isnull=True) | Q(ends__gt=today), person_id__in=people_of(news), withdrawn_at__isnull=True
    )
    known = set(held.values_list("person_id", "purpose", "recipient_id"))
    for new in news:
        if (new.person_id, new.purpose, new.recipient_id) in known:
            raise Refused(
                "consent.exists",
                _("已有向%(name)s提供信息的有效同意，无需重复登记") % {"name": new.recipient_name},
                remedy=_("如需改变范围或期限，请先撤回原同意。"),
            )


def withdraw_consents(consent_ids: Iterable[UUID], *, by: Post, reason: str = "") -> list[Consent]:
    """Withdraw consents from this moment. One that is withdrawn already stays as it was."""
    require(by, CONSENT_KEEPERS, _("撤回知情同意"))
    wanted = set(consent_ids)
    at = clock.now()
    with transaction.atomic():
        rows = list(Consent.objects.visible_to(by).filter(pk__in=wanted))
        if len(rows) != len(wanted):
            raise Missing(_("没有找到该同意书"))
        people = lock(people_of(rows), by)
        running = [c for c in rows if c.withdrawn_at is None]
        for consent in running:
            consent.withdrawn_at = at
        Consent.objects.unscoped("seen by the post").filter(pk__in=[c.pk for c in running]).update(withdrawn_at=at)
        events.record_many(
            [_event("consent.withdrawn", c, people[c.person_id].area_code, reason) for c in running], by=by
        )
        hooks.call("consent.withdrawn", [c.pk for c in running], by=by, at=at)
    return rows


def _event(kind: str, consent: Consent, area: str, reason: str = "") -> events.New:
    data = {"purpose": consent.purpose, "recipient": str(consent.recipient_id)}
    return events.New(kind, consent, person_id=consent.person_id, area_code=area, data=data, reason=reason)
