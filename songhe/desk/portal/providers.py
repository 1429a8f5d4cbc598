"""Providers under contract, the nearest to her home first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.care.assessment.models import Assessment
from songhe.care.ltci import actions as ltci
from songhe.care.ltci.models import Enrolment
from songhe.delivery.plans.access import require_may_act
from songhe.engines.geo import haversine_metres
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.process.firing import fire
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation


@dataclass(frozen=True)
class Near:
    """A provider with its distance from her home in metres; ``declined`` where it could not take her before."""

    organisation: Organisation
    metres: int | None
    declined: bool

    @property
    def distance(self) -> str:
        """「约 300 米」, 「约 1.2 公里」."""
        if self.metres is None:
            return ""
        if self.metres < 1000:
            return _("约 %(n)d 米") % {"n": max(50, round(self.metres, -1))}
        return _("约 %(n).1f 公里") % {"n": self.metres / 1000}


def choosing(post: Post, person: Person) -> Enrolment | None:
    """The service relation that waits for a choice, if there is one."""
    rows = Enrolment.objects.visible_to(post).filter(person=person, state="choosing").select_related("person")
    found: Enrolment | None = rows.order_by("-opened_at").first()
    return found


def near(person: Person, case: Enrolment | None) -> list[Near]:
    """All providers under contract for this form of care, near ones first, those that declined last."""
    form = case.form if case else "home"
    declined = set(case.declined_by) if case else set()
    found = []
    for organisation in ltci.contracted(clock.today(), form):
        metres = None
        if None not in (person.lng, person.lat, organisation.lng, organisation.lat):
            home, place = (person.lng, person.lat), (organisation.lng, organisation.lat)
            metres = round(haversine_metres(home, place))  # type: ignore[arg-type]
        found.append(Near(organisation, metres, str(organisation.pk) in declined))
    return sorted(found, key=lambda n: (n.declined, n.metres is None, n.metres or 0, n.organisation.name))


@transaction.atomic
def choose(person: Person, provider_id: str, *, by: Post) -> Enrolment:
    """Choose a provider; where no service relation is open yet, it is opened first."""
    require_may_act({person.pk}, by)
    case = choosing(by, person)
    chosen = next((n for n in near(person, case) if str(n.organisation.pk) == provider_id), None)
    if chosen is None:
        raise Refused("portal.provider", _("请从名单中选一家机构"), field="provider")
    if case is None:
        rows = Assessment.objects.visible_to(by).filter(person=person, state__in=("concluded", "delivered"))
        concluded = rows.order_by("-concluded_on").values_list("pk", flat=True).first()
        case = ltci.request([ltci.Request(person, "home", assessment_id=concluded)], by=by)[0]
    return fire(case, "choose", by=by, data={"provider": chosen.organisation.pk})[0]
