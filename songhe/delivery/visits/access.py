"""Who sees visits and their evidence; and the people a carer goes to."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from songhe.delivery.plans.access import own_or_relative
from songhe.delivery.plans.models import CarePlan, Slot
from songhe.kernel import clock
from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import in_area, own_organisation, own_rows
from songhe.kernel.access.roles import Role
from songhe.register.people.models import Person

from .models import Evidence, Punch, Visit

_OFFICE = (Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR)
_DESK = (Role.COORDINATOR, Role.HOME)
_FIELD = (Role.CARER, Role.NURSE)
_PORTAL = (Role.ELDER, Role.FAMILY)
WEEK = timedelta(days=7)

rights.rows(
    Visit,
    {**dict.fromkeys(_OFFICE, in_area()), **dict.fromkeys(_DESK, own_organisation("provider_id")),
     **dict.fromkeys(_FIELD, own_rows("carer_id")), **dict.fromkeys(_PORTAL, own_or_relative())},
)
for _model in (Punch, Evidence):
    rights.rows(
        _model,
        {**dict.fromkeys((Role.BUREAU, Role.INSURER, Role.AUDITOR), in_area("visit__area_code")),
         **dict.fromkeys(_DESK, own_organisation("visit__provider_id")),
         **dict.fromkeys(_FIELD, own_rows("visit__carer_id")),
         **dict.fromkeys(_PORTAL, own_or_relative("visit__person_id"))},
    )


def _on_my_list(field: str) -> rights.RowRule:
    """A carer sees what concerns the people on her list, from a week ago to a week ahead, and nobody else."""

    def rule(post: Post) -> Q | None:
        if not post.holder_id:
            return None
        today = clock.today()
        visits = Visit.objects.unscoped("scopes of carers").filter(
            carer_id=post.holder_id, day__range=(today - WEEK, today + WEEK)
        )
        return Q(**{f"{field}__in": visits.values("person_id" if field == "pk" else "plan_id")})

    return rule


rights.rows(Person, dict.fromkeys(_FIELD, _on_my_list("pk")))
rights.rows(CarePlan, dict.fromkeys(_FIELD, _on_my_list("id")))
rights.rows(Slot, dict.fromkeys(_FIELD, _on_my_list("plan_id")))
