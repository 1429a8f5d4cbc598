"""Lists of the insurance: service relations, statements, and the lines of one statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import area_q
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.calendar import Deadline
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort

from .models import ClaimLine, Enrolment, PaymentFile, Statement
from .process import ENROLMENT, SETTLEMENT
from .refusals import SEVERITY_WORDS, catalogue, explain

READERS = frozenset({
    Role.BUREAU, Role.STREET, Role.ADVISOR, Role.INSURER, Role.AUDITOR, Role.COORDINATOR, Role.HOME,
})
MONEY = frozenset({Role.BUREAU, Role.INSURER, Role.AUDITOR, Role.COORDINATOR, Role.HOME})
#: Where a provider's next step waits, and where the insurer's does.
PROVIDERS = frozenset({Role.COORDINATOR, Role.HOME})


def waiting(post: Post) -> QuerySet[Any]:
    """Service relations on which the post has a step to take that only it can take."""
    states = ["requested", "confirmed"] if post.role in PROVIDERS else ["choosing"]
    rows: QuerySet[Any] = Enrolment.objects.visible_to(post).filter(state__in=states)
    return rows


def waiting_statements(post: Post) -> QuerySet[Any]:
    """Statements that wait for the post."""
    states = ["drafted"] if post.role in PROVIDERS else ["submitted", "approved"]
    rows: QuerySet[Any] = Statement.objects.visible_to(post).filter(state__in=states)
    return rows


def _case(process: str, pk: Any) -> str:
    return reverse("cases:page", args=[process, pk])


def _person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text.isascii() and any(c.isdigit() for c in text):
        return rows.filter(number__contains=text.upper())
    return rows.filter(person__pinyin__startswith=text.lower()) if text.isascii() else rows.filter(person__name__startswith=text)


ENROLMENTS = ListPage(
    name="ltci.enrolments",
    title="长护险服务",
    rows=lambda post: Enrolment.objects.visible_to(post).select_related("person", "provider"),
    columns=[
        Col("person", "长者", lambda e, p: e.person.name, primary=True, link=lambda e: _case("ltci", e.pk)),
        Col("number", "编号", lambda e, p: e.number),
        Col("age", "年龄", lambda e, p: e.person.age, kind="number"),
        Col("town", "街镇", lambda e, p: areas.town_name(e.area_code)),
        Col("form", "照护形式", lambda e, p: e.get_form_display()),
        Col("provider", "护理机构", lambda e, p: e.provider.name if e.provider else ""),
        Col("state", "状态", lambda e, p: e.state_now, kind="state"),
        Col("due", "时限", lambda e, p: Deadline(e.due_on, e.due_certain) if e.due_on else None, kind="deadline"),
        Col("started", "服务开始", lambda e, p: e.started_on, kind="date"),
    ],
    filters=[
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), choices=lambda post: ENROLMENT.choices()),
        Filter("form", "照护形式", lambda rows, v: rows.filter(form=v), choices=lambda post: Enrolment.Form.choices),
        Filter("town", "街镇", lambda rows, v: rows.filter(area_q("area_code", v[:9])),
               choices=lambda post: [(n.code, n.name) for n in areas.towns(post.area_code or "3101")]),
        Filter("late", "时限", lambda rows, v: rows.filter(due_on__lt=clock.today()), choices=lambda post: [("yes", "已超期")]),
    ],
    sorts=[Sort("new", "新建立的在前", ("-opened_at", "pk")), Sort("since", "最近变动的在前", ("-state_since", "pk"))],
    search=_person,
    search_label="姓名、拼音、编号",
    person=lambda e: e.person_id,
    empty="没有长护险服务关系",
    empty_help="评估结论为照护二级至六级后，会自动建立并等待选择护理机构。",
    export_roles=READERS,
)


def months(post: Post) -> list[tuple[str, str]]:
    """Months that have statements, newest first."""
    rows = Statement.objects.visible_to(post).order_by("-month").values_list("month", flat=True).distinct()
    return [(f"{m:%Y-%m}", f"{m:%Y-%m}") for m in rows[:36]]


def _month(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    try:
        return rows.filter(month=date.fromisoformat(f"{value}-01"))
    except ValueError:
        return rows.none()


def _provider(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text.isascii() and any(c.isdigit() for c in text):
        return rows.filter(number__contains=text.upper())
    return rows.filter(provider__pinyin__startswith=text.lower()) if text.isascii() else rows.filter(provider__name__contains=text)


STATEMENTS = ListPage(
    name="ltci.statements",
    title="月度结算",
    rows=lambda post: Statement.objects.visible_to(post).select_related("provider"),
    columns=[
        Col("provider", "护理机构", lambda s, p: s.provider.name, primary=True, link=lambda s: reverse("ltci:statement", args=[s.pk])),
        Col("month", "月份", lambda s, p: f"{s.month:%Y-%m}"),
        Col("number", "编号", lambda s, p: s.number),
        Col("state", "状态", lambda s, p: s.state_now, kind="state"),
        Col("people", "服务人数", lambda s, p: s.people, kind="number"),
        Col("lines", "申报", lambda s, p: s.lines_total, kind="number", unit="条"),
        Col("accepted", "通过", lambda s, p: s.lines_accepted, kind="number", unit="条"),
        Col("amount", "总费用", lambda s, p: s.amount_fen, kind="fen"),
        Col("fund", "基金支付", lambda s, p: s.fund_fen, kind="fen"),
        Col("refused", "拒付", lambda s, p: s.refused_fen, kind="fen"),
        Col("due", "时限", lambda s, p: Deadline(s.due_on, s.due_certain) if s.due_on else None, kind="deadline"),
    ],
    filters=[
        Filter("month", "月份", _month, choices=months),
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), choices=lambda post: SETTLEMENT.choices()),
    ],
    sorts=[Sort("month", "月份新的在前", ("-month", "pk")), Sort("refused", "拒付多的在前", ("-refused_fen", "pk"))],
    search=_provider,
    search_label="机构名称、编号",
    empty="还没有结算单",
    empty_help="月末之后，护理机构在这里生成上月的结算单并申报。",
    export_roles=MONEY,
    template="ltci/statements.html",
)


def outcome(line: ClaimLine) -> dict[str, str]:
    """What became of a line, in a word with its tone."""
    if not line.accepted:
        held = any(catalogue()[c].severity == "hold" for c in line.refusals if c in catalogue())
        return {"word": SEVERITY_WORDS["hold" if held else "reject"], "tone": "warn" if held else "bad"}
    if line.refused_fen:
        return {"word": SEVERITY_WORDS["reduce"], "tone": "info"}
    return {"word": "已通过", "tone": "ok"}


def reasons(line: ClaimLine) -> str:
    """The titles of what stands against a line, or was remarked."""
    return "；".join(catalogue()[c].title for c in line.refusals if c in catalogue())


def _outcome(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return {
        "paid": rows.filter(accepted=True, refused_fen=0),
        "reduced": rows.filter(accepted=True, refused_fen__gt=0),
        "refused": rows.filter(accepted=False),
    }.get(value, rows)


def _by_name(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(person__pinyin__startswith=text.lower()) if text.isascii() else rows.filter(person__name__startswith=text)


LINES = ListPage(
    name="ltci.lines",
    title="结算明细",
    rows=lambda post: ClaimLine.objects.visible_to(post).select_related("person"),
    columns=[
        Col("person", "长者", lambda c, p: c.person.name, primary=True, link=lambda c: reverse("people:file", args=[c.person_id])),
        Col("day", "日期", lambda c, p: c.day, kind="date"),
        Col("kind", "类别", lambda c, p: c.get_kind_display()),
        Col("level", "照护等级", lambda c, p: c.level, kind="number"),
        Col("served", "实际", lambda c, p: c.served, kind="number", unit="分钟／日"),
        Col("paid", "支付", lambda c, p: c.quantity, kind="number", unit="分钟／日"),
        Col("price", "单价", lambda c, p: c.price_fen, kind="fen"),
        Col("amount", "费用", lambda c, p: c.amount_fen, kind="fen"),
        Col("fund", "基金", lambda c, p: c.fund_fen, kind="fen"),
        Col("self", "个人", lambda c, p: c.person_fen, kind="fen"),
        Col("outcome", "结果", lambda c, p: outcome(c), kind="tag"),
        Col("why", "理由", lambda c, p: reasons(c)),
    ],
    filters=[
        Filter("outcome", "结果", _outcome, choices=lambda post: [("paid", "已通过"), ("reduced", "扣减"), ("refused", "拒付与暂缓")]),
        Filter("reason", "理由", lambda rows, v: rows.filter(refusals__icontains=f'"{v}"'),
               choices=lambda post: [(r.code, r.title) for r in catalogue().values()]),
    ],
    sorts=[Sort("day", "按日期", ("day", "pk"))],
    search=_by_name,
    search_label="姓名、拼音",
    person=lambda c: c.person_id,
    empty="没有明细",
    export_roles=MONEY,
    template="ltci/statement.html",
)


def of_statement(row: Statement) -> ListPage:
    """The lines of one statement: the declared list, narrowed."""
    return replace(LINES, title=f"{row.provider.name} {row.month:%Y-%m}", rows=lambda post: LINES.rows(post).filter(statement=row))


def held(row: Statement, post: Post) -> list[ClaimLine]:
    """Lines that are held back and wait for an officer's look, with why; the first hundred."""
    known = catalogue()
    found = []
    rows = ClaimLine.objects.visible_to(post).filter(statement=row, accepted=False, decision="").select_related("person")
    for line in rows.order_by("day", "pk"):
        codes = [c for c in line.refusals if c in known and known[c].severity in ("hold", "reject")]
        if codes and all(known[c].severity == "hold" for c in codes):
            line.why = explain(codes)
            found.append(line)
    return found[:100]


def payments(post: Post) -> QuerySet[PaymentFile]:
    """Payment files of the post's area, newest first."""
    found: QuerySet[PaymentFile] = PaymentFile.objects.visible_to(post).order_by("-made_at")
    return found
