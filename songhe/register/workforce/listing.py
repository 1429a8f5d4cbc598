"""The list of workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort
from songhe.register.sites import queries as sites

from . import queries
from .access import READERS
from .models import Certificate, Worker


@dataclass(frozen=True)
class Tag:
    """A word and its tone."""

    word: str
    tone: str


def certificate_tag(row: Certificate, day: date) -> Tag:
    """How a certificate's term stands."""
    if row.ends is None:
        return Tag("长期", "ok")
    if row.ends < day:
        return Tag("已过期", "bad")
    if row.ends <= queries.warn_until(day):
        return Tag(_("%(n)d 天后到期") % {"n": (row.ends - day).days}, "warn")
    return Tag("有效", "ok")


def _worst(worker: Any) -> Tag | None:
    """The certificate that wants doing first, newest of its kind only."""
    day = clock.today()
    newest: dict[str, Certificate] = {}
    for row in worker.cards:
        newest.setdefault(row.kind, row)
    if not newest:
        return Tag("未登记", "bad") if worker.occupation in ("carer", "nurse", "assessor") else None
    return certificate_tag(min(newest.values(), key=lambda row: row.ends or date.max), day)


def _prepare(rows: list[Any], post: Post) -> None:
    cards = queries.certificates_of(rows, post)
    for row in rows:
        row.cards = cards[row.pk]


def _service(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    employed = queries.employed_on(clock.today())
    return rows.filter(employed) if value == "in" else rows.exclude(employed)


def _employers(post: Post) -> list[tuple[str, str]]:
    """Employers to choose among; who sees one alone has no choice."""
    if post.role not in (Role.BUREAU, Role.INSURER, Role.AUDITOR):
        return []
    return sites.organisation_choices(post.area_code)


LIST = ListPage(
    name="workforce.list",
    title="从业人员",
    rows=queries.workers,
    columns=[
        Col("name", "姓名", lambda w, p: w.name, primary=True, link=links.row("workforce:worker")),
        Col("organisation", "机构", lambda w, p: w.organisation.name),
        Col("occupation", "岗位", lambda w, p: w.get_occupation_display()),
        Col("staff_class", "服务类别", lambda w, p: w.get_staff_class_display() if w.staff_class else ""),
        Col("grade", "等级", lambda w, p: w.grade),
        Col("phone", "电话", lambda w, p: rights.shown(w, "phone", p)),
        Col("certificate", "证书", lambda w, p: _worst(w), kind="tag"),
    ],
    filters=[
        Filter("occupation", "岗位", lambda rows, v: rows.filter(occupation=v),
               choices=lambda post: Worker.Occupation.choices),
        Filter("class", "服务类别", lambda rows, v: rows.filter(staff_class=v),
               choices=lambda post: Worker.StaffClass.choices),
        Filter("organisation", "机构", lambda rows, v: rows.filter(organisation=v), choices=_employers),
        Filter("certificate", "证书", lambda rows, v: rows.filter(queries.with_certificate(v, clock.today())),
               choices=lambda post: [("soon", "即将到期"), ("expired", "已过期")]),
        Filter("service", "在职", _service, choices=lambda post: [("in", "在职"), ("out", "不在职")]),
    ],
    sorts=[
        Sort("name", "按姓名拼音", ("pinyin", "pk")),
        Sort("organisation", "按机构", ("organisation__pinyin", "pinyin", "pk")),
        Sort("new", "新入职的在前", ("-starts", "pk")),
    ],
    search=queries.search,
    search_label="姓名、拼音、首字母",
    prepare=_prepare,
    empty="没有符合条件的人员",
    empty_help="可以逐个新增，也可以用表格导入人员和证书。",
    export_roles=READERS,
    template="workforce/list.html",
)  # fmt: skip


def is_employed(worker: Worker) -> bool:
    """Whether she is employed today."""
    return worker.starts <= clock.today() and (worker.ends is None or worker.ends > clock.today())


