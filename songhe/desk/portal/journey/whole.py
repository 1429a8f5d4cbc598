"""All chapters of one elder, in the order in which she goes through them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from songhe.care.assessment.models import Assessment
from songhe.care.assessment.rules import IN_FORCE, OPEN
from songhe.care.ltci.actions import in_view
from songhe.care.ltci.models import Enrolment
from songhe.delivery.plans.models import CarePlan, Slot
from songhe.kernel.access.models import Post
from songhe.kernel.events import queries as events
from songhe.kernel.events.queries import Moment
from songhe.register.people.models import Person

from . import assessing, living, planning, serving
from .stops import Chapter

_PLANS = ("draft", "proposed", "active")


def journey(person: Person, post: Post, *, acts: bool) -> list[Chapter]:
    """Every chapter that has begun; none where nothing was ever applied for.

    ``acts`` says whether this post may act for the elder; otherwise only what is to be looked at is linked.
    """
    cases = _assessments(person, post)
    enrolments = _enrolments(person, post)
    moments = _moments([c.pk for c in (*cases, *enrolments)])
    chapters = [assessing.chapter(c, moments.get(c.pk, []), post) for c in cases]
    concluded = any(c.concluded_on for c in cases)
    if enrolments or concluded:
        view = in_view(person.pk)
        chapters += [serving.chapter(e, moments.get(e.pk, []), view, post) for e in enrolments] or [serving.before(view)]
    chapters += _plans(person, post)
    chapters += [c for c in (living.visits(person, post), living.settlement(person, post)) if c]
    return chapters if acts else [_only_looking(c) for c in chapters]


def _only_looking(chapter: Chapter) -> Chapter:
    stops = [replace(s, links=[link for link in s.links if not link.acts]) for s in chapter.stops]
    return replace(chapter, stops=stops)


def _assessments(person: Person, post: Post) -> list[Assessment]:
    """Those in hand and in force; where there is neither, the last one whatever became of it."""
    rows = Assessment.objects.visible_to(post).filter(person_id=person.pk).order_by("-opened_at", "-pk")
    rows = list(rows.select_related("agency", "assessor_a", "assessor_b", "previous")[:12])
    living_ones = [c for c in rows if c.state in (*OPEN, *IN_FORCE)]
    return list(reversed(living_ones)) or rows[:1]


def _enrolments(person: Person, post: Post) -> list[Enrolment]:
    rows = Enrolment.objects.visible_to(post).filter(person_id=person.pk).select_related("provider", "person")
    rows = list(rows.order_by("-opened_at", "-pk")[:6])
    return [e for e in rows if e.state != "ended"] or rows[:1]


def _plans(person: Person, post: Post) -> list[Chapter]:
    rows = CarePlan.objects.visible_to(post).filter(person_id=person.pk, state__in=_PLANS).select_related("provider")
    plans = list(rows.order_by("opened_at", "pk"))
    slots: dict[UUID, list[Slot]] = {}
    if plans:
        for slot in Slot.objects.visible_to(post).filter(plan__in=[p.pk for p in plans]).order_by("weekday", "earliest"):
            slots.setdefault(slot.plan_id, []).append(slot)
    return [planning.chapter(p, slots.get(p.pk, []), post) for p in plans]


def _moments(ids: list[UUID]) -> dict[UUID, list[Moment]]:
    found: dict[UUID, list[Moment]] = {}
    if ids:
        for moment in events.history(ids, portal=True, limit=400):
            found.setdefault(moment.subject_id, []).append(moment)
    return found


def earlier(person: Person, post: Post) -> list[Assessment]:
    """Assessments that are over, newest first, for the fold 「以前的申请」."""
    rows = Assessment.objects.visible_to(post).filter(person_id=person.pk).exclude(state__in=(*OPEN, *IN_FORCE))
    return list(rows.order_by("-opened_at", "-pk")[:20])


