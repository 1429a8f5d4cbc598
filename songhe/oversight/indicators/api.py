"""Indicators for programs: what the wall shows, with its definition, for the post's own area."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel.areas import queries as areas
from songhe.kernel.errors import Forbidden, Missing
from songhe.kernel.registry import indicators
from songhe.register.sites.faces import post_of

from . import queries
from .access import READERS, area_of

router = Router(tags=["指标"])


class IndicatorOut(Schema):
    """One figure: ``value`` is null where it has not been measured; ``day`` is the day it tells of."""

    code: str
    title: str
    unit: str
    value: float | None
    day: date | None
    definition: str
    universe: str
    source: str


class TownOut(Schema):
    """The figure of a town; null where it is not known."""

    area_code: str
    name: str
    value: float | None


class DayOut(Schema):
    """The figure of a day."""

    day: date
    value: float | None


class DetailOut(IndicatorOut):
    """A figure by town and over time."""

    towns: list[TownOut]
    days: list[DayOut]


def _fields(figure: queries.Figure) -> dict[str, Any]:
    one = figure.indicator
    return {
        "code": one.code, "title": one.title, "unit": one.unit, "value": figure.value, "day": figure.day,
        "definition": one.definition, "universe": one.universe, "source": one.source,
    }


@router.get("", response=list[IndicatorOut], summary="本岗位区域的全部指标")
def figures(request: HttpRequest) -> list[IndicatorOut]:
    """Every indicator with the latest measured value."""
    post = post_of(request)
    if post.role not in READERS:
        raise Forbidden("您的岗位无权读取指标")
    return [IndicatorOut(**_fields(f)) for f in queries.figures([code for code, _one in indicators.items()], area_of(post))]


@router.get("/{code}", response=DetailOut, summary="一项指标：口径、分街镇、按日")
def one(request: HttpRequest, code: str) -> DetailOut:
    """One indicator as its page shows it."""
    post = post_of(request)
    if post.role not in READERS:
        raise Forbidden("您的岗位无权读取指标")
    if code not in indicators:
        raise Missing("没有这个指标")
    area = area_of(post)
    towns = areas.towns(area)
    values = queries.by_town(code, [t.code for t in towns])
    return DetailOut(
        **_fields(queries.figures([code], area)[0]),
        towns=[TownOut(area_code=t.code, name=t.name, value=values[t.code].value) for t in towns],
        days=[DayOut(day=day, value=value) for day, value in queries.series(code, area)],
    )
