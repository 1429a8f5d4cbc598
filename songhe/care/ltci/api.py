"""The insurance for programs: relations, entitlement, statements and lines; same scope and refusals as the screens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.because import Because
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.screens import keyset
from songhe.kernel.screens.lists import ListPage
from songhe.register.people.models import Person

from . import actions, listing, settlement
from .calendar import parse_month
from .models import ClaimLine, Enrolment, Statement
from .refusals import explain

router = Router(tags=["ltci"])
_SIZE = 50
_ASKERS = listing.READERS | PORTAL | {Role.DOCTOR}


class Relation(Schema):
    """A service relation. ``form`` is home or institution."""

    id: UUID
    number: str
    person_id: UUID
    person: str
    form: str
    provider: str
    state: str
    bonus: str
    started_on: date | None
    ended_on: date | None
    due_on: date | None
    area_code: str


class Relations(Schema):
    """A page of relations; ``next`` goes into ``after`` of the next call."""

    items: list[Relation]
    next: str
    total: int
    total_is_capped: bool


class Answer(Schema):
    """What a person is entitled to on a day. Minutes a week, fen, percents of the fund; with every reason."""

    person_id: UUID
    on: date
    entitled: bool
    level: int | None
    weekly_minutes: int
    home_percent: int
    institution_percent: int
    day_rate_fen: int
    refusals: list[str]
    reasons: list[dict[str, Any]]


class Month(Schema):
    """A statement; fen throughout. ``month`` is its first day."""

    id: UUID
    number: str
    provider_id: UUID
    provider: str
    month: date
    run: int
    state: str
    due_on: date | None
    people: int
    minutes: int
    lines_total: int
    lines_accepted: int
    amount_fen: int
    fund_fen: int
    person_fen: int
    refused_fen: int
    digest: str
    filed_on: date | None
    opened_at: datetime


class Months(Schema):
    """A page of statements."""

    items: list[Month]
    next: str
    total: int
    total_is_capped: bool


class Line(Schema):
    """A claim line: minutes or days served and paid, fen, what became of it and why."""

    id: UUID
    kind: str
    visit_id: UUID | None
    person_id: UUID
    person: str
    day: date
    level: int | None
    staff_class: str
    served: int
    quantity: int
    price_fen: int
    amount_fen: int
    fund_fen: int
    person_fen: int
    refused_fen: int
    outcome: str
    refusals: list[str]
    reasons: list[str]


class Lines(Schema):
    """A page of lines."""

    items: list[Line]
    next: str
    total: int
    total_is_capped: bool


class Drafted(Schema):
    """The month to be drafted, as 2026-10."""

    month: str


def _post(request: HttpRequest, roles: frozenset[str]) -> Post:
    post: Post = request.post  # type: ignore[attr-defined]
    if post.role not in roles:
        raise Forbidden("您的岗位无权使用长护险接口")
    return post


def _page(page: ListPage, post: Post, given: dict[str, str], q: str, after: str) -> keyset.Page:
    """A page of a declared list; filters take the values of the screen's filters."""
    rows = page.rows(post)
    if q.strip() and page.search:
        rows = page.search(rows, q[:60])
    for filter_ in page.filters:
        value = given.get(filter_.key, "")
        if value:
            if filter_.choices and value not in {known for known, _label in filter_.choices(post)}:
                raise Refused("api.value", f"{filter_.key} 没有「{value[:20]}」这个取值", field=filter_.key)
            rows = filter_.apply(rows, value)
    return keyset.page(rows, list(page.sorts[0].order), cursor=after, size=_SIZE)


def _as_page(page: keyset.Page, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "next": page.next, "total": page.total, "total_is_capped": page.total_is_capped}


@router.get("", response=Relations, summary="查询长护险服务关系")
def relations(
    request: HttpRequest, q: str = "", state: str = "", form: str = "", town: str = "", late: str = "", after: str = ""
) -> dict[str, Any]:
    """Service relations that the post sees."""
    post = _post(request, listing.READERS)
    page = _page(listing.ENROLMENTS, post, {"state": state, "form": form, "town": town, "late": late}, q, after)
    reads.log(post, (e.person_id for e in page.rows), what="api")
    return _as_page(page, [_relation(e) for e in page.rows])


