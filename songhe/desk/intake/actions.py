"""The writers of the window: calls for help, consultations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import events, guards
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL
from songhe.kernel.errors import Forbidden, Missing
from songhe.kernel.events.models import Event
from songhe.kernel.identity import valid_phone
from songhe.kernel.process.firing import fire, open_cases
from songhe.register.people.models import Person

from .access import WINDOW
from .models import HelpRequest


@dataclass(frozen=True)
class Call:
    """What an elder or her family wants to ask, and the number to ring back."""

    person: Person
    topic: str = HelpRequest.Topic.OTHER
    words: str = ""
    phone: str = ""


def ask_for_help(calls: Sequence[Call], *, by: Post) -> list[HelpRequest]:
    """Register calls for help. Who asked already finds the call that is waiting: asking twice is no mistake."""
    if by.role not in PORTAL:
        raise Forbidden(_("请长者或家属登录后求助；窗口人员可直接登记咨询"))
    ids = [c.person.pk for c in calls]
    if Person.objects.visible_to(by).filter(pk__in=ids).count() != len(set(ids)):
        raise Missing(_("没有找到该长者"))
    with guards.explained(), transaction.atomic():
        waiting = {
            r.person_id: r
            for r in HelpRequest.objects.unscoped("the people were seen by the post").filter(
                person_id__in=ids, state="waiting"
            )
        }
        news = {
            c.person.pk: HelpRequest(
                person=c.person, topic=c.topic, words=c.words.strip(), asked_by=by.account.name,
                phone=valid_phone(c.phone) if c.phone.strip() else c.person.phone, area_code=c.person.area_code,
            )
            for c in calls
            if c.person.pk not in waiting
        }
        open_cases(list(news.values()), by=by, data={r.pk: {"topic": r.topic} for r in news.values()})
    return [waiting.get(pid) or news[pid] for pid in ids]


def answer(calls: HelpRequest | Sequence[HelpRequest], *, by: Post, reason: str) -> list[HelpRequest]:
    """Register that somebody rang back, and what was said."""
    return fire(calls, "answer", by=by, reason=reason)


@dataclass(frozen=True)
class Consultation:
    """A question answered at the window: about what, what was answered, about whom if it is known."""

    topic: str
    answer: str
    person: Person | None = None


@transaction.atomic
def record_consultations(talks: Sequence[Consultation], *, by: Post) -> list[Event]:
    """Record consultations 咨询. One about nobody in particular is on record under the clerk's own post."""
    if by.role not in WINDOW:
        raise Forbidden(_("您的岗位（%(role)s）不登记咨询") % {"role": by.get_role_display()})
    ids = {t.person.pk for t in talks if t.person}
    if Person.objects.visible_to(by).filter(pk__in=ids).count() != len(ids):
        raise Missing(_("没有找到该长者，或不在您的管辖范围内"))
    return events.record_many(
        [
            events.New(
                "intake.consulted", t.person or by, person_id=t.person.pk if t.person else None,
                area_code=t.person.area_code if t.person else by.area_code, data={"topic": t.topic}, reason=t.answer.strip(),
            )
            for t in talks
        ],
        by=by,
    )


def forget(person_ids: list[UUID], on: date) -> int:
    """Erase what was said and the number; that somebody asked, and when, stays."""
    rows = HelpRequest.objects.unscoped("erasing on request or after the retention")
    return rows.filter(person_id__in=person_ids).update(words="", phone="", asked_by="")
