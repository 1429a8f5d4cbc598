"""Reads of the case page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.kernel.errors import Missing
from songhe.kernel.events import queries as events
from songhe.kernel.events.queries import Moment
from songhe.kernel.process.firing import refusals
from songhe.kernel.process.models import Case
from songhe.kernel.process.table import Step
from songhe.kernel.registry import CaseFace, case_faces


@dataclass(frozen=True)
class Button:
    """A step that the post's role may take from here, and what stands against it now."""

    step: Step
    against: list[Because]


def face_of(process: str) -> CaseFace:
    """How cases of a process look; 404 where there is no such process."""
    if process not in case_faces:
        raise Missing("没有这类办件")
    return case_faces.get(process)


def find(face: CaseFace, pk: UUID, post: Post) -> Case:
    """The case within the post's scope."""
    case: Case | None = face.model.objects.visible_to(post).select_related(*face.related).filter(pk=pk).first()
    if case is None:
        raise Missing("没有找到该办件，或它不在您的管辖范围内")
    return case


def about(case: Case, face: CaseFace, post: Post) -> str:
    """Whom a case is about, or in one line what, where it is about nobody."""
    person = getattr(case, "person", None)
    return str(person.name) if person else face.summary(case, post) if face.summary else ""


def buttons(case: Case, post: Post) -> list[Button]:
    """Buttons of the case page, the main one last, where the eye ends."""
    steps = [s for s in case.process.steps_from(case.state) if post.role in s.who]
    found = [Button(s, refusals(case, s, post)) for s in steps]
    return sorted(found, key=lambda b: (b.step.primary, not b.step.danger))


def moments(case: Case, face: CaseFace, post: Post) -> list[Moment]:
    """The case's timeline, with what hangs on it."""
    ids = [case.pk, *(face.hangers(case) if face.hangers else [])]
    return events.history(ids, portal=post.is_portal)


def by_day(found: Sequence[Moment], title: str = "") -> list[tuple[date, Sequence[Moment]]]:
    """A timeline newest first, its moments under their days.

    ``title`` is the process whose page this is: its name need not stand before every step.
    """
    newest = [replace(m, label=m.label.removeprefix(f"{title}：")) for m in reversed(found)]
    return [(on, list(ms)) for on, ms in groupby(newest, key=lambda m: m.at.astimezone(clock.SHANGHAI).date())]


def panels(case: Case, face: CaseFace, post: Post) -> list[dict[str, Any]]:
    """The app's own sections that have something to say to this post.

    On the portal ``panel_x_portal.html`` stands in for ``panel_x.html`` where an app has one.
    """
    drawn = []
    for template, context in face.panels:
        facts = context(case, post)
        if facts is not None:
            path = PurePosixPath(template)
            names = [str(path.with_stem(f"{path.stem}_portal")), template] if post.is_portal else [template]
            drawn.append({"templates": names, **facts})
    return drawn
