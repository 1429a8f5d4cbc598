"""Levels and what made them: the official one, and both instruments by dimension with reasons."""

from __future__ import annotations

from typing import Any

from songhe.care.assessment import face, rules
from songhe.care.assessment.models import Assessment
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.register.people.models import CareLevel, Person


def official(post: Post, person: Person) -> list[CareLevel]:
    """Official levels, the newest first."""
    rows = CareLevel.objects.visible_to(post).filter(person=person, scheme="shanghai")
    return list(rows.order_by("-starts"))


def of_today(rows: list[CareLevel]) -> CareLevel | None:
    """The one that holds today, else the one that is to begin."""
    today = clock.today()
    holding = [r for r in rows if r.starts <= today and (r.ends is None or today < r.ends)]
    coming = [r for r in rows if r.starts > today and (r.ends is None or r.ends > r.starts)]
    return holding[0] if holding else coming[-1] if coming else None


def last_conclusion(post: Post, person: Person) -> Assessment | None:
    """The newest assessment with a conclusion."""
    rows = Assessment.objects.visible_to(post).filter(person=person, concluded_on__isnull=False)
    found: Assessment | None = rows.order_by("-concluded_on", "-pk").first()
    return found


def sheets(case: Assessment | None, post: Post) -> list[dict[str, Any]]:
    """Both instruments of a concluded case: totals by dimension, the computed level, why."""
    drawn = face.scores(case, post) if case else None
    return list(drawn["sheets"]) if drawn else []


def label(case: Assessment | None) -> str:
    """The official outcome in words."""
    return rules.level_label(case.official_level) if case else ""
