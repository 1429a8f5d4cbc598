"""Who sees plans, and through them, people."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from songhe.kernel.access import consent, rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import in_area, own_organisation
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden
from songhe.register.people.models import Person, Relative

from .models import CarePlan, Slot


def own_or_relative(field: str = "person_id") -> rights.RowRule:
    """An elder's own rows; a relative's, while the right and the elder's consent last."""

    def rule(post: Post) -> Q | None:
        if not post.holder_id:
            return None
        if post.role == Role.ELDER:
            return Q(**{field: post.holder_id})
        seen = Relative.objects.unscoped("scopes of relatives").filter(pk=post.holder_id, may_view=True).filter(
            pk__in=consent.active("family_view").filter(recipient_id=post.holder_id).values("recipient_id"),
            person_id__in=consent.active("family_view").filter(recipient_id=post.holder_id).values("person_id"),
        )
        return Q(**{f"{field}__in": seen.values("person_id")})

    return rule


def require_may_act(person_ids: set[UUID], by: Post) -> None:
    """Refuse a relative who acts for an elder without the file and her consent saying so."""
    if by.role != Role.FAMILY:
        return
    relative_id = by.holder_id or UUID(int=0)
    named = Relative.objects.unscoped("may this relative act for these elders").filter(
        pk=relative_id, person_id__in=list(person_ids), may_act=True
    )
    ids = set(named.values_list("person_id", flat=True))
    if person_ids - (ids & consent.allowed(person_ids, "family_act", relative_id)):
        raise Forbidden("长者未授权您代办。请由长者本人登录，或到街镇受理窗口登记「家属代办」知情同意后再办理。")


_OFFICE = (Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR, Role.DOCTOR)
# Carers and nurses see the plans of the people on their lists: that is said by the visits.
_PROVIDER = (Role.COORDINATOR, Role.HOME)
_PORTAL = (Role.ELDER, Role.FAMILY)

rights.rows(
    CarePlan,
    {**dict.fromkeys(_OFFICE, in_area()), **dict.fromkeys(_PROVIDER, own_organisation("provider_id")),
     **dict.fromkeys(_PORTAL, own_or_relative())},
)
rights.rows(
    Slot,
    {**dict.fromkeys(_OFFICE, in_area("plan__area_code")),
     **dict.fromkeys(_PROVIDER, own_organisation("plan__provider_id")),
     **dict.fromkeys(_PORTAL, own_or_relative("plan__person_id"))},
)


def _served(post: Post) -> Q | None:
    """People whom the post's provider serves under a plan that is being made or runs."""
    if not post.organisation_id:
        return None
    plans = CarePlan.objects.unscoped("scopes of providers").filter(
        provider_id=post.organisation_id, state__in=["draft", "proposed", "active"]
    )
    return Q(pk__in=plans.values("person_id"))


rights.rows(Person, dict.fromkeys(_PROVIDER, _served))
