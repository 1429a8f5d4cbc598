"""Who sees plans, and through them, people."""

from __future__ import annotations

from django.db.models import Q

from songhe.kernel.access import consent, rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.access.rights import in_area, own_organisation
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


_OFFICE = (Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR, Role.DOCTOR)
_PROVIDER = (Role.COORDINATOR, Role.HOME, Role.CARER, Role.NURSE)
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


rights.rows(Person, dict.fromkeys((Role.COORDINATOR, Role.HOME), _served))