def _relation(row: Enrolment) -> dict[str, Any]:
    names = ("id", "number", "person_id", "form", "state", "bonus", "started_on", "ended_on", "due_on", "area_code")
    return {
        **{name: getattr(row, name) for name in names}, "person": row.person.name,
        "provider": row.provider.name if row.provider else "",
    }


@router.get("/people/{uuid:person_id}/entitlement", response=Answer, summary="长护险待遇")
def entitlement(request: HttpRequest, person_id: UUID, on: date | None = None) -> dict[str, Any]:
    """The entitlement of a person the post sees, today or on an older day: an old day gives the old answer."""
    post = _post(request, _ASKERS)
    if not Person.objects.visible_to(post).filter(pk=person_id).exists():
        raise Missing("没有找到该长者，或不在您的管辖范围内")
    day, answer = (on, actions.entitlements([person_id], on)[person_id]) if on else actions.in_view(person_id)
    reads.log(post, [person_id], what="api", purpose="长护险待遇")
    return {
        "person_id": person_id, "on": day, "entitled": answer.entitled, "level": answer.level,
        "weekly_minutes": answer.weekly_minutes, "home_percent": answer.home_percent,
        "institution_percent": answer.institution_percent, "day_rate_fen": answer.day_rate_fen,
        "refusals": list(answer.refusals),
        "reasons": [_reason(b) for b in (*explain(answer.refusals, portal=post.is_portal), *answer.because)],
    }


def _reason(because: Because) -> dict[str, Any]:
    return because.as_data()


@router.get("/statements", response=Months, summary="查询月度结算单")
def statements(request: HttpRequest, q: str = "", month: str = "", state: str = "", after: str = "") -> dict[str, Any]:
    """Statements that the post sees."""
    post = _post(request, listing.MONEY)
    page = _page(listing.STATEMENTS, post, {"month": month, "state": state}, q, after)
    return _as_page(page, [_month(s) for s in page.rows])


def _month(row: Statement) -> dict[str, Any]:
    names = [name for name in Month.model_fields if name != "provider"]
    return {**{name: getattr(row, name) for name in names}, "provider": row.provider.name}


@router.post("/statements", response=list[Month], summary="生成月度结算单")
def draft(request: HttpRequest, asked: Drafted) -> list[dict[str, Any]]:
    """Draft, or judge anew, the statements of a month for the providers of the post. Filed ones stay as they are."""
    post = _post(request, frozenset({Role.COORDINATOR, Role.HOME, Role.INSURER}))
    return [_month(s) for s in settlement.draft_month(parse_month(asked.month), by=post)]


@router.get("/statements/{uuid:statement_id}", response=Month, summary="月度结算单")
def statement(request: HttpRequest, statement_id: UUID) -> dict[str, Any]:
    """One statement. 404 for one that the post does not see."""
    return _month(_statement(_post(request, listing.MONEY), statement_id))


def _statement(post: Post, pk: UUID) -> Statement:
    row: Statement | None = Statement.objects.visible_to(post).select_related("provider").filter(pk=pk).first()
    if row is None:
        raise Missing("没有找到该结算单，或它不在您的管辖范围内")
    return row


@router.post("/statements/{uuid:statement_id}/file", response=Month, summary="申报结算单")
def file(request: HttpRequest, statement_id: UUID) -> dict[str, Any]:
    """File a draft with the insurer; its lines are made once more first."""
    post = _post(request, listing.PROVIDERS)
    return _month(settlement.file(_statement(post, statement_id), by=post))


@router.get("/statements/{uuid:statement_id}/lines", response=Lines, summary="结算明细")
def lines(
    request: HttpRequest, statement_id: UUID, q: str = "", outcome: str = "", reason: str = "", kind: str = "", after: str = ""
) -> dict[str, Any]:
    """Lines of one statement, with what became of each and why."""
    post = _post(request, listing.MONEY)
    row = _statement(post, statement_id)
    page = _page(listing.of_statement(row), post, {"outcome": outcome, "reason": reason, "kind": kind}, q, after)
    reads.log(post, (line.person_id for line in page.rows), what="api", purpose=row.number)
    return _as_page(page, [_line(line) for line in page.rows])


def _line(line: ClaimLine) -> dict[str, Any]:
    names = [name for name in Line.model_fields if name not in ("person", "reasons")]
    return {
        **{name: getattr(line, name) for name in names}, "person": line.person.name,
        "reasons": [b.text for b in explain(line.refusals)],
    }
