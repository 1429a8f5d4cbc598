"""What a carer's phone needs to know: her visits of yesterday's end, today and tomorrow, as plain data.

The pages draw it and keep it on the phone, so that a day can be served without a network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from math import atan2, ceil, cos, degrees, radians
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.delivery import catalogue
from songhe.engines.geo import haversine_metres
from songhe.kernel import clock, policy
from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as areas
from songhe.kernel.crypto import sm3
from songhe.kernel.errors import Missing
from songhe.register.people.models import Person, Relative
from songhe.register.workforce.models import Worker

from . import limits, vitals
from .choosing import DETOUR, Point
from .models import Visit
from .process import PROCESS
from .rules import FLAGS

_COLUMNS = (
    "day", "state", "planned_start", "planned_minutes", "items", "done_items", "started_at", "ended_at", "minutes",
    "flags", "signed", "person__name", "person__sex", "person__birth_date", "person__death_date", "person__address",
    "person__phone", "person__area_code", "person__lng", "person__lat", "person__living", "person__language", "plan__risks",
)
#: Nothing more is to be done at the door.
OVER = frozenset({"done", "cancelled"})
_WINDS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")


@dataclass(frozen=True)
class Contact:
    """Somebody to call: a relative of the elder."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class Stop:
    """One visit as the phone shows it. Times are Shanghai wall time, ``home`` is (lng, lat) in WGS-84."""

    id: str
    person_id: str
    url: str
    day: str
    start: str
    minutes: int
    state: str
    name: str
    about: str
    area: str
    address: str
    phone: str
    notes: tuple[str, ...]
    items: tuple[int, ...]
    done_items: tuple[int, ...]
    home: Point | None
    started: str
    ended: str
    served: int | None
    flags: tuple[str, ...]
    signed: bool
    way: str = ""
    contacts: tuple[Contact, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in OVER

    @property
    def item_names(self) -> list[str]:
        """The planned items in words."""
        return catalogue.names(self.items)

    @property
    def state_row(self) -> Any:
        """The state with its word and tone."""
        return PROCESS.by_state[self.state]


def day_of(post: Post) -> list[Stop]:
    """The carer's visits of today and tomorrow in their order, and older ones that were never checked out of."""
    today = clock.today()
    near = Q(day__in=[today, today + timedelta(days=1)]) | Q(day__range=(today - timedelta(days=7), today), state="started")
    return _stops(_rows(post).filter(near).order_by("day", "planned_start", "id"), post)


def one(post: Post, pk: UUID) -> Stop:
    """One visit on the carer's own list; Missing for everybody else's."""
    stops = _stops(_rows(post).filter(pk=pk), post)
    if not stops:
        raise Missing("没有找到该次服务，或它不在您的名下")
    return stops[0]


def _rows(post: Post) -> QuerySet[Visit]:
    rows: QuerySet[Visit] = Visit.objects.visible_to(post).select_related("person", "plan").only(*_COLUMNS)
    return rows


def _stops(rows: Iterable[Visit], post: Post) -> list[Stop]:
    visits = list(rows)
    contacts = _contacts(visits, post)
    speed = float(policy.value("visits.travel_speed_kmh", on=clock.today()).value)
    place, day = _base(post) if visits else None, None
    found = []
    for visit in visits:
        stop = replace(_stop(visit, post), contacts=tuple(contacts.get(visit.person_id, ())))
        first = visit.day != day
        found.append(replace(stop, way=_way(place, stop.home, speed, first=first)))
        place, day = stop.home or place, visit.day
    return found


def _stop(visit: Visit, post: Post) -> Stop:
    person: Person = visit.person
    start = visit.planned_start.astimezone(clock.SHANGHAI)
    home = (person.lng, person.lat) if person.lng is not None and person.lat is not None else None
    return Stop(
        id=str(visit.pk), person_id=str(person.pk), url=reverse("visits:phone", args=[visit.pk]), day=visit.day.isoformat(),
        start=f"{start:%H:%M}", minutes=visit.planned_minutes, state=visit.state, name=person.name,
        about=_("%(sex)s，%(age)d 岁") % {"sex": _(person.get_sex_display()), "age": person.age},
        area=areas.name_of(person.area_code), address=areas.beyond_town(person.area_code, rights.shown(person, "address", post)),
        phone=rights.shown(person, "phone", post), notes=_notes(visit), items=tuple(visit.items),
        done_items=tuple(visit.done_items), home=home, started=_time(visit.started_at), ended=_time(visit.ended_at),
        served=visit.minutes, flags=tuple(_(FLAGS.get(f, f)) for f in visit.flags), signed=visit.signed,
    )


def _time(moment: Any) -> str:
    return f"{moment.astimezone(clock.SHANGHAI):%H:%M}" if moment else ""


def _notes(visit: Visit) -> tuple[str, ...]:
    """What to mind at this door: the risks of the plan, who lives alone, in which language to speak."""
    person: Person = visit.person
    notes = [str(risk) for risk in visit.plan.risks]
    if person.living in (Person.Living.ALONE, Person.Living.LONE):
        notes.append(_(person.get_living_display()))
    if person.language != Person.Language.MANDARIN:
        notes.append(_("讲%(language)s") % {"language": _(person.get_language_display())})
    return tuple(dict.fromkeys(notes))


def _contacts(visits: Sequence[Visit], post: Post) -> dict[UUID, list[Contact]]:
    rows = Relative.objects.visible_to(post).filter(person__in={v.person_id for v in visits}, is_emergency=True)
    found: dict[UUID, list[Contact]] = {}
    for relative in rows.order_by("position", "id"):
        phone = rights.shown(relative, "phone", post)
        if phone:
            found.setdefault(relative.person_id, []).append(Contact(relative.name, relative.relation, phone))
    return found


def _base(post: Post) -> Point | None:
    """Where the carer sets out in the morning."""
    rows = Worker.objects.unscoped("the carer herself").filter(pk=post.holder_id)
    lng, lat = rows.values_list("lng", "lat").first() or (None, None)
    return (lng, lat) if lng is not None and lat is not None else None


def _way(here: Point | None, there: Point | None, speed_kmh: float, *, first: bool) -> str:
    """How far and which way, in words: an estimate over the straight line, never a route."""
    if here is None or there is None:
        return ""
    metres = haversine_metres(here, there) * DETOUR
    minutes = max(1, ceil(metres / (speed_kmh * 1000 / 60)))
    length = _("约 %(km).1f 公里") % {"km": metres / 1000} if metres >= 950 else _("约 %(m)d 米") % {"m": max(50, round(metres / 50) * 50)}
    east, north = (there[0] - here[0]) * cos(radians(here[1])), there[1] - here[1]
    wind = _(_WINDS[round(degrees(atan2(east, north)) / 45) % 8])
    start = _("从出发点") if first else _("从上一家")
    return _("%(start)s向%(wind)s%(length)s，骑行约 %(minutes)d 分钟") % {
        "start": start, "wind": wind, "length": length, "minutes": minutes,
    }


def version(stops: Sequence[Stop]) -> str:
    """Changes when anything on the list does."""
    return sm3(json.dumps([asdict(s) for s in stops], ensure_ascii=False).encode()).hex()[:16]


def owner(post: Post) -> str:
    """Whose data these are: what is kept on a phone belongs to one account in one post."""
    return f"{post.account_id}:{post.pk}"


def kit(post: Post, stops: Sequence[Stop]) -> dict[str, Any]:
    """Everything the scripts of the pages need, as JSON."""
    now = clock.now()
    bounds = limits.on(now.date())
    known = vitals.ranges(now.date())
    return {
        "owner": owner(post), "at": now.isoformat(), "day": now.date().isoformat(), "version": version(stops),
        "fence": bounds.fence, "accuracy": bounds.accuracy,
        "vitals": [{"key": v.key, "name": _(v.name), "unit": v.unit, "range": known[v.key]} for v in vitals.VITALS],
        "states": {s.name: _(s.label) for s in PROCESS.by_state.values()},
        "items": {i.number: i.name for i in catalogue.items()},
        "stops": [asdict(s) for s in stops],
    }


def parted(stops: Sequence[Stop], today: date) -> dict[str, Any]:
    """The list as the page shows it: what is next, what is to do, what is over, what comes tomorrow."""
    now = [s for s in stops if s.day <= today.isoformat()]
    to_do = [s for s in now if not s.over]
    ready = [s for s in to_do if s.state == "started"] or [s for s in to_do if s.state == "assigned"]
    return {
        "next": ready[0] if ready else None, "to_do": to_do, "over": [s for s in now if s.over],
        "tomorrow": [s for s in stops if s.day > today.isoformat()],
    }
