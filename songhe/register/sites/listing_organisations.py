"""The list of organisations, with the licence that wants renewing first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from songhe.kernel import clock, policy
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import area_q
from songhe.kernel.areas import queries as areas
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort

from . import queries
from .access import READERS
from .faces import licence_face, towns_of
from .models import Licence, Organisation


def _prepare(rows: list[Any], post: Post) -> None:
    """The newest licence of each kind; of those, the one that ends first."""
    newest: dict[Any, dict[str, Licence]] = {}
    for row in Licence.objects.filter(organisation__in=[o.pk for o in rows]).order_by("kind", "-starts", "pk"):
        newest.setdefault(row.organisation_id, {}).setdefault(row.kind, row)
    for organisation in rows:
        held = newest.get(organisation.pk, {}).values()
        organisation.first_licence = min(held, key=lambda row: row.ends or date.max, default=None)


def _licence(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    today = clock.today()
    until = today + timedelta(days=policy.value("register.licence.warn_days", on=today).value)
    ending = Licence.objects.filter(organisation=OuterRef("pk"))
    later = Licence.objects.filter(
        organisation=OuterRef("organisation"), kind=OuterRef("kind"), starts__gt=OuterRef("starts")
    )
    span = {"ends__lt": today} if value == "expired" else {"ends__gte": today, "ends__lte": until}
    return rows.filter(Exists(ending.filter(~Exists(later), **span)))


def _tag(organisation: Any) -> Any:
    return licence_face(organisation.first_licence) if organisation.first_licence else None


LIST = ListPage(
    name="sites.organisations",
    title="机构",
    rows=lambda post: queries.organisations(post.area_code[:6] or "31"),
    columns=[
        Col("name", "名称", lambda o, p: o.name, primary=True,
            link=links.row("sites:organisation")),
        Col("kind", "类别", lambda o, p: o.get_kind_display()),
        Col("town", "街镇", lambda o, p: areas.town_name(o.area_code)),
        Col("ltci", "长护险定点", lambda o, p: "是" if o.is_ltci_provider else ""),
        Col("phone", "电话", lambda o, p: o.phone),
        Col("licence", "证照", lambda o, p: _tag(o), kind="tag"),
    ],
    filters=[
        Filter("kind", "类别", lambda rows, v: rows.filter(kind=v), choices=lambda post: Organisation.Kind.choices),
        Filter("town", "街镇", lambda rows, v: rows.filter(area_q("area_code", v)), choices=towns_of),
        Filter("ltci", "长护险定点", lambda rows, v: rows.filter(is_ltci_provider=v == "yes"),
               choices=lambda post: [("yes", "是"), ("no", "否")]),
        Filter("licence", "证照", _licence, choices=lambda post: [("soon", "即将到期"), ("expired", "已过期")]),
    ],
    sorts=[Sort("name", "按名称拼音", ("pinyin", "pk")), Sort("town", "按街镇", ("area_code", "pinyin", "pk"))],
    search=queries.search,
    search_label="名称、拼音、地址",
    prepare=_prepare,
    empty="没有符合条件的机构",
    empty_help="装入区数据后，这里会列出机构；也可以用表格导入机构和证照。",
    export_roles=READERS,
    template="sites/organisations.html",
)  # fmt: skip
