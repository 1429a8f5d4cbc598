"""The elder file for programs: the same scope, masks and record of looks as the screens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel.access import reads, rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import DESK, Role
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.screens import keyset

from . import queries, search
from .listing import PEOPLE
from .models import Person

router = Router(tags=["people"])
READERS = DESK | {Role.ASSESSOR, Role.NURSE, Role.CARER}
_SIZE = 50


class Level(Schema):
    """A care level under one scheme; ``until`` is the first day without it."""

    scheme: str
    level: int
    label: str
    since: date
    until: date | None


class Line(Schema):
    """An elder in a list. Personal fields are masked as on the screen."""

    id: UUID
    name: str
    sex: str
    birth_date: date
    age: int
    area_code: str
    living: str
    income: str
    status: str
    identity_number: str
    phone: str
    synthetic: bool


class Page(Schema):
    """A page of elders; ``next`` goes into ``after`` of the next call. ``total`` is counted up to a thousand."""

    items: list[Line]
    next: str
    total: int
    total_is_capped: bool


class File(Line):
    """One elder in full, as far as the post may read it."""

    hukou_area_code: str
    address: str
    hukou_address: str
    language: str
    sex_wish: str
    marital: str
    education: str
    death_date: date | None
    updated_at: datetime
    levels: list[Level]


def _post(request: HttpRequest) -> Post:
    post: Post = request.post  # type: ignore[attr-defined]
    if post.role not in READERS:
        raise Forbidden("您的岗位无权读取长者档案")
    return post


def _line(person: Person, post: Post) -> dict[str, Any]:
    names = ("id", "name", "sex", "birth_date", "age", "area_code", "living", "income", "status", "synthetic")
    masked = {name: rights.shown(person, name, post) for name in ("identity_number", "phone")}
    return {**{name: getattr(person, name) for name in names}, **masked}


@router.get("", response=Page, summary="查询长者")
def people(
    request: HttpRequest, q: str = "", area: str = "", level: str = "", living: str = "", income: str = "",
    age: str = "", status: str = "", after: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Search the elders whom the post sees. Filters take the values of the screen's filters."""
    post = _post(request)
    rows = Person.objects.visible_to(post)
    if q.strip():
        rows = search.search(rows, q[:60])
    given = {"level": level, "living": living, "income": income, "age": age, "status": status}
    for filter_ in PEOPLE.filters:
        value = given.get(filter_.key, "")
        if value and filter_.choices:
            if value not in {known for known, _label in filter_.choices(post)}:
                raise Refused("api.value", f"{filter_.key} 没有「{value[:20]}」这个取值", field=filter_.key)
            rows = filter_.apply(rows, value)
    if area:
        rows = search.living_in(rows, _area(area))
    page = keyset.page(rows, ["pinyin", "id"], cursor=after, size=_SIZE, count_to=PEOPLE.count_to)
    reads.log(post, (p.pk for p in page.rows), what="api")
    return {
        "items": [_line(p, post) for p in page.rows],
        "next": page.next, "total": page.total, "total_is_capped": page.total_is_capped,
    }  # fmt: skip


def _area(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12)):
        raise Refused("api.area", "area 应为 2、4、6、9 或 12 位区划代码", field="area")
    return text


@router.get("/{uuid:person_id}", response=File, summary="长者档案")
def file(request: HttpRequest, person_id: UUID) -> dict[str, Any]:
    """One elder's file. 404 for an elder whom the post does not see."""
    post = _post(request)
    person = queries.person_of(person_id, post)
    reads.log(post, [person.pk], what="api")
    plain = ("hukou_area_code", "language", "sex_wish", "marital", "education", "death_date", "updated_at")
    held = queries.levels_in_force([person.pk], post).get(person.pk, [])
    return {
        **_line(person, post),
        **{name: getattr(person, name) for name in plain},
        **{name: rights.shown(person, name, post) for name in ("address", "hukou_address")},
        "levels": [
            {"scheme": v.scheme, "level": v.level, "label": v.label, "since": v.starts, "until": v.ends} for v in held
        ],
    }
