"""Reads of the window: people, what is in hand for them, what they could ask for, what they are entitled to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.errors import Missing
from songhe.kernel.events import queries as events
from songhe.kernel.events.models import Event
from songhe.kernel.process.models import Case
from songhe.kernel.registry import CaseFace, Entitled, Offer, case_faces, entitlements, intake
from songhe.register.people.models import Person
from songhe.register.people.search import search
from songhe.register.sites.models import Organisation

from .models import HelpRequest

#: How many people a window needs to see: beyond that the search was too wide.
FOUND = 20


def find(post: Post, text: str) -> list[Person]:
    """People in the post's sight who fit what was typed: a name, pinyin, an identity number, a telephone."""
    rows = search(Person.objects.visible_to(post), text)
    return list(rows.order_by("pinyin", "pk")[: FOUND + 1])


def person(post: Post, pk: UUID) -> Person:
    """One person within the post's scope."""
    found: Person | None = Person.objects.visible_to(post).filter(pk=pk).first()
    if found is None:
        raise Missing("没有找到该长者，或不在您的管辖范围内")
    return found


@dataclass(frozen=True)
class InHand:
    """A case of a person that is not closed, as a line."""

    process: str
    case: Case
    words: str


def in_hand(post: Post, person_id: UUID) -> list[InHand]:
    """Cases of a person that are open, of every kind that the post may see; a query per kind."""
    found = []
    for process, face in case_faces.items():
        if not any(f.name == "person" for f in face.model._meta.get_fields()):
            continue
        rows = face.model.objects.visible_to(post).select_related(*face.related)
        rows = rows.filter(person_id=person_id, state__in=face.model.process.open_states())
        for case in rows.order_by("-opened_at")[:10]:
            found.append(InHand(process, case, face.summary(case, post) if face.summary else face.title))
    return sorted(found, key=lambda h: h.case.opened_at, reverse=True)


@dataclass(frozen=True)
class Chance:
    """A request that a person could hand in now, and what stands against it."""

    key: str
    offer: Offer
    against: Sequence[Because]
    notes: Sequence[Because]


def chances(post: Post, who: Person) -> list[Chance]:
    """Every request of the window, with what stands against it for this person today."""
    offers = sorted(((k, o) for k, o in intake.items() if post.role in o.roles), key=lambda pair: pair[1].order)
    return [Chance(key, offer, *offer.check(who, {}, post)) for key, offer in offers]


def offer(post: Post, key: str) -> Offer:
    """One request of the window that the post's role may take in."""
    if key not in intake or post.role not in intake.get(key).roles:
        raise Missing("窗口没有这个事项，或您的岗位不受理")
    return intake.get(key)


def entitled(post: Post, who: Person) -> list[Entitled]:
    """What a person is entitled to and what not, each with its reasons; the former first."""
    answers = [e for ask in entitlements.values() for e in ask(who.pk, post)]
    return sorted(answers, key=lambda e: not e.entitled)


def filed(post: Post, process: str, pk: UUID) -> tuple[CaseFace, Any, Offer]:
    """A case that was handed in, with the offer it came from."""
    if process not in case_faces or process not in intake:
        raise Missing("没有这类办件")
    face = case_faces.get(process)
    case = face.model.objects.visible_to(post).select_related(*face.related).filter(pk=pk).first()
    if case is None:
        raise Missing("没有找到该办件，或它不在您的管辖范围内")
    return face, case, intake.get(process)


def calls(post: Post, limit: int = 8) -> list[HelpRequest]:
    """Calls for help that wait, the oldest first."""
    rows = HelpRequest.objects.visible_to(post).filter(state="waiting").select_related("person")
    return list(rows.order_by("due_on", "pk")[:limit])


def talks_today(post: Post, limit: int = 10) -> list[Event]:
    """Consultations that this post recorded today, the newest first."""
    rows = Event.objects.unscoped("a clerk's own record of the day").filter(
        kind="intake.consulted", at__gte=clock.midnight(clock.today()), post_id=post.pk
    )
    return list(rows.order_by("-at", "-id")[:limit])


def talks_with(who: Person, post: Post, limit: int = 5) -> list[events.Moment]:
    """Earlier consultations with a person who was opened through her scope."""
    return [m for m in events.timeline(who.pk, post, limit=60) if m.kind == "intake.consulted"][:limit]


def office_of(area_code: str) -> Organisation | None:
    """The street office that answers for an area."""
    town = area_code[:9] + "000"
    return Organisation.objects.filter(kind=Organisation.Kind.OFFICE, area_code=town).order_by("pk").first()
