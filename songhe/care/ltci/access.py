"""Who sees enrolments, statements and lines."""

from __future__ import annotations

from django.db.models import Q

from songhe.delivery.plans.access import own_or_relative
from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import in_area, own_organisation
from songhe.kernel.access.roles import Role
from songhe.register.people.models import Person

from .models import ClaimLine, Enrolment, Pause, PaymentFile, Statement

_OFFICE = (Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR)
_MONEY = (Role.BUREAU, Role.INSURER, Role.AUDITOR)
_PROVIDER = (Role.COORDINATOR, Role.HOME)
_PORTAL = (Role.ELDER, Role.FAMILY)

rights.rows(
    Enrolment,
    {**dict.fromkeys(_OFFICE, in_area()), **dict.fromkeys(_PROVIDER, own_organisation("provider_id")),
     **dict.fromkeys(_PORTAL, own_or_relative())},
)
rights.rows(
    Statement,
    {**dict.fromkeys(_MONEY, in_area()), **dict.fromkeys(_PROVIDER, own_organisation("provider_id"))},
)
rights.rows(
    Pause,
    {**dict.fromkeys(_OFFICE, in_area("enrolment__area_code")),
     **dict.fromkeys(_PROVIDER, own_organisation("enrolment__provider_id")),
     **dict.fromkeys(_PORTAL, own_or_relative("enrolment__person_id"))},
)
rights.rows(PaymentFile, dict.fromkeys(_MONEY, in_area()))


def _filed(post: Post) -> Q | None:
    """Elder and family see lines that were filed; a draft is the provider's own paper."""
    own = own_or_relative()(post)
    return None if own is None else own & ~Q(statement__state="drafted")


rights.rows(
    ClaimLine,
    {**dict.fromkeys(_MONEY, in_area("statement__area_code")),
     **dict.fromkeys(_PROVIDER, own_organisation("statement__provider_id")),
     **dict.fromkeys(_PORTAL, _filed)},
)


def _enrolled(post: Post) -> Q | None:
    """People whose service relation names the post's provider: asked, confirmed or served."""
    if not post.organisation_id:
        return None
    rows = Enrolment.objects.unscoped("scopes of providers").filter(
        provider_id=post.organisation_id, state__in=["requested", "confirmed", "serving", "suspended"]
    )
    return Q(pk__in=rows.values("person_id"))


rights.rows(Person, dict.fromkeys(_PROVIDER, _enrolled))
