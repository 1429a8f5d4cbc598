"""The provider's day, the list of visits, and one visit with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.delivery import catalogue
from songhe.kernel import clock, vault
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.screens import screen
from songhe.kernel.screens.returning import way_back
from songhe.register.workforce.models import Worker

from . import actions, queries, rostering
from .forms import AssignForm, CancelForm, MissForm
from .listing import PAGE, READERS
from .models import Evidence, Visit
from .process import PROCESS

ROSTERERS = frozenset({Role.COORDINATOR, Role.HOME})
FIELD = frozenset({Role.CARER, Role.NURSE})


def _post(request: HttpRequest) -> Post:
    return request.post  # type: ignore[attr-defined,no-any-return]


@screen("visits.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """The list of visits."""
    return PAGE.respond(request)


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


@screen("visits.day", roles=ROSTERERS)
def day(request: HttpRequest) -> HttpResponse:
    """A provider's day: who goes where when, and who waits for whom."""
    post = _post(request)
    if post.organisation_id is None:
        raise Missing(_("您的岗位没有关联服务机构"))
    on = _day_of(request.GET.get("day", ""))
    board = queries.board(post.organisation_id, on, post)
    people = [b.visit.person_id for r in board.rows for b in r.bars] + [w.visit.person_id for w in board.waiting]
    reads.log(post, people, what="list", purpose=_("排班 %(day)s") % {"day": on})
    return render(
        request, "visits/day.html",
        {"board": board, "before": on - timedelta(days=1), "after": on + timedelta(days=1), "past": on < clock.today()},
    )


@screen("visits.roster", roles=ROSTERERS, methods=("POST",))
def roster(request: HttpRequest) -> HttpResponse:
    """Run the assignment rule for the visits of a day that wait."""
    post = _post(request)
    on = _day_of(request.POST.get("day", ""))
    result = rostering.assign_day(on, by=post, providers=[post.organisation_id] if post.organisation_id else [])
    if result.assigned:
        messages.success(request, _("已排班 %(n)d 次") % {"n": result.assigned})
    if result.unserved:
        messages.warning(request, _("还有 %(n)d 次没有合适的护理员，原因见下方，请人工处理。") % {"n": len(result.unserved)})
    elif not result.assigned:
        messages.info(request, _("没有待排班的服务"))
    return _to(f"{reverse('visits:day')}?day={on.isoformat()}")


def _to(url: str) -> HttpResponse:
    response = redirect(url)
    response.status_code = 303
    return response


def _back(request: HttpRequest, visit: Visit) -> str:
    """Where the dialog was opened: the day, or the visit's own page."""
    return way_back(request, reverse("visits:page", args=[visit.pk]))


def _done(request: HttpRequest, url: str, text: str) -> HttpResponse:
    messages.success(request, text)
    return HttpResponse(headers={"HX-Redirect": url}) if request.headers.get("HX-Request") else _to(url)


@screen("visits.assign", roles=ROSTERERS, methods=("GET", "POST"))
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send somebody by hand: everybody of the crew, with what speaks against whom."""
    post = _post(request)
    visit = queries.find(pk, post)
    found = rostering.candidates(visit)
    form = AssignForm(request.POST or None, visit=visit, candidates=found)
    back = _back(request, visit)
    if request.method == "POST" and form.is_valid():
        try:
            worker = Worker.objects.unscoped("the crew of the visit's provider").get(
                pk=form.carer_id, organisation_id=visit.provider_id
            )
            rostering.assign([visit.pk], worker, by=post, start=form.start_at, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return _done(request, back, _("已派给 %(name)s") % {"name": worker.name})
    reads.log(post, [visit.person_id], what="visit", purpose=_("排班"))
    chosen = form["carer"].value()
    context = {
        "visit": visit, "form": form, "back": back, "items": catalogue.names(visit.items),
        "candidates": [(c, str(c.worker.pk) == chosen) for c in found], "near": 1000,
    }
    return _dialog(request, "visits/assign.html", context, form)


def _dialog(request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form) -> HttpResponse:
    """A page of its own, or the fragment that the shared dialog shows."""
    dialog = bool(request.headers.get("HX-Request"))
    status = 422 if form.is_bound and not dialog else 200
    name = template.replace(".html", "_body.html") if dialog else template
    return render(request, name, {**context, "dialog": dialog}, status=status)


@screen("visits.unassign", roles=ROSTERERS, methods=("POST",))
def unassign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a visit off its carer's list."""
    visit = queries.find(pk, _post(request))
    actions.unassign([visit.pk], by=_post(request))
    return _done(request, _back(request, visit), _("已撤回排班，待重新安排"))


def _with_reason(
    request: HttpRequest, pk: UUID, step: str, form_class: type[forms.Form], act: Callable[..., Any]
) -> HttpResponse:
    post = _post(request)
    visit = queries.find(pk, post)
    form = form_class(request.POST or None)
    back = _back(request, visit)
    if request.method == "POST" and form.is_valid():
        try:
            act([visit.pk], by=post, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return _done(request, back, _("%(step)s：已办理") % {"step": _(PROCESS.by_step[step].label)})
    context = {"visit": visit, "form": form, "back": back, "step": PROCESS.by_step[step]}
    return _dialog(request, "visits/step.html", context, form)


@screen("visits.cancel", roles=ROSTERERS, methods=("GET", "POST"))
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a visit that has not begun."""
    return _with_reason(request, pk, "cancel", CancelForm, actions.cancel)


@screen("visits.miss", roles=ROSTERERS, methods=("GET", "POST"))
def miss(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register that nobody came."""
    return _with_reason(request, pk, "miss", MissForm, actions.miss)


@screen("visits.page", roles=READERS | FIELD)
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One visit with its evidence; a carer is led to the page on her phone."""
    post = _post(request)
    visit = queries.find(pk, post)
    if post.role in FIELD:
        return redirect("visits:phone", pk)
    reads.log(post, [visit.person_id], what="visit", purpose=visit.day.isoformat())
    may = [s for s in PROCESS.steps_from(visit.state) if post.role in s.who]
    return render(
        request, "visits/page.html",
        {
            "visit": visit, "state": queries.state_of(visit), "flags": queries.flags_of(visit.flags),
            "proofs": queries.proofs(visit, post), "tasks": queries.tasks(visit), "evidence": queries.evidence(visit, post),
            "moments": queries.history(visit, post), "staff_class": catalogue.classes().get(visit.staff_class, ""),
            "steps": {s.name: s for s in may},
        },
    )


@screen("visits.evidence", roles=(READERS - {Role.ADVISOR, Role.STREET}) | FIELD | PORTAL)
def evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A photo or signature of a visit, from the vault; the look is on record."""
    post = _post(request)
    row: Evidence | None = Evidence.objects.visible_to(post).select_related("visit").filter(pk=pk).first()
    if row is None:
        raise Missing(_("没有找到这份材料"))
    data = vault.open(row.file)
    reads.log(post, [row.visit.person_id], what="visit", purpose=_("照片与签字"))
    response = HttpResponse(data, content_type=vault.sniff(data) or "application/octet-stream")
    response["Content-Disposition"] = "inline"
    return response
