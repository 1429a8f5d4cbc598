"""The worklist: trays, and the cases of the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import DESK, FIELD
from songhe.kernel.areas import queries as areas
from songhe.kernel.calendar import Deadline
from songhe.kernel.errors import Forbidden
from songhe.kernel.registry import worklists
from songhe.kernel.screens import links, screen
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort

from . import queries


def _search(about: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """Find by the name of what a case is about, or by the case's number."""

    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if text.isascii() and any(c.isdigit() for c in text):
            return rows.filter(number__contains=text.upper())
        if text.isascii():
            return rows.filter(**{f"{about}__pinyin__startswith": text.lower()})
        return rows.filter(**{f"{about}__name__startswith": text})

    return narrow


def _due(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    today = clock.today()
    if value == "late":
        return rows.filter(due_on__lt=today)
    return rows.filter(due_on__range=(today, today if value == "today" else today + timedelta(days=7)))


@cache
def tray_page(key: str, phone: bool = False) -> ListPage:
    """The list of one worklist, for a desk or a phone; made once, when it is first opened."""
    work = worklists.get(key)
    process = key if not work.process else work.process
    of_person = work.about == "person"

    return ListPage(
        name=f"worklist.{key}.phone" if phone else f"worklist.{key}",
        title=work.title,
        rows=lambda post: queries.cases(work, post),
        columns=[
            Col("person", "长者" if of_person else "机构", lambda c, p: getattr(c, work.about).name, primary=True,
                link=links.row("cases:page", process)),
            Col("number", "编号", lambda c, p: c.number),
            *([Col("age", "年龄", lambda c, p: c.person.age, kind="number")] if of_person else []),
            Col("town", "街镇", lambda c, p: areas.town_name(c.area_code)),
            Col("state", "状态", lambda c, p: c.state_now, kind="state"),
            Col("due", "时限", lambda c, p: Deadline(c.due_on, c.due_certain) if c.due_on else None, kind="deadline"),
            Col("since", "进入环节", lambda c, p: c.state_since, kind="datetime"),
        ],
        filters=[
            Filter("state", "状态", lambda rows, v: rows.filter(state=v),
                   choices=lambda post: [(s.name, s.label) for s in _states(key)]),
            Filter("town", "街镇", lambda rows, v: rows.filter(area_code__gte=v, area_code__lt=v[:9] + "999"),
                   choices=lambda post: [(n.code, n.name) for n in areas.towns(post.area_code or "3101")]),
            Filter("due", "时限", _due,
                   choices=lambda post: [("late", "已超期"), ("today", "今天到期"), ("week", "七天内到期")]),
        ],
        sorts=[
            Sort("due", "时限近的在前", ("due_sort", "pk")),
            Sort("new", "新进入的在前", ("-state_since", "pk")),
        ],
        search=_search(work.about),
        search_label="姓名、拼音、编号",
        person=(lambda c: c.person_id) if of_person else None,
        empty="没有待办件",
        empty_help="新的办件会按时限自动出现在这里。",
        template="worklist/phone.html" if phone else "worklist/index.html",
        size=20 if phone else 50,
    )


def _states(key: str) -> list[Any]:
    from songhe.kernel.process.table import processes

    process = processes()[worklists.get(key).process]
    return [process.by_state[name] for name in process.open_states()]


@screen("worklist.index", roles=DESK | FIELD)
def index(request: HttpRequest) -> HttpResponseBase:
    """What waits for this post."""
    post: Post = request.post  # type: ignore[attr-defined]
    trays = queries.trays(post)
    phone = post.role in FIELD
    if not trays:
        if request.GET.get("export"):
            raise Forbidden("您的岗位没有待办名单，不能导出")
        return render(request, "worklist/none.html", {"layout": "phone.html" if phone else "shell.html"})
    asked = request.GET.get("list", "")
    chosen = next((t for t in trays if t.key == asked), None) or next((t for t in trays if t.total), trays[0])
    return tray_page(chosen.key, phone).respond(request, trays=trays, chosen=chosen, keep={"list": chosen.key})
