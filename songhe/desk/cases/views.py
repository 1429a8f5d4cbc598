"""The case page and its steps."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.desk.telling import tell
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import EVERYBODY, FIELD, Role
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.process.firing import fire
from songhe.kernel.screens import screen

from . import diagrams, progress, queries
from .forms import form_for

#: The administrator keeps the machine and opens no person's case.
READERS = EVERYBODY - {Role.ADMIN}


def layout_of(post: Post) -> str:
    """Which face a post works on: the portal, a phone in the field, or the desk."""
    return "portal" if post.is_portal else "phone" if post.role in FIELD else "desk"


@screen("cases.process", roles=EVERYBODY)
def process(request: HttpRequest, process: str) -> HttpResponse:
    """The table of a process as everybody may read it: states, steps, limits with their sources."""
    found = diagrams.declared(process)
    post: Post = request.post  # type: ignore[attr-defined]
    return render(
        request, "cases/process_portal.html" if post.is_portal else "cases/process.html",
        {"process": found, "states": diagrams.states(found), "drawing": diagrams.drawing(found)},
    )


@screen("cases.page", roles=READERS)
def page(request: HttpRequest, process: str, pk: UUID) -> HttpResponse:
    """One case: facts, reasons, buttons, progress, timeline."""
    post: Post = request.post  # type: ignore[attr-defined]
    face = queries.face_of(process)
    case = queries.find(face, pk, post)
    person_id = getattr(case, "person_id", None)
    reads.log(post, [person_id], what="case", purpose=case.number)
    moments = queries.moments(case, face, post)
    return render(
        request,
        f"cases/{layout_of(post)}.html",
        {
            "face": face,
            "case": case,
            "about": queries.about(case, face, post),
            "facts": face.facts(case, post),
            "buttons": queries.buttons(case, post),
            "stages": progress.stages(case, moments),
            "panels": queries.panels(case, face, post),
            "days": queries.by_day(moments, case.process.title),
            "file_url": reverse("people:file", args=[person_id]) if person_id else "",
        },
    )


@screen("cases.step", roles=READERS, methods=("GET", "POST"))
def step(request: HttpRequest, process: str, pk: UUID, step: str) -> HttpResponse:
    """Take a step: a page with its form, or one click where nothing needs to be said."""
    post: Post = request.post  # type: ignore[attr-defined]
    face = queries.face_of(process)
    case = queries.find(face, pk, post)
    declared = case.process.by_step.get(step)
    if declared is None or post.role not in declared.who:
        raise Forbidden(_("您的岗位不办理此环节"))
    here = reverse("cases:page", args=[process, pk])
    form = form_for(face, declared, case, post, request.POST or None, request.FILES or None)
    if request.method == "POST" and (not form.fields or form.is_valid()):
        data = dict(form.cleaned_data) if form.fields else {}
        try:
            (face.take or fire)(case, step, by=post, reason=data.pop("reason", ""), data=data)
        except Refused as refusal:
            if not form.fields:
                raise
            tell(form, refusal)
        else:
            messages.success(request, _("%(step)s：已办理") % {"step": _(declared.label)})
            return redirect(here)
    against = queries.refusals(case, declared, post)
    return render(
        request,
        f"cases/step_{layout_of(post)}.html",
        {"face": face, "case": case, "step": declared, "form": form, "against": against, "back": here},
        status=200 if request.method == "GET" else 422,
    )
