"""Screens of the insurance: relations, plans to make, the provider's month, its papers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel import clock, jobs
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.process.firing import refusals
from songhe.kernel.screens import screen
from songhe.register.people.models import Person

from . import actions, calendar, lines, listing, papers, paying, reviewing, settlement
from .forms import DecisionForm, MonthForm
from .listing import MONEY, PROVIDERS, READERS
from .models import ClaimLine, Enrolment, Statement

MAKERS = PROVIDERS | {Role.INSURER}


def _post(request: HttpRequest) -> Post:
    post: Post = request.post  # type: ignore[attr-defined]
    return post


@screen("ltci.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """Service relations."""
    return listing.ENROLMENTS.respond(request)


@screen("ltci.plan", roles=PROVIDERS, methods=("POST",))
def plan(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Open the plan to work on: the one that waits, or a new draft."""
    post = _post(request)
    row = Enrolment.objects.visible_to(post).select_related("person", "provider").filter(pk=pk).first()
    if row is None:
        raise Missing(_("没有找到该服务关系，或它不在您的管辖范围内"))
    made = actions.draft_plan(row, by=post)
    return redirect(reverse("plans:edit", args=[made.pk]))


@screen("ltci.statements", roles=MONEY)
def statements(request: HttpRequest) -> HttpResponseBase:
    """Statements, and the way to make those of a month."""
    post = _post(request)
    return listing.STATEMENTS.respond(
        request, may_make=post.role in MAKERS, month=f"{calendar.last_month(clock.today()):%Y-%m}",
        payments=listing.payments(post)[:6] if post.role in (Role.INSURER, Role.BUREAU, Role.AUDITOR) else (),
    )


@screen("ltci.draft", roles=MAKERS, methods=("POST",))
def draft(request: HttpRequest) -> HttpResponseBase:
    """Judge a month and draft its statements, as a job with progress."""
    form = MonthForm(request.POST)
    if not form.is_valid():
        raise Refused("month.format", _("请选择结算月份"), field="month")
    month = calendar.parse_month(form.cleaned_data["month"])
    calendar.require_closed(month)
    run = jobs.start("ltci.draft", by=_post(request), month=month.isoformat())
    return redirect(reverse("jobs:run", args=[run.pk]))


def _statement(post: Post, pk: UUID) -> Statement:
    row: Statement | None = Statement.objects.visible_to(post).select_related("provider").filter(pk=pk).first()
    if row is None:
        raise Missing(_("没有找到该结算单，或它不在您的管辖范围内"))
    return row


@screen("ltci.statement", roles=MONEY)
def statement(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """One provider's month: totals, what becomes of every line and why, the papers, the next step."""
    post = _post(request)
    row = _statement(post, pk)
    person = _person_asked(request, row, post)
    held = listing.held(row, post) if _reviews(post, row) and person is None else []
    return listing.of_statement(row, person.pk if person else None).respond(
        request, keep={"person": str(person.pk)} if person else None, held=held, person=person, **_around(row, post, request),
    )


@screen("ltci.people", roles=MONEY)
def people(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The same month by person."""
    post = _post(request)
    row = _statement(post, pk)
    return listing.of_people(row).respond(request, **{**_around(row, post, request), "tabs": listing.tabs(row, post, "people")})


def _around(row: Statement, post: Post, request: HttpRequest) -> dict[str, Any]:
    """What stands around every list of a statement."""
    steps = [s for s in row.process.steps_from(row.state) if post.role in s.who and not s.when_due]
    return {
        "statement": row, "steps": [(s, refusals(row, s, post)) for s in steps],
        "tabs": listing.tabs(row, post, request.GET.get("outcome", "")),
    }


def _reviews(post: Post, row: Statement) -> bool:
    return post.role == Role.INSURER and row.state == "submitted"


def _person_asked(request: HttpRequest, row: Statement, post: Post) -> Person | None:
    """The person whose lines alone are asked for; one who is not in the statement is not there."""
    asked = request.GET.get("person", "")
    if not asked:
        return None
    rows = ClaimLine.objects.visible_to(post).filter(statement=row, person_id__in=_ids([asked])).select_related("person")
    first = rows.first()
    if first is None:
        raise Missing(_("该长者不在这张结算单中"))
    found: Person = first.person
    return found


@screen("ltci.line", roles=MONEY)
def line(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """One line: what was served, what is paid, every reason with its rule; the insurer decides here."""
    post = _post(request)
    found = _line(post, pk)
    reads.log(post, [found.person_id], what="case", purpose=found.statement.number)
    return render(request, "ltci/line.html", lines.context(found, post, may_decide=_reviews(post, found.statement)))


def _line(post: Post, pk: UUID) -> ClaimLine:
    rows = ClaimLine.objects.visible_to(post).select_related("statement__provider", "person")
    found: ClaimLine | None = rows.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到该明细，或它不在您的管辖范围内"))
    return found


@screen("ltci.decide", roles={Role.INSURER}, methods=("POST",))
def decide(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Pay lines that were held back after they were looked into, or refuse lines for a reason that no record shows."""
    post = _post(request)
    row = _statement(post, pk)
    known = ClaimLine.objects.visible_to(post).filter(statement=row, pk__in=_ids(request.POST.getlist("lines")))
    form = DecisionForm(request.POST, known=[str(k) for k in known.values_list("pk", flat=True)])
    if not form.is_valid():
        raise Refused("lines.decide", "；".join(str(e) for errors in form.errors.values() for e in errors))
    ids, code, reason = [UUID(k) for k in form.cleaned_data["lines"]], form.cleaned_data["code"], form.cleaned_data["reason"]
    if code:
        count = reviewing.refuse(row, ids, code=code, by=post, reason=reason)
        messages.success(request, _("已拒付 %(n)d 条明细") % {"n": count})
    else:
        count = reviewing.release(row, ids, by=post, reason=reason)
        messages.success(request, _("已放行 %(n)d 条明细") % {"n": count})
    return redirect(reverse("ltci:statement", args=[row.pk]))


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:500]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@screen("ltci.rejudge", roles=PROVIDERS, methods=("POST",))
def rejudge(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Judge a draft afresh, after records were put right."""
    row = _statement(_post(request), pk)
    settlement.draft_month(row.month, by=_post(request), providers=[row.provider])
    messages.success(request, _("明细已重新生成"))
    return redirect(reverse("ltci:statement", args=[row.pk]))


@screen("ltci.paper", roles=MONEY)
def paper(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The statement as PDF."""
    row = _statement(_post(request), pk)
    return _file(papers.statement_pdf(row, _post(request)), f"{row.number}.pdf", "application/pdf")


@screen("ltci.pay", roles={Role.INSURER}, methods=("POST",))
def pay(request: HttpRequest) -> HttpResponseBase:
    """Pay all approved statements of a month and make the bank's file."""
    post = _post(request)
    month = calendar.parse_month(request.POST.get("month", ""))
    rows = list(Statement.objects.visible_to(post).filter(month=month, state="approved").select_related("provider"))
    file = paying.pay_out(rows, by=post)
    messages.success(request, _("已拨付 %(n)d 张结算单，拨付文件 %(number)s 可下载") % {"n": len(rows), "number": file.number})
    return redirect(reverse("ltci:statements"))


@screen("ltci.payment", roles={Role.INSURER, Role.BUREAU, Role.AUDITOR})
def payment(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The bank's file, the same bytes every time."""
    file = listing.payments(_post(request)).filter(pk=pk).first()
    if file is None:
        raise Missing(_("没有找到该拨付文件"))
    return _file(paying.content(file), f"{file.number}.csv", "text/csv; charset=utf-8")


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
