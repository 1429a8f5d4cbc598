"""The list of care plans."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import area_q
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.calendar import Deadline
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort
from songhe.kernel.text import begins_with

from . import queries
from .models import CarePlan

READERS = frozenset(
    {Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR, Role.DOCTOR, Role.COORDINATOR, Role.HOME}
)
EXPORTERS = frozenset({Role.BUREAU, Role.INSURER, Role.AUDITOR, Role.COORDINATOR, Role.HOME})


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By name, pinyin or number."""
    if text.isascii() and any(c.isdigit() for c in text):
        return rows.filter(number__startswith=text.upper())
    if text.isascii():
        return rows.filter(begins_with("person__pinyin", text.lower()))
    return rows.filter(begins_with("person__name", text))


def _prepare(rows: list[Any], post: Post) -> None:
    minutes = queries.used(rows)
    for row in rows:
        row.used = minutes[row.pk]


def _towns(post: Post) -> list[tuple[str, str]]:
    return [(n.code, n.name) for n in areas.towns(post.area_code or "3101")]


PAGE = ListPage(
    name="plans.list",
    title="照护计划",
    rows=lambda post: CarePlan.objects.visible_to(post).select_related("person", "provider"),
    columns=[
        Col("person", "长者", lambda c, p: c.person.name, primary=True, link=links.row("cases:page", "plan")),
        Col("number", "编号", lambda c, p: c.number),
        Col("provider", "服务机构", lambda c, p: c.provider.name),
        Col("town", "街镇", lambda c, p: areas.town_name(c.area_code)),
        Col("level", "照护等级", lambda c, p: c.level, kind="level"),
        Col("state", "状态", lambda c, p: c.state_now, kind="state"),
        Col("minutes", "每周安排", lambda c, p: c.used, kind="number", unit="分钟"),
        Col("budget", "每周额度", lambda c, p: c.weekly_minutes, kind="number", unit="分钟"),
        Col("starts", "开始日期", lambda c, p: c.starts, kind="date"),
        Col("due", "时限", lambda c, p: Deadline(c.due_on, c.due_certain) if c.due_on else None, kind="deadline"),
    ],
    filters=[
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), choices=lambda post: queries.state_choices()),
        Filter("town", "街镇", lambda rows, v: rows.filter(area_q("area_code", v)), choices=_towns),
        Filter("level", "照护等级", lambda rows, v: rows.filter(level=v), choices=lambda post: [(str(n), f"{n} 级") for n in range(2, 7)]),
    ],
    sorts=[Sort("new", "新建立的在前", ("-opened_at", "-id")), Sort("old", "早建立的在前", ("opened_at", "id"))],
    search=search,
    search_label="姓名、拼音、编号",
    person=lambda c: c.person_id,
    empty="没有照护计划",
    empty_help="机构确认接收后，从长护险服务办件里编制计划。",
    export_roles=EXPORTERS,
    prepare=_prepare,
)
