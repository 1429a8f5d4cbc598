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
from songhe.kernel.errors import Conflict, Missing, Refused
from songhe.kernel.process.firing import refusals
from songhe.kernel.screens import screen
from songhe.register.people.models import Person

from . import actions, calendar, lines, listing, papers, paying, reviewing, settlement
from .forms import MonthForm, RefuseForm, ReleaseForm, words
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
    return _statements(request)


def _statements(request: HttpRequest, *, draft: MonthForm | None = None, pay: MonthForm | None = None) -> HttpResponseBase:
    """The list with its two forms; one that could not be done comes back with what was typed."""
    post = _post(request)
    month = {"month": f"{calendar.last_month(clock.today()):%Y-%m}"}
    response = listing.STATEMENTS.respond(
        request, may_make=post.role in MAKERS,
        draft_form=draft or MonthForm(initial=month, auto_id="draft-%s"), pay_form=pay or MonthForm(initial=month, auto_id="pay-%s"),
        payments=listing.payments(post)[:6] if post.role in (Role.INSURER, Role.BUREAU, Role.AUDITOR) else (),
    )
    return _again(response) if draft or pay else response


def _again(response: HttpResponseBase) -> HttpResponseBase:
    """The page a form stands on, shown once more because of what is wrong in it."""
    response.status_code = 422
    return response


@screen("ltci.draft", roles=MAKERS, methods=("POST",))
def draft(request: HttpRequest) -> HttpResponseBase:
    """Judge a month and draft its statements, as a job with progress."""
    form = MonthForm(request.POST, auto_id="draft-%s")
    if not form.is_valid():
        return _statements(request, draft=form)
    run = jobs.start("ltci.draft", by=_post(request), month=form.cleaned_data["month"].isoformat())
    return redirect(reverse("jobs:run", args=[run.pk]))


def _statement(post: Post, pk: UUID) -> Statement:
    row: Statement | None = Statement.objects.visible_to(post).select_related("provider").filter(pk=pk).first()
    if row is None:
        raise Missing(_("没有找到该结算单，或它不在您的管辖范围内"))
    return row


@screen("ltci.statement", roles=MONEY)
def statement(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """One provider's month: totals, what becomes of every line and why, the papers, the next step."""
    return _lines(request, _statement(_post(request), pk))


def _lines(request: HttpRequest, row: Statement, form: ReleaseForm | None = None) -> HttpResponseBase:
    post = _post(request)
    person = _person_asked(request, row, post)
    held = listing.held(row, post) if _reviews(post, row) and person is None else []
    return listing.of_statement(row, person.pk if person else None).respond(
        request, keep={"person": str(person.pk)} if person else None, held=held, person=person, release=form or ReleaseForm(),
        ticked=form.data.getlist("lines") if form else (), **_around(row, post, request),  # type: ignore[attr-defined]
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
        "may_rejudge": post.role in PROVIDERS and row.state == "drafted",
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
    return _one_line(request, _line(_post(request), pk))


def _one_line(request: HttpRequest, found: ClaimLine, form: ReleaseForm | None = None) -> HttpResponse:
    post = _post(request)
    reads.log(post, [found.person_id], what="case", purpose=found.statement.number)
    context = lines.context(found, post, may_decide=_reviews(post, found.statement), form=form)
    return render(request, "ltci/line.html", context)


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
    kind = RefuseForm if "code" in request.POST else ReleaseForm
    form = kind(request.POST, known=[str(k) for k in known.values_list("pk", flat=True)])
    if form.is_valid() and _decided(request, row, form):
        return redirect(reverse("ltci:statement", args=[row.pk]))
    found = known.select_related("statement__provider", "person").first() if "page" in request.POST else None
    return _again(_one_line(request, found, form) if found else _lines(request, row, form))


def _decided(request: HttpRequest, row: Statement, form: ReleaseForm) -> bool:
    """Do what the form says; what a rule has against it is said in the form."""
    by, ids, reason = _post(request), [UUID(k) for k in form.cleaned_data["lines"]], form.cleaned_data["reason"]
    try:
        if isinstance(form, RefuseForm):
            count = reviewing.refuse(row, ids, code=form.cleaned_data["code"], by=by, reason=reason)
            said = _("已拒付 %(n)d 条明细")
        else:
            count = reviewing.release(row, ids, by=by, reason=reason)
            said = _("已放行 %(n)d 条明细")
    except Conflict:
        raise
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, words(error))
        return False
    messages.success(request, said % {"n": count})
    return True


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
    form = MonthForm(request.POST, auto_id="pay-%s")
    if not form.is_valid():
        return _statements(request, pay=form)
    month = form.cleaned_data["month"]
    rows = list(Statement.objects.visible_to(post).filter(month=month, state="approved").select_related("provider"))
    try:
        file = paying.pay_out(rows, by=post)
    except Conflict:
        raise
    except Refused as error:
        form.add_error("month", words(error))
        return _statements(request, pay=form)
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
