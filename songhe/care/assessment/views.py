"""Screens of the assessment room at the desk: list, diary, materials, 复核."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from songhe.kernel import clock, policy, vault
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.screens import screen

from . import actions, diary, papers, queries, rules, terms
from .forms import ObjectionForm
from .listing import LIST, READERS
from .models import Assessment, Attachment

DIARISTS = frozenset({Role.AGENCY, Role.ASSESSOR})
OBJECTORS = frozenset({Role.ELDER, Role.FAMILY, Role.STREET, Role.ADVISOR})


@screen("assessment.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponse:
    """Assessments within the post's scope."""
    return LIST.respond(request)  # type: ignore[return-value]


@screen("assessment.calendar", roles=DIARISTS)
def calendar(request: HttpRequest) -> HttpResponse:
    """Who goes where: the agency's week, or the assessor's next days on her phone."""
    post: Post = request.post  # type: ignore[attr-defined]
    if post.role == Role.ASSESSOR:
        visits = diary.ahead(post)
        reads.log(post, [v.case.person_id for day in visits for v in day.visits], what="list")
        return render(request, "assessment/today.html", {"days": visits})
    first = _week(request.GET.get("week", ""))
    week = diary.week(post, first)
    reads.log(post, [v.case.person_id for day in week for v in day.visits], what="list")
    return render(
        request, "assessment/calendar.html",
        {
            "days": week, "first": first, "last": first + timedelta(days=6), "before": first - timedelta(days=7),
            "after": first + timedelta(days=7), "waiting": diary.waiting(post),
        },
    )


def _week(text: str) -> date:
    """The Monday of the week asked for, or of this one."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = clock.today()
    return day - timedelta(days=day.weekday())


@screen("assessment.attachment", roles=READERS | {Role.ELDER, Role.FAMILY})
def attachment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One photo, signature or paper, out of the vault; the look is on record."""
    post: Post = request.post  # type: ignore[attr-defined]
    row: Attachment | None = Attachment.objects.visible_to(post).select_related("assessment").filter(pk=pk).first()
    if row is None:
        raise Missing("没有找到这份材料，或它不在您的管辖范围内")
    data = vault.open(row.file)
    reads.log(post, [row.assessment.person_id], what="case", purpose=row.assessment.number, fields=[row.kind])
    response = HttpResponse(data, content_type=row.media_type)
    response["Content-Disposition"] = f'inline; filename="{row.assessment.number}-{row.pk.hex[-6:]}"'
    response["X-Content-Type-Options"] = "nosniff"
    # A paper from outside must not run anything in our name.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@screen("assessment.paper", roles=READERS | {Role.ELDER, Role.FAMILY})
def paper(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """结果告知书 or 评估报告 as PDF; the print is on record."""
    post: Post = request.post  # type: ignore[attr-defined]
    case = queries.one(post, pk)
    if post.is_portal and kind != "notice":
        raise Forbidden("评估报告由评估机构和经办部门留存，您可打印结果告知书")
    made = papers.pdf(case, kind, post)
    reads.log(post, [case.person_id], what="print", purpose=papers.TITLES[kind])
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}-{kind}.pdf"'
    return response


@screen("assessment.objection", roles=OBJECTORS, methods=("GET", "POST"))
def objection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for 复核 of a conclusion, or 终核 of a 复核."""
    post: Post = request.post  # type: ignore[attr-defined]
    case = queries.one(post, pk)
    kind = rules.next_objection(case.kind)
    form = ObjectionForm(request.POST or None, initial={"applicant": "relative" if post.role == Role.FAMILY else "self"})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.request_review(
                case, by=post, reason=form.cleaned_data["reason"], applicant=form.cleaned_data["applicant"]
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            if refusal.remedy:
                form.add_error(None, refusal.remedy)
        else:
            messages.success(request, _("已提交%(kind)s申请 %(number)s") % {"kind": made.get_kind_display(), "number": made.number})
            return redirect("cases:page", process="assessment", pk=made.pk)
    window = terms.objection_window(case.kind, case.delivered_on, case.area_code) if case.delivered_on and kind else None
    context = {
        "form": form, "case": case, "window": window, "level": rules.level_label(case.official_level),
        "word": Assessment.Kind(kind).label if kind else "",
        "limit": policy.value(f"assessment.deadline.{kind}", on=clock.today(), area=case.area_code) if kind else None,
        "fee": rules.fee(kind, case.self_paid, clock.today(), case.area_code) if kind else None,
    }
    template = "assessment/objection_portal.html" if post.is_portal else "assessment/objection.html"
    return render(request, template, context, status=422 if form.errors else 200)
