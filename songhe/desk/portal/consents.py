"""Consents as the elder gives and withdraws them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from songhe.care.assessment.models import Assessment
from songhe.care.assessment.rules import OPEN
from songhe.care.ltci.models import Enrolment
from songhe.kernel import clock
from songhe.kernel.access.consent import PURPOSES
from songhe.kernel.access.models import Consent, Post
from songhe.kernel.errors import Missing, Refused
from songhe.register.people import actions as people
from songhe.register.people.models import Person, Relative


@dataclass(frozen=True)
class Choice:
    """A consent that may be given or is given. ``key`` names it in a form."""

    purpose: str
    sentence: str
    recipient_id: UUID
    recipient: str
    given: Consent | None = None

    @property
    def key(self) -> str:
        """Purpose and recipient."""
        return f"{self.purpose}:{self.recipient_id}"


def held(post: Post, person: Person) -> list[Consent]:
    """Consents of a person that are in force."""
    today = clock.today()
    rows = Consent.objects.visible_to(post).filter(person_id=person.pk, withdrawn_at__isnull=True, starts__lte=today)
    return [c for c in rows.order_by("purpose", "recipient_name") if c.ends is None or today < c.ends]


def over(post: Post, person: Person) -> list[Consent]:
    """Consents that were withdrawn, the newest first."""
    rows = Consent.objects.visible_to(post).filter(person_id=person.pk, withdrawn_at__isnull=False)
    return list(rows.order_by("-withdrawn_at")[:20])


def choices(post: Post, person: Person) -> list[Choice]:
    """What may be consented to now, and what is consented to already: family, provider, assessing agency."""
    given = {(c.purpose, c.recipient_id): c for c in held(post, person)}
    offered: dict[tuple[str, UUID], str] = {}
    for relative in Relative.objects.visible_to(post).filter(person=person):
        if relative.may_view:
            offered["family_view", relative.pk] = str(relative)
        if relative.may_act:
            offered["family_act", relative.pk] = str(relative)
    enrolled = Enrolment.objects.visible_to(post).filter(person=person, provider__isnull=False).exclude(state="ended")
    for service in enrolled.select_related("provider"):
        offered["care_share", service.provider_id] = service.provider.name
    assessed = Assessment.objects.visible_to(post).filter(person=person, agency__isnull=False, state__in=OPEN)
    for case in assessed.select_related("agency"):
        offered["video", case.agency_id] = case.agency.name
    for (purpose, recipient_id), consent in given.items():
        if recipient_id is not None:
            offered.setdefault((purpose, recipient_id), consent.recipient_name)
    return [
        Choice(purpose, _(PURPOSES[purpose]), rid, name, given.get((purpose, rid)))
        for (purpose, rid), name in offered.items()
        if purpose in PURPOSES
    ]


def withdraw(consent_id: str, *, by: Post, person: Person) -> None:
    """Withdraw one of her consents that are in force; from this moment it opens nothing."""
    wanted = next((c for c in held(by, person) if str(c.pk) == consent_id), None)
    if wanted is None:
        raise Missing(_("没有找到该同意书，可能已经撤回"))
    people.withdraw_consents([wanted.pk], by=by)


def give(key: str, *, by: Post, person: Person) -> Choice:
    """Give one of the consents that are offered."""
    wanted = next((c for c in choices(by, person) if c.key == key and c.given is None), None)
    if wanted is None:
        raise Refused("consent.gone", _("这一项已经同意过，或现在不能同意"), remedy=_("请刷新页面看最新情况。"))
    people.give_consents(
        [people.NewConsent(person.pk, wanted.purpose, wanted.recipient_id, wanted.recipient, given_by=by.account.name,
                           channel="portal")],
        by=by,
    )
    return wanted
