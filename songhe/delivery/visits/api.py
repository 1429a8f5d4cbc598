"""Visits for programs: the list, one visit with its reports, and the door for reports of a phone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.screens import keyset

from . import phone_reports, queries
from .listing import READERS, flagged
from .models import Visit
from .process import PROCESS
from .rules import FLAGS

router = Router(tags=["visits"])
FIELD = frozenset({Role.CARER, Role.NURSE})
_SIZE = 100
_ORDER = ["day", "planned_start", "id"]


class Line(Schema):
    """A visit in a list. ``flags`` are remarks on its evidence; times are null until they are reported."""

    id: UUID
    person_id: UUID
    plan_id: UUID
    provider_id: UUID
    carer_id: UUID | None
    day: date
    planned_start: datetime
    planned_minutes: int
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    minutes: int | None
    items: list[int]
    done_items: list[int]
    flags: list[str]
    signed: bool
    area_code: str


class Page(Schema):
    """A page of visits in order of time; ``next`` goes into ``after`` of the next call."""

    items: list[Line]
    next: str


class Report(Schema):
    """A check-in or check-out as it was reported; ``distance`` in metres from home."""

    id: UUID
    kind: str
    at: datetime
    received_at: datetime
    carer_id: UUID
    distance: int | None
    accuracy: int | None
    reason: str
    flags: list[str]


class One(Line):
    """A visit with its reports."""

    reports: list[Report]


class Sending(Schema):
    """Reports of one phone: ``phone_now`` is its clock at the moment of sending. At most 200.

    Each report: id, visit, kind (in or out), at; and if known lng, lat, accuracy, reason, items,
    vitals, note, signed.
    """

    reports: list[dict[str, Any]]
    phone_now: str = ""
    device: str = ""


class Answer(Schema):
    """What became of a report: recorded, known or refused."""

    id: str
    status: str
    message: str
    state: str


def _post(request: HttpRequest, roles: Collection[str]) -> Post:
    post: Post = request.post  # type: ignore[attr-defined]
    if post.role not in roles:
        raise Forbidden("您的岗位无权使用该接口")
    return post


@router.get("", response=Page, summary="上门记录")
def visits(
    request: HttpRequest, since: date | None = None, until: date | None = None, state: str = "", flag: str = "",
    person: UUID | None = None, after: str = "",
) -> dict[str, Any]:
    """Visits that the post sees, in order of time; ``since`` and ``until`` are both included."""
    post = _post(request, READERS | FIELD | PORTAL)
    rows = Visit.objects.visible_to(post)
    if since:
        rows = rows.filter(day__gte=since)
    if until:
        rows = rows.filter(day__lte=until)
    if state:
        if state not in PROCESS.by_state:
            raise Refused("api.value", f"state 没有「{state[:20]}」这个取值", field="state")
        rows = rows.filter(state=state)
    if flag:
        if flag not in FLAGS:
            raise Refused("api.value", f"flag 没有「{flag[:20]}」这个取值", field="flag")
        rows = flagged(rows, flag)
    if person:
        rows = rows.filter(person_id=person)
    page = keyset.page(rows, _ORDER, cursor=after, size=_SIZE, count_to=0)
    reads.log(post, (v.person_id for v in page.rows), what="api")
    return {"items": page.rows, "next": page.next}


@router.get("/{uuid:visit_id}", response=One, summary="一次上门服务")
def visit(request: HttpRequest, visit_id: UUID) -> dict[str, Any]:
    """One visit with the reports that the post may read. 404 for a visit that it does not see."""
    post = _post(request, READERS | FIELD | PORTAL)
    found = queries.find(visit_id, post)
    reads.log(post, [found.person_id], what="api")
    names = tuple(Line.model_fields)
    return {**{n: getattr(found, n) for n in names}, "reports": [p.punch for p in queries.proofs(found, post)]}


@router.post("/reports", response=list[Answer], summary="上报签到签退")
def report(request: HttpRequest, sending: Sending) -> list[dict[str, Any]]:
    """Reports of the carer who is signed in. Safe to repeat, in any order; one bad report costs no other."""
    post = _post(request, FIELD)
    if len(sending.reports) > phone_reports.MOST:
        raise Refused("visits.too_many", f"一次最多上传 {phone_reports.MOST} 条记录", remedy="请分批上传。")
    outcomes = phone_reports.take(sending.dict(), by=post)
    return [o if isinstance(o, dict) else {**asdict(o), "id": str(o.id)} for o in outcomes]
