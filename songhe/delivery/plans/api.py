"""Care plans for programs: the list, and one plan with its week."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.screens import keyset

from . import actions, queries
from .listing import READERS
from .models import CarePlan
from .process import PROCESS

router = Router(tags=["plans"])
_SIZE = 50


class Line(Schema):
    """A plan in a list. Minutes are a week's."""

    id: UUID
    number: str
    state: str
    person_id: UUID
    provider_id: UUID
    funding: str
    level: int
    weekly_minutes: int
    starts: date
    ends: date | None
    due_on: date | None
    area_code: str


class Page(Schema):
    """A page of plans, newest first; ``next`` goes into ``after`` of the next call."""

    items: list[Line]
    next: str


class Visit(Schema):
    """One visit a week; weekday 0 is Monday, the visit begins between ``earliest`` and ``latest``."""

    id: UUID
    weekday: int
    earliest: time
    latest: time
    minutes: int
    items: list[int]
    staff_class: str
    carer_id: UUID | None


class One(Line):
    """A plan with its week and who agreed to it."""

    goals: str
    risks: list[str]
    agreed_by: str
    agreed_at: datetime | None
    slots: list[Visit]


def _post(request: HttpRequest) -> Post:
    post: Post = request.post  # type: ignore[attr-defined]
    if post.role not in READERS | PORTAL:
        raise Forbidden("您的岗位无权读取照护计划")
    return post


@router.get("", response=Page, summary="照护计划")
def plans(request: HttpRequest, state: str = "", person: UUID | None = None, after: str = "") -> dict[str, Any]:
    """Plans that the post sees, newest first."""
    post = _post(request)
    rows = CarePlan.objects.visible_to(post)
    if state:
        if state not in PROCESS.by_state:
            raise Refused("api.value", f"state 没有「{state[:20]}」这个取值", field="state")
        rows = rows.filter(state=state)
    if person:
        rows = rows.filter(person_id=person)
    page = keyset.page(rows, ["-opened_at", "-id"], cursor=after, size=_SIZE, count_to=0)
    reads.log(post, (p.person_id for p in page.rows), what="api")
    return {"items": page.rows, "next": page.next}


@router.get("/{uuid:plan_id}", response=One, summary="一份照护计划")
def plan(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """One plan with its week. 404 for a plan that the post does not see."""
    post = _post(request)
    found = queries.find(plan_id, post)
    reads.log(post, [found.person_id], what="api")
    names = [n for n in One.model_fields if n != "slots"]
    return {**{n: getattr(found, n) for n in names}, "slots": actions.slots_of([found])[found.pk]}
