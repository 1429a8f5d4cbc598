"""The list of sites."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from songhe.kernel import clock
from songhe.kernel.access.rights import area_q
from songhe.kernel.areas import queries as areas
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort

from . import queries
from .access import READERS
from .faces import face, towns_of
from .models import Site


def _status(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    today = clock.today()
    if value == "open":
        return rows.filter(queries.open_on(today))
    if value == "closed":
        return rows.filter(ends__lte=today)
    if value == "synthetic":
        return rows.filter(synthetic=True)
    return rows.exclude(status__in=("published", "official"))


LIST = ListPage(
    name="sites.list",
    title="机构与设施",
    rows=lambda post: queries.sites().filter(area_q("area_code", post.area_code[:6] or "31")),
    columns=[
        Col("name", "名称", lambda s, p: s.name, primary=True, link=links.row("sites:site")),
        Col("kind", "类型", lambda s, p: s.get_kind_display()),
        Col("town", "街镇", lambda s, p: areas.town_name(s.area_code)),
        Col("mode", "运营方式", lambda s, p: s.get_mode_display() if s.mode else ""),
        Col("capacity", "核定容量", lambda s, p: s.capacity, kind="number"),
        Col("state", "状态", lambda s, p: face(s), kind="state"),
    ],
    filters=[
        Filter("kind", "类型", lambda rows, v: rows.filter(kind=v), choices=lambda post: Site.Kind.choices),
        Filter("town", "街镇", lambda rows, v: rows.filter(area_q("area_code", v)), choices=towns_of),
        Filter("mode", "运营方式", lambda rows, v: rows.filter(mode=v), choices=lambda post: Site.Mode.choices),
        Filter("status", "状态", _status, choices=lambda post: [
            ("open", "在用"), ("closed", "已停用"), ("synthetic", "模拟设施"), ("doubtful", "资料待核实")]),
    ],
    sorts=[
        Sort("name", "按名称拼音", ("pinyin", "pk")),
        Sort("size", "容量大的在前", ("-size", "pk")),
        Sort("town", "按街镇", ("area_code", "pinyin", "pk")),
    ],
    search=queries.search,
    search_label="名称、拼音、地址",
    empty="没有符合条件的设施",
    empty_help="装入区数据后，这里会列出全部机构和设施；也可以逐个新增或用表格导入。",
    export_roles=READERS,
    template="sites/list.html",
)  # fmt: skip
