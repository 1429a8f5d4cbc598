"""The facility register for programs: the same public facts as the screens."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel import clock
from songhe.kernel.access.rights import area_q
from songhe.kernel.errors import Forbidden

from . import queries
from .access import READERS
from .faces import post_of
from .models import Site

router = Router(tags=["机构与设施"])
PAGE = 500


class SiteOut(Schema):
    """One site with the source of its facts; coordinates are WGS-84."""

    id: UUID
    name: str
    kind: str
    kind_name: str
    area_code: str
    address: str
    organisation_id: UUID | None
    mode: str
    capacity: int | None
    lng: float | None
    lat: float | None
    position_status: str
    starts: date | None
    ends: date | None
    synthetic: bool
    status: str
    source: str
    as_of: date | None


class BedsOut(Schema):
    """Beds by kind of one place on a day; places are site ids or 12-digit town codes."""

    place: str
    beds: dict[str, int]


def _ask(request: HttpRequest) -> None:
    if post_of(request).role not in READERS:
        raise Forbidden("您的岗位无权读取机构与设施")


def _out(site: Site) -> SiteOut:
    values = {name: getattr(site, name) for name in SiteOut.model_fields if hasattr(site, name)}
    return SiteOut(**values, kind_name=site.get_kind_display())


@router.get("", response=list[SiteOut], summary="设施名单，按编号翻页，每页最多 500 条")
def sites(
    request: HttpRequest, area: str = "", kind: str = "", open_on: date | None = None, after: UUID | None = None
) -> list[SiteOut]:
    """Sites in the order of their ids; ask again with the last id as ``after``."""
    _ask(request)
    rows = queries.sites().order_by("pk")
    if area.isdigit():
        rows = rows.filter(area_q("area_code", area[:12]))
    if kind:
        rows = rows.filter(kind=kind)
    if open_on:
        rows = rows.filter(queries.open_on(open_on))
    if after:
        rows = rows.filter(pk__gt=after)
    return [_out(site) for site in rows[:PAGE]]


@router.get("/{uuid:pk}", response=SiteOut, summary="一个设施")
def site(request: HttpRequest, pk: UUID) -> SiteOut:
    """One site."""
    _ask(request)
    return _out(queries.site(pk))


@router.get("/beds", response=list[BedsOut], summary="某日各设施或各街镇的床位，按类别")
def beds(request: HttpRequest, on: date | None = None, area: str = "", by_town: bool = False) -> list[BedsOut]:
    """Beds counted from periods on a day, today by default."""
    _ask(request)
    prefix = area[:12] if area.isdigit() else ""
    counted = queries.beds_on(on or clock.today(), prefix, by="town" if by_town else "site")
    return [BedsOut(place=str(place), beds=kinds) for place, kinds in counted.items()]
