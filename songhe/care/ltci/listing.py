"""Lists of the insurance: service relations, statements, and the lines of one statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.delivery.plans.models import CarePlan
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.rights import area_q
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.calendar import Deadline
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort
from songhe.register.people.models import CareLevel, Person

from .models import ClaimLine, Enrolment, PaymentFile, Statement
from .process import ENROLMENT, SETTLEMENT
from .refusals import catalogue, explain

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


def to_replan(post: Post) -> QuerySet[Any]:
    """Home care whose plan was made for another level than the one that holds, or rests until a plan is made."""
    today = clock.today()
    held = CareLevel.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=today), person=OuterRef("person"), scheme="shanghai", starts__lte=today
    )
    plan = CarePlan.objects.filter(person=OuterRef("person"), provider=OuterRef("provider"), state="active", funding="ltci")
    waiting_plan = CarePlan.objects.filter(source_id=OuterRef("pk"), state__in=["draft", "proposed"])
    rows: QuerySet[Any] = Enrolment.objects.visible_to(post).filter(form=Enrolment.Form.HOME).annotate(
        level_now=Subquery(held.values("level")[:1]), level_planned=Subquery(plan.values("level")[:1])
    )
    outgrown = Q(state="serving", level_planned__isnull=False) & ~Q(level_planned=F("level_now"))
    resting = Q(state="suspended", level_planned__isnull=True, pauses__kind__in=["level", "manual"], pauses__ends__isnull=True)
    return rows.filter(~Exists(waiting_plan), outgrown | resting, level_now__isnull=False).distinct()


def waiting_statements(post: Post) -> QuerySet[Any]:
    """Statements that wait for the post."""
    states = ["drafted"] if post.role in PROVIDERS else ["submitted", "approved"]
    rows: QuerySet[Any] = Statement.objects.visible_to(post).filter(state__in=states)
    return rows


def _person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text.isascii() and any(c.isdigit() for c in text):
        return rows.filter(number__contains=text.upper())
    return rows.filter(person__pinyin__startswith=text.lower()) if text.isascii() else rows.filter(person__name__startswith=text)


ENROLMENTS = ListPage(
    name="ltci.enrolments",
    title="长护险服务",
    rows=lambda post: Enrolment.objects.visible_to(post).select_related("person", "provider"),
    columns=[
        Col("person", "长者", lambda e, p: e.person.name, primary=True, link=links.row("cases:page", "ltci")),
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
        Col("provider", "护理机构", lambda s, p: s.provider.name, primary=True, link=links.row("ltci:statement")),
        Col("month", "月份", lambda s, p: f"{s.month:%Y-%m}", kind="code"),
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


TONES = {"paid": "ok", "reduced": "info", "held": "warn", "refused": "bad"}


def outcome(line: ClaimLine) -> dict[str, str]:
    """What became of a line, in a word with its tone."""
    word = line.get_outcome_display()
    return {"word": "核查后放行" if line.decision == "released" else word, "tone": TONES[line.outcome]}


def reasons(line: ClaimLine) -> str:
    """The titles of what stands against a line, or was remarked."""
    return "；".join(catalogue()[c].title for c in line.refusals if c in catalogue())


def quantity(kind: str, count: int) -> str:
    """「60 分钟」, 「31 天」, 「1 个月」: lines of different kinds stand in one column."""
    words = {"visit": _("%(n)d 分钟"), "days": _("%(n)d 天"), "cash": _("%(n)d 个月")}
    return words[kind] % {"n": count}


def _by_name(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(person__pinyin__startswith=text.lower()) if text.isascii() else rows.filter(person__name__startswith=text)


LINES = ListPage(
    name="ltci.lines",
    title="结算明细",
    rows=lambda post: ClaimLine.objects.visible_to(post).select_related("person"),
    columns=[
        Col("person", "长者", lambda c, p: c.person.name, primary=True, link=links.row("ltci:line")),
        Col("day", "日期", lambda c, p: c.day, kind="date"),
        Col("outcome", "结果", lambda c, p: outcome(c), kind="tag"),
        Col("why", "理由", lambda c, p: reasons(c)),
        Col("served", "实际", lambda c, p: c.served, kind="number", unit="分钟／天"),
        Col("paid", "支付", lambda c, p: c.quantity, kind="number", unit="分钟／天"),
        Col("amount", "费用", lambda c, p: c.amount_fen, kind="fen"),
        Col("fund", "基金", lambda c, p: c.fund_fen, kind="fen"),
        Col("self", "个人", lambda c, p: c.person_fen, kind="fen"),
        Col("refused", "未付", lambda c, p: c.refused_fen, kind="fen"),
        Col("price", "单价", lambda c, p: c.price_fen, kind="fen"),
        Col("level", "照护等级", lambda c, p: c.level, kind="number"),
        Col("kind", "类别", lambda c, p: c.get_kind_display()),
    ],
    filters=[
        Filter("outcome", "结果", lambda rows, v: rows.filter(outcome=v), choices=lambda post: ClaimLine.Outcome.choices),
        Filter("reason", "理由", lambda rows, v: rows.filter(refusals__icontains=f'"{v}"'),
               choices=lambda post: [(r.code, r.title) for r in catalogue().values()]),
        Filter("kind", "类别", lambda rows, v: rows.filter(kind=v), choices=lambda post: ClaimLine.Kind.choices),
    ],
    sorts=[Sort("day", "按日期", ("day", "pk")), Sort("refused", "未付多的在前", ("-refused_fen", "pk"))],
    search=_by_name,
    search_label="姓名、拼音",
    person=lambda c: c.person_id,
    empty="没有明细",
    export_roles=MONEY,
    template="ltci/statement.html",
)


def of_statement(row: Statement, person_id: UUID | None = None) -> ListPage:
    """The lines of one statement, or of one person in it: the declared list, narrowed."""

    def rows(post: Post) -> QuerySet[Any]:
        found = LINES.rows(post).filter(statement=row)
        return found.filter(person_id=person_id) if person_id else found

    return replace(LINES, title=f"{row.provider.name} {row.month:%Y-%m}", rows=rows)


def tabs(row: Statement, post: Post, chosen: str) -> list[dict[str, Any]]:
    """All lines, each outcome with its count, and the people."""
    counts = dict(
        ClaimLine.objects.visible_to(post).filter(statement=row).order_by().values_list("outcome").annotate(n=Count("pk"))
    )
    here = reverse("ltci:statement", args=[row.pk])
    found = [{"label": "全部明细", "url": here, "current": chosen == "", "count": sum(counts.values())}]
    for value, label in ClaimLine.Outcome.choices:
        found.append({"label": label, "url": f"{here}?outcome={value}", "current": chosen == value, "count": counts.get(value, 0)})
    found.append(
        {"label": "按长者", "url": reverse("ltci:people", args=[row.pk]), "current": chosen == "people", "count": row.people}
    )
    return found


def _sum(row: Statement, field: str, **only: Any) -> Coalesce:
    lines = ClaimLine.objects.filter(statement=row, person=OuterRef("pk"), **only).order_by().values("person")
    return Coalesce(Subquery(lines.annotate(n=Sum(field)).values("n")), 0)


def _count(row: Statement, **only: Any) -> Coalesce:
    lines = ClaimLine.objects.filter(statement=row, person=OuterRef("pk"), **only).order_by().values("person")
    return Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0)


PEOPLE = ListPage(
    name="ltci.people",
    title="按长者",
    rows=Person.objects.visible_to,
    columns=[
        Col("person", "长者", lambda r, p: r.name, primary=True, link=lambda r: r.lines_url),
        Col("age", "年龄", lambda r, p: r.age, kind="number"),
        Col("town", "街镇", lambda r, p: areas.town_name(r.area_code)),
        Col("lines", "申报", lambda r, p: r.n_lines, kind="number", unit="条"),
        Col("accepted", "通过", lambda r, p: r.n_accepted, kind="number", unit="条"),
        Col("amount", "费用", lambda r, p: r.amount, kind="fen"),
        Col("fund", "基金", lambda r, p: r.fund, kind="fen"),
        Col("self", "个人", lambda r, p: r.own, kind="fen"),
        Col("refused", "未付", lambda r, p: r.refused, kind="fen"),
    ],
    sorts=[Sort("name", "按姓名", ("pinyin", "pk")), Sort("refused", "未付多的在前", ("-refused", "pk"))],
    search=lambda rows, text: rows.filter(pinyin__startswith=text.lower()) if text.isascii() else rows.filter(name__startswith=text),
    search_label="姓名、拼音",
    person=lambda r: r.pk,
    empty="没有长者",
    export_roles=MONEY,
    template="ltci/people.html",
)


def of_people(row: Statement) -> ListPage:
    """The people of one statement with their sums.

    Whoever may read the statement may read these: the lines, not today's service relations, open them.
    """
    base = reverse("ltci:statement", args=[row.pk])

    def rows(post: Post) -> QuerySet[Any]:
        seen = ClaimLine.objects.visible_to(post).filter(statement=row)
        people: QuerySet[Any] = Person.objects.unscoped("the statement's lines were opened through their scope").filter(
            pk__in=seen.values("person_id")
        )
        return people.annotate(
            n_lines=_count(row), n_accepted=_count(row, accepted=True), amount=_sum(row, "amount_fen"), fund=_sum(row, "fund_fen"),
            own=_sum(row, "person_fen"), refused=_sum(row, "refused_fen"),
        )

    def prepare(found: list[Any], post: Post) -> None:
        for person in found:
            person.lines_url = f"{base}?person={person.pk}"

    return replace(PEOPLE, title=f"{row.provider.name} {row.month:%Y-%m}", rows=rows, prepare=prepare)


def held(row: Statement, post: Post) -> list[ClaimLine]:
    """Lines that are held back and wait for an officer's look, with why; the first hundred."""
    rows = ClaimLine.objects.visible_to(post).filter(statement=row, outcome="held").select_related("person")
    found = list(rows.order_by("day", "pk")[:100])
    for line in found:
        line.why, line.key = explain(line.refusals), str(line.pk)  # type: ignore[attr-defined]
    return found


def payments(post: Post) -> QuerySet[PaymentFile]:
    """Payment files of the post's area, newest first."""
    found: QuerySet[PaymentFile] = PaymentFile.objects.visible_to(post).order_by("-made_at")
    return found
