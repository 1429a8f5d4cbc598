"""Assessments for programs: the same scope, steps, refusals and record of looks as the screens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.screens import keyset

from . import actions, queries, rules
from .listing import LIST, READERS
from .models import Assessment

router = Router(tags=["assessments"])
_SIZE = 50


class Line(Schema):
    """A case in a list. ``level`` is the city's official outcome, -1 for 建议就诊, once concluded."""

    id: UUID
    number: str
    person_id: UUID
    person: str
    kind: str
    state: str
    area_code: str
    agency: str
    green_channel: bool
    due_on: date | None
    level: int | None
    level_name: str
    valid_until: date | None
    opened_at: datetime


class Page(Schema):
    """A page of cases; ``next`` goes into ``after`` of the next call."""

    items: list[Line]
    next: str
    total: int
    total_is_capped: bool


class Computed(Schema):
    """What one instrument says; computed here, never an official outcome."""

    instrument: str
    level: int | None
    level_name: str
    total: int | None
    reasons: list[dict[str, Any]]


class Full(Line):
    """One case with its dates and computed results."""

    accepted_on: date | None
    scheduled_at: datetime | None
    reported_on: date | None
    noticed_on: date | None
    concluded_on: date | None
    delivered_on: date | None
    previous_id: UUID | None
    computed: list[Computed]


class Asked(Schema):
    """An application; handed in at once unless ``draft``."""

    person_id: UUID
    kind: str = "first"
    applicant: str = "self"
    green_channel: bool = False
    discharged_on: date | None = None
    priority: str = ""
    documents: list[str] = []
    self_paid: bool = False
    statement: str = ""
    draft: bool = False


def _post(request: HttpRequest, roles: frozenset[str]) -> Post:
    post: Post = request.post  # type: ignore[attr-defined]
    if post.role not in roles:
        raise Forbidden("您的岗位无权使用评估接口")
    return post


def _line(case: Assessment) -> dict[str, Any]:
    names = ("id", "number", "person_id", "kind", "state", "area_code", "green_channel", "due_on", "valid_until", "opened_at")
    level = case.official_level if case.concluded_on else None
    return {
        **{name: getattr(case, name) for name in names},
        "person": case.person.name, "agency": case.agency.name if case.agency else "",
        "level": level, "level_name": rules.level_label(level),
    }


@router.get("", response=Page, summary="查询评估办件")
def cases(
    request: HttpRequest, q: str = "", state: str = "", town: str = "", agency: str = "", kind: str = "", due: str = "",
    special: str = "", after: str = "",
) -> dict[str, Any]:
    """Search the cases that the post sees. Filters take the values of the screen's filters."""
    post = _post(request, READERS)
    rows = LIST.rows(post)
    if q.strip() and LIST.search:
        rows = LIST.search(rows, q[:60])
    given = {"state": state, "town": town, "agency": agency, "kind": kind, "due": due, "special": special}
    for filter_ in LIST.filters:
        value = given[filter_.key]
        if value and filter_.choices:
            if value not in {known for known, _label in filter_.choices(post)}:
                raise Refused("api.value", f"{filter_.key} 没有「{value[:20]}」这个取值", field=filter_.key)
            rows = filter_.apply(rows, value)
    page = keyset.page(rows, list(LIST.sorts[0].order), cursor=after, size=_SIZE)
    reads.log(post, (c.person_id for c in page.rows), what="api")
    return {
        "items": [_line(c) for c in page.rows], "next": page.next, "total": page.total,
        "total_is_capped": page.total_is_capped,
    }


@router.get("/{uuid:case_id}", response=Full, summary="评估办件")
def case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """One case. 404 for a case that the post does not see; portal posts read results once concluded."""
    post = _post(request, READERS | PORTAL)
    found = queries.one(post, case_id)
    reads.log(post, [found.person_id], what="api", purpose=found.number)
    names = ("accepted_on", "scheduled_at", "reported_on", "noticed_on", "concluded_on", "delivered_on", "previous_id")
    shown = not post.is_portal or found.concluded_on is not None
    results = [s.result for s in queries.surveys_of(found).values() if s.result and shown]
    return {
        **_line(found), **{name: getattr(found, name) for name in names},
        "computed": [{k: r.get(k) for k in ("instrument", "level", "level_name", "total", "reasons")} for r in results],
    }


@router.post("", response={201: Line}, summary="提出评估申请")
def apply(request: HttpRequest, asked: Asked) -> Status:
    """Apply for one person; refused with every reason the rules of intake find."""
    post = _post(request, frozenset(actions.APPLICANTS))
    if asked.kind not in ("first", "renewal", "change") or asked.applicant not in Assessment.Applicant.values:
        raise Refused("api.value", "评估类别或申请人的取值不在允许之列", field="kind")
    given = asked.dict(exclude={"draft"})
    made = actions.apply(actions.Application(**given, channel="portal" if post.is_portal else "window"), by=post)
    if not asked.draft:
        actions.submit(made, by=post)
    return Status(201, _line(queries.one(post, made[0].pk)))
