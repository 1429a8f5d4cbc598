"""The list of visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from songhe.delivery.plans.queries import carers
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import area_q
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort
from songhe.kernel.screens.templatetags.songhe import clock_time
from songhe.kernel.text import begins_with

from . import queries, rules
from .models import Visit
from .process import PROCESS

READERS = frozenset(
    {Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR, Role.COORDINATOR, Role.HOME}
)
EXPORTERS = frozenset({Role.BUREAU, Role.INSURER, Role.AUDITOR, Role.COORDINATOR, Role.HOME})


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By the elder's name or pinyin."""
    return rows.filter(begins_with("person__pinyin", text.lower()) if text.isascii() else begins_with("person__name", text))


def flagged(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Visits with a remark. Both databases keep the list as JSON text, in which each code stands in quotes."""
    if code == "any":
        return rows.exclude(flags=[])
    return rows.annotate(flag_text=Cast("flags", TextField())).filter(flag_text__contains=f'"{code}"')


def _day(rows: QuerySet[Any], value: str, bound: str) -> QuerySet[Any]:
    try:
        return rows.filter(**{f"day__{bound}": date.fromisoformat(value)})
    except ValueError:
        return rows


def _crew(post: Post) -> list[tuple[str, str]]:
    return [(str(w.pk), w.name) for w in carers(post.organisation_id)] if post.organisation_id else []


def _towns(post: Post) -> list[tuple[str, str]]:
    return [(n.code, n.name) for n in areas.towns(post.area_code or "3101")]


def _remarks(codes: list[str]) -> str | None:
    """The gravest remark, and how many more there are."""
    words = [f.word for f in queries.flags_of(codes)]
    if len(words) < 2:
        return words[0] if words else None
    return _("%(first)s 等 %(n)d 项") % {"first": words[0], "n": len(words)}


PAGE = ListPage(
    name="visits.list",
    title="上门记录",
    rows=lambda post: Visit.objects.visible_to(post).select_related("person", "provider", "carer"),
    columns=[
        Col("person", "长者", lambda v, p: v.person.name, primary=True, link=links.row("visits:page")),
        Col("day", "日期", lambda v, p: v.day, kind="date"),
        Col("planned", "计划", lambda v, p: clock_time(v.planned_start)),
        Col("state", "状态", lambda v, p: queries.state_of(v), kind="state"),
        Col("carer", "护理员", lambda v, p: v.carer.name if v.carer else None),
        Col("started", "签到", lambda v, p: clock_time(v.started_at) or None),
        Col("ended", "签退", lambda v, p: clock_time(v.ended_at) or None),
        Col("minutes", "时长", lambda v, p: v.minutes, kind="number", unit="分钟"),
        Col("flags", "证据提示", lambda v, p: _remarks(v.flags)),
        Col("provider", "服务机构", lambda v, p: v.provider.name),
    ],
    filters=[
        Filter("from", "从", lambda rows, v: _day(rows, v, "gte"), kind="date"),
        Filter("to", "到", lambda rows, v: _day(rows, v, "lte"), kind="date"),
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), choices=lambda post: [(s.name, s.label) for s in PROCESS.states]),
        Filter("carer", "护理员", lambda rows, v: rows.filter(carer_id=v), choices=_crew),
        Filter("flag", "证据提示", flagged, choices=lambda post: [("any", "任一提示"), *rules.FLAGS.items()]),
        Filter("town", "街镇", lambda rows, v: rows.filter(area_q("area_code", v)), choices=_towns),
    ],
    sorts=[
        Sort("new", "日期近的在前", ("-day", "-planned_start", "-id")),
        Sort("old", "日期早的在前", ("day", "planned_start", "id")),
    ],
    search=search,
    search_label="长者姓名、拼音",
    person=lambda v: v.person_id,
    empty="没有上门记录",
    empty_help="照护计划确认后，系统按计划生成上门服务。",
    export_roles=EXPORTERS,
)
