"""The window 一门式: find or register a person, choose a request, hand it in, hand out what comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.desk.telling import tell
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Refused
from songhe.kernel.screens import screen
from songhe.register.people import actions as people

from . import actions, queries
from .access import ADVISERS, WINDOW
from .forms import TOPICS, ConsultForm, RegisterForm


@screen("intake.start", roles=WINDOW)
def start(request: HttpRequest) -> HttpResponse:
    """Where the window begins: one box, calls that wait, what was asked today."""
    post: Post = request.post  # type: ignore[attr-defined]
    calls = queries.calls(post)
    reads.log(post, [c.person_id for c in calls], what="list")
    talks = queries.talks_today(post)
    words = dict(TOPICS)
    return render(
        request, "intake/start.html",
        {"calls": calls, "talks": [{"at": t.at, "topic": words.get(t.data.get("topic")), "answer": t.reason} for t in talks]},
    )


@screen("intake.find", roles=WINDOW)
def find(request: HttpRequest) -> HttpResponse:
    """People who fit what was typed; who is not there yet is registered from here."""
    post: Post = request.post  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:60]
    found = queries.find(post, text) if text else []
    reads.log(post, [p.pk for p in found], what="search")
    return render(
        request, "intake/find.html",
        {"q": text, "found": found[: queries.FOUND], "more": len(found) > queries.FOUND, "limit": queries.FOUND,
         "may_register": post.role == Role.STREET},
    )


@screen("intake.register", roles={Role.STREET}, methods=("GET", "POST"))
def register(request: HttpRequest) -> HttpResponse:
    """Open a file for somebody who is not on the register; then straight on to her requests."""
    post: Post = request.post  # type: ignore[attr-defined]
    if request.method == "POST" and "prefill" not in request.POST:
        form = RegisterForm(request.POST, post=post)
        if form.is_valid():
            try:
                person = people.register(form.person(), by=post)
            except Refused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("已为%(name)s建档") % {"name": person.name})
                return redirect("intake:person", pk=person.pk)
    else:
        text = request.POST.get("prefill", "").strip()
        number = text.replace(" ", "").upper()
        initial = {"identity_number": number} if number[:17].isdigit() and len(number) == 18 else {"name": text}
        form = RegisterForm(post=post, initial=initial)
    return render(
        request, "intake/register.html",
        {"form": form, "heading": _("新建长者档案"), "submit": _("建档，去办事"), "back": reverse("intake:start"),
         "draft": "intake-register"},
        status=422 if form.errors else 200,
    )


@screen("intake.person", roles=WINDOW)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person at the window: what is in hand, what she could ask for and why not, what she is entitled to."""
    post: Post = request.post  # type: ignore[attr-defined]
    who = queries.person(post, pk)
    reads.log(post, [pk], what="file", purpose=_("窗口受理"))
    return render(
        request, "intake/person.html",
        {
            "person": who, "in_hand": queries.in_hand(post, pk), "chances": queries.chances(post, who),
            "entitled": queries.entitled(post, who), "talks": queries.talks_with(who, post),
        },
    )


@screen("intake.offer", roles=WINDOW, methods=("GET", "POST"))
def offer(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    """The form of a request, with what stands against it as it is filled in."""
    post: Post = request.post  # type: ignore[attr-defined]
    who, asked = queries.person(post, pk), queries.offer(post, key)
    form = asked.form(request.POST or None, request.FILES or None, person=who, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            case = asked.take(form, post)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("已提交：%(number)s") % {"number": case.number})
            return redirect("intake:receipt", process=key, pk=case.pk)
    reads.log(post, [pk], what="file", purpose=_("窗口受理"))
    against, notes = asked.check(who, _choices(form), post)
    return render(
        request, "intake/offer.html",
        {"form": form, "person": who, "offer": asked, "key": key, "against": against, "notes": notes},
        status=422 if form.errors else 200,
    )


@screen("intake.check", roles=WINDOW, methods=("POST",))
def check(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    """What stands against the request as it is chosen so far; replaces the box beside the form."""
    post: Post = request.post  # type: ignore[attr-defined]
    who, asked = queries.person(post, pk), queries.offer(post, key)
    against, notes = asked.check(who, request.POST.dict(), post)
    return render(request, "intake/verdict.html", {"against": against, "notes": notes, "offer": asked})


def _choices(form: Any) -> dict[str, Any]:
    """What the form says so far: typed, or proposed."""
    if form.is_bound:
        return dict(form.data.items())
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


@screen("intake.receipt", roles=WINDOW)
def receipt(request: HttpRequest, process: str, pk: UUID) -> HttpResponse:
    """The sheet handed out: number, what happens next and until when, whom to call."""
    post: Post = request.post  # type: ignore[attr-defined]
    face, case, asked = queries.filed(post, process, pk)
    reads.log(post, [case.person_id], what="print", purpose=case.number)
    return render(
        request, "intake/receipt.html",
        {"face": face, "case": case, "offer": asked, "steps": asked.afterwards(case), "office": queries.office_of(case.area_code)},
    )


@screen("intake.advice", roles=ADVISERS)
def advice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """我能享受什么 for a person in sight, on the screen and on paper."""
    post: Post = request.post  # type: ignore[attr-defined]
    who = queries.person(post, pk)
    reads.log(post, [pk], what="file", purpose=_("待遇咨询"))
    return render(
        request, "intake/advice.html",
        {"person": who, "entitled": queries.entitled(post, who), "office": queries.office_of(who.area_code)},
    )


@screen("intake.consult", roles=WINDOW, methods=("GET", "POST"))
def consult(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Record a question that was answered, with or without a person."""
    post: Post = request.post  # type: ignore[attr-defined]
    who = queries.person(post, pk) if pk else None
    form = ConsultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.record_consultations([actions.Consultation(data["topic"], data["answer"], who)], by=post)
        messages.success(request, _("已登记咨询"))
        return redirect("intake:person", pk=who.pk) if who else redirect("intake:start")
    back = reverse("intake:person", args=[who.pk]) if who else reverse("intake:start")
    heading = _("登记咨询 · %(name)s") % {"name": who.name} if who else _("登记咨询")
    return render(
        request, "intake/consult.html",
        {"form": form, "person": who, "heading": heading, "submit": _("登记"), "back": back, "draft": "intake-consult"},
        status=422 if form.errors else 200,
    )
