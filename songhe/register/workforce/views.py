"""Pages of workers: list, record, certificates, hours, absences."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.screens import screen
from songhe.register.hours import WEEKDAYS, format_spans
from songhe.register.sites.faces import beside, form_page, post_of
from songhe.register.sites.forms import HoursForm

from . import actions, queries, rules
from .access import KEEPERS, OFFICES, READERS, SELF, keeps
from .forms import AbsenceForm, CertificateForm, PurposeForm, WorkerForm
from .listing import LIST, certificate_tag, is_employed
from .models import Shift, Worker

GET_POST = ("GET", "POST")


@screen("workforce.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """Workers that the post sees."""
    return LIST.respond(request, may_add=post_of(request).role in KEEPERS)


@screen("workforce.worker", roles=READERS)
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One worker."""
    post = post_of(request)
    worker = queries.worker(pk, post)
    return render(request, "workforce/worker.html", {**_record(worker, post), "keeps": keeps(post, worker)})


@screen("workforce.me", roles=SELF)
def me(request: HttpRequest) -> HttpResponse:
    """A worker's own record, for her phone."""
    post = post_of(request)
    if post.holder_id is None:
        raise Missing(_("您的岗位还没有关联人员登记，请联系单位管理员。"))
    return render(request, "workforce/me.html", _record(queries.worker(post.holder_id, post), post))


@screen("workforce.add", roles=KEEPERS, methods=GET_POST)
def add(request: HttpRequest) -> HttpResponse:
    """Register a worker."""
    post = post_of(request)
    form = WorkerForm(request.POST or None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            worker = actions.add([form.facts(post)], by=post)[0]
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("已登记%(name)s，请补登证书") % {"name": worker.name})
            return redirect("workforce:worker", worker.pk)
    return form_page(request, form, _("新增人员"), reverse("workforce:list"), draft="worker-new")


@screen("workforce.edit", roles=KEEPERS, methods=GET_POST)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a record right."""
    post, worker = _kept(request, pk)
    form = WorkerForm(request.POST or None, post=post, worker=worker)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change(worker, form.facts(post), by=post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("已保存") if changed else _("没有改动"))
            return redirect("workforce:worker", pk)
    return form_page(request, form, _("修改登记：%(name)s") % {"name": worker.name}, _back(pk))


@screen("workforce.certificate", roles=KEEPERS, methods=GET_POST)
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register a certificate."""
    post, worker = _kept(request, pk)
    form = CertificateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_certificates([(worker, form.cleaned_data)], by=post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("证书已登记"))
            return redirect("workforce:worker", pk)
    return form_page(request, form, _("登记证书：%(name)s") % {"name": worker.name}, _back(pk))


@screen("workforce.shifts", roles=KEEPERS, methods=GET_POST)
def shifts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Usual hours of a week."""
    post, worker = _kept(request, pk)
    form = HoursForm(request.POST or None, hours=_week(queries.shifts_of(worker, post)))
    if request.method == "POST" and form.is_valid():
        actions.set_shifts(worker, form.week(), by=post)
        messages.success(request, _("工作时间已保存"))
        return redirect("workforce:worker", pk)
    intro = _("每天一行，如 08:00-17:00；分两段的写成 08:00-11:30、13:00-17:00；休息日留空。派单只在工作时间内。")
    return form_page(request, form, _("工作时间：%(name)s") % {"name": worker.name}, _back(pk), intro=intro)


@screen("workforce.absence", roles=KEEPERS, methods=GET_POST)
def absence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register an absence."""
    post, worker = _kept(request, pk)
    form = AbsenceForm(request.POST or None, initial={"starts": clock.today(), "last": clock.today()})
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        try:
            actions.absent(worker, v["kind"], v["starts"], form.ends, by=post)
        except Refused as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _("请假已登记"))
            return redirect("workforce:worker", pk)
    return form_page(request, form, _("登记请假：%(name)s") % {"name": worker.name}, _back(pk))


@screen("workforce.back", roles=KEEPERS, methods=("POST",))
def back(request: HttpRequest, pk: UUID, absence_id: UUID) -> HttpResponse:
    """She is back at work from today."""
    post, worker = _kept(request, pk)
    actions.back(worker, absence_id, clock.today(), by=post)
    messages.success(request, _("已销假"))
    return redirect("workforce:worker", pk)


@screen("workforce.reveal", roles=OFFICES, methods=GET_POST)
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole telephone number, for a stated purpose that goes on record."""
    post = post_of(request)
    worker = queries.worker(pk, post)
    form = PurposeForm(request.POST or None)
    whole = ""
    if request.method == "POST" and form.is_valid():
        whole = rights.reveal(worker, "phone", post, form.cleaned_data["purpose"])
    context = {"worker": worker, "form": form, "whole": whole, "heading": _("查看电话：%(name)s") % {"name": worker.name}}
    part = "workforce/reveal_part.html" if request.headers.get("HX-Request") else "workforce/reveal.html"
    return render(request, part, context)


def _kept(request: HttpRequest, pk: UUID) -> tuple[Post, Worker]:
    """The worker whom this post may change."""
    post = post_of(request)
    worker = queries.worker(pk, post)
    if not keeps(post, worker):
        raise Forbidden(_("您的岗位无权修改该人员"))
    return post, worker


def _back(pk: UUID) -> str:
    return reverse("workforce:worker", args=[pk])


def _week(rows: list[Shift]) -> dict[int, list[Any]]:
    week: dict[int, list[Any]] = {}
    for row in rows:
        week.setdefault(row.weekday, []).append((row.starts, row.ends))
    return week


def _record(worker: Worker, post: Post) -> dict[str, Any]:
    """What the desk and the worker's own phone show."""
    day = clock.today()
    cards = queries.certificates_of([worker], post)[worker.pk]
    held = [rules.Held(c.kind, c.starts, c.ends) for c in cards]
    pay, why = rules.pay_class(worker.staff_class, worker.grade, day)
    week = _week(queries.shifts_of(worker, post))
    return {
        "worker": worker,
        "employed": is_employed(worker),
        "cards": [(card, certificate_tag(card, day)) for card in cards],
        "against": rules.may_work(worker.occupation, held, day) if is_employed(worker) else [],
        "skills": [rules.SKILLS.get(code, code) for code in worker.skills],
        "languages": [rules.LANGUAGES.get(code, code) for code in worker.languages],
        "pay": rules.TITLES.get(pay, ""),
        "pay_why": [why] if worker.staff_class else [],
        "week": [(name, format_spans(week.get(n, []))) for n, name in enumerate(WEEKDAYS)] if week else [],
        "absences": queries.absences_of(worker, post),
        "today": day,
    }
