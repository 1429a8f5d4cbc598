"""The list of assessments: one list for streets, the district, agencies and the insurer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.access.scoping import ScopedQuerySet
from songhe.kernel.areas import queries as areas
from songhe.kernel.calendar import Deadline
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort
from songhe.register.people.models import Person
from songhe.register.people.search import search as search_people
from songhe.register.sites.models import Organisation

from . import rules
from .models import Assessment
from .process import PROCESS

READERS = frozenset(
    {Role.BUREAU, Role.STREET, Role.ADVISOR, Role.AGENCY, Role.ASSESSOR, Role.INSURER, Role.AUDITOR}
)
EXPORTERS = frozenset({Role.BUREAU, Role.STREET, Role.AGENCY, Role.INSURER, Role.AUDITOR})
#: Cases without a time limit stand behind all that have one.
NEVER = date(9999, 12, 31)
_IN_HAND = "open"


def _rows(post: Post) -> ScopedQuerySet:
    rows = Assessment.objects.visible_to(post).select_related("person", "agency")
    return rows.annotate(due_sort=Coalesce("due_on", Value(NEVER))).defer("statement", "assignment", "documents", "panel")


def _search(rows: Any, text: str) -> Any:
    if text[:2].upper() == PROCESS.number_prefix:
        return rows.filter(number__startswith=text.upper())
    found = search_people(Person.objects.unscoped("narrows cases that are scoped themselves"), text)
    return rows.filter(person__in=found.order_by().values("pk"))


def _state(rows: Any, value: str) -> Any:
    return rows.filter(state__in=rules.OPEN if value == _IN_HAND else [value])


def _due(rows: Any, value: str) -> Any:
    today = clock.today()
    waiting = rows.filter(state__in=(*rules.OPEN, "concluded"))
    if value == "late":
        return waiting.filter(due_on__lt=today)
    return waiting.filter(due_on__range=(today, today if value == "today" else today + timedelta(days=7)))


def _special(rows: Any, value: str) -> Any:
    if value == "green":
        return rows.filter(green_channel=True)
    if value == "ends":
        last = clock.today() + timedelta(days=60)
        return rows.filter(state="delivered", valid_until__lte=last)
    return rows.exclude(priority="")


def _agencies(post: Post) -> Sequence[tuple[str, str]]:
    if post.role in (Role.AGENCY, Role.ASSESSOR):
        return ()
    found = Organisation.objects.filter(kind=Organisation.Kind.ASSESSOR).order_by("pinyin", "pk")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


def _deadline(case: Assessment, post: Post) -> Deadline | None:
    shown = case.due_on and case.state in (*rules.OPEN, "concluded")
    return Deadline(case.due_on, case.due_certain) if shown and case.due_on else None


def _kind(case: Assessment, post: Post) -> Any:
    # The column is narrow: 「首次」 for 首次评估, "First" for "First assessment".
    word = _(case.get_kind_display()).removesuffix("评估").removesuffix(" assessment")
    if case.green_channel:
        return {"word": f"{word} · {_('绿色通道')}", "tone": "info"}
    return {"word": f"{word} · {_('优先')}", "tone": "info"} if case.priority else word


LIST = ListPage(
    name="assessment.list",
    title="统一需求评估",
    rows=_rows,
    columns=[
        Col("person", "长者", lambda c, p: c.person.name, primary=True,
            link=links.row("cases:page", "assessment")),
        Col("number", "编号", lambda c, p: c.number),
        Col("town", "街镇", lambda c, p: areas.town_name(c.area_code)),
        Col("kind", "类别", _kind, kind="tag"),
        Col("state", "状态", lambda c, p: c.state_now, kind="state"),
        Col("due", "时限", _deadline, kind="deadline"),
        Col("agency", "评估机构", lambda c, p: c.agency.name if c.agency else ""),
        Col("level", "照护等级", lambda c, p: rules.level_label(c.official_level if c.concluded_on else None)),
        Col("opened", "申请日期", lambda c, p: c.opened_at.astimezone(clock.SHANGHAI).date(), kind="date"),
    ],
    filters=[
        Filter("state", "状态", _state, choices=lambda post: [(_IN_HAND, "全部在办"), *PROCESS.choices()]),
        Filter("town", "街镇", lambda rows, v: rows.filter(rights.area_q("area_code", v)),
               choices=lambda post: [(n.code, n.name) for n in areas.towns(post.area_code or "3101")]),
        Filter("agency", "评估机构", lambda rows, v: rows.filter(agency_id=v), choices=_agencies),
        Filter("kind", "类别", lambda rows, v: rows.filter(kind=v), choices=lambda post: Assessment.Kind.choices),
        Filter("due", "时限", _due, choices=lambda post: [("late", "已超期"), ("today", "今天到期"), ("week", "七天内到期")]),
        Filter("special", "情形", _special,
               choices=lambda post: [("green", "绿色通道"), ("priority", "优先"), ("ends", "六十天内到期")]),
    ],
    sorts=[
        Sort("opened", "新申请的在前", ("-opened_at", "-pk")),
        Sort("due", "时限近的在前", ("due_sort", "pk")),
    ],
    search=_search,
    search_label="姓名、拼音、编号、证件后四位",
    person=lambda c: c.person_id,
    empty="没有评估办件",
    empty_help="受理窗口提交评估申请后，办件会出现在这里。",
    export_roles=EXPORTERS,
)


def waiting(post: Post) -> Any:
    """Cases on which the post has the next step: its worklist."""
    states = {
        Role.STREET: ("submitted", "accepted", "concluded"), Role.ADVISOR: ("draft", "concluded"), Role.BUREAU: ("accepted",),
        Role.AGENCY: ("assigned", "surveyed", "reviewed", "objected"), Role.ASSESSOR: ("scheduled",),
    }.get(Role(post.role), ())
    return Assessment.objects.visible_to(post).filter(state__in=states)


def overdue(prefix: str, day: date) -> Q:
    """Cases late on a day: still in hand, their limit passed."""
    return Q(due_on__lt=day, state__in=(*rules.OPEN, "concluded")) & rights.area_q("area_code", prefix)
