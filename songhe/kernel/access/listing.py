"""The list of posts 岗位名册: staff only, never elders or their families."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from songhe.kernel import clock
from songhe.kernel.areas import queries as areas
from songhe.kernel.intervals import in_force
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort

from .actions import GIVEN
from .models import Post
from .rights import area_q


def _rows(by: Post) -> QuerySet[Post]:
    under = area_q("area_code", by.area_code) if by.area_code else Q(pk__in=[])
    return Post.objects.filter(under, role__in=GIVEN).select_related("account")


def _state(post: Post, by: Post) -> dict[str, str]:
    if not post.account.is_active:
        return {"word": "账号停用", "tone": "bad"}
    if post.is_current:
        return {"word": "在任", "tone": "ok"}
    return {"word": "未到任", "tone": "info"} if post.starts > clock.today() else {"word": "已终止", "tone": "mute"}


def _in_office(rows: Any, value: str) -> Any:
    held = in_force(clock.today())
    return rows.filter(held) if value == "yes" else rows.exclude(held)


def _roles(by: Post) -> Sequence[tuple[str, str]]:
    return [(role.value, str(role.label)) for role in GIVEN]


def _towns(by: Post) -> Sequence[tuple[str, str]]:
    return [(node.code, node.name) for node in areas.towns(by.area_code or "-")]


POSTS = ListPage(
    name="access.list",
    title="账号与岗位",
    rows=_rows,
    columns=(
        Col("name", "姓名", lambda p, by: p.account.name, primary=True,
            link=links.row("access:account", key="account_id")),
        Col("username", "用户名", lambda p, by: p.account.username),
        Col("role", "角色", lambda p, by: p.get_role_display()),
        Col("title", "岗位", lambda p, by: p.title),
        Col("organisation", "单位", lambda p, by: p.organisation_name),
        Col("area", "管辖区域", lambda p, by: areas.name_of(p.area_code)),
        Col("starts", "任职起", lambda p, by: p.starts, kind="date"),
        Col("ends", "终止日", lambda p, by: p.ends, kind="date"),
        Col("state", "状态", _state, kind="tag"),
    ),
    sorts=(Sort("name", "按用户名", ("account__username", "id")), Sort("new", "新授予在前", ("-id",))),
    filters=(
        Filter("role", "角色", lambda rows, value: rows.filter(role=value), _roles),
        Filter("area", "街镇", lambda rows, value: rows.filter(area_q("area_code", value)), _towns),
        Filter("held", "状态", _in_office, lambda by: [("yes", "在任"), ("no", "不在任")]),
    ),
    search=lambda rows, text: rows.filter(
        Q(account__name__startswith=text) | Q(account__username__startswith=text.lower())
    ),
    search_label="姓名、用户名",
    empty="没有符合条件的岗位",
    empty_help="先新建账号，再为账号授予岗位。",
    export_roles=frozenset({"admin"}),
    template="access/list.html",
)  # fmt: skip
