"""The on-site form on a phone: the page, saving as typed, files, handing in. Works without scripts and without network."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Missing, Refused, SongheError
from songhe.kernel.saying import said
from songhe.kernel.screens import ANYBODY, screen

from . import actions, queries, sheet, typed

_ASSESSOR = frozenset({Role.ASSESSOR})


@screen("assessment.survey", roles=_ASSESSOR, methods=("GET", "POST"))
def survey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form. Posting it is the way of a browser without scripts: save, or save and hand in."""
    post: Post = request.post  # type: ignore[attr-defined]
    case = queries.one(post, pk)
    if case.state != "scheduled":
        messages.info(request, _("%(number)s 当前为「%(state)s」，不在填写阶段") % {
            "number": case.number, "state": _(case.state_now.label)})
        return redirect("cases:page", process="assessment", pk=pk)
    trouble: SongheError | None = None
    if request.method == "POST":
        try:
            faults = _save_form(request, pk, post)
            if request.POST.get("do") == "submit" and not faults:
                return _hand_in(request, pk, post)
            if faults:
                raise Refused("assessment.faults", "；".join(faults), remedy=_("其余内容已保存，请改正后再存。"))
            messages.success(request, _("已保存"))
            return redirect("assessment:survey", pk=pk)
        except Refused as refusal:
            trouble = refusal
    else:
        reads.log(post, [case.person_id], what="case", purpose=case.number)
    return render(
        request, "assessment/survey.html", {**sheet.context(case), "trouble": trouble}, status=422 if trouble else 200
    )


def _save_form(request: HttpRequest, pk: UUID, post: Post) -> list[str]:
    """Everything a plain form can carry, files included; answers what the form could not hold."""
    entries = typed.from_form(request.POST)
    saved = actions.save_answers([actions.Batch(pk, name, lines) for name, lines in entries.items()], by=post)
    if given_by := request.POST.get("recording", "").strip():
        actions.agree_to_recording(pk, given_by, by=post)
    news = [
        actions.Material(pk, _bytes(upload), *(("photo", "") if key == "photo" else ("signature", key[5:])))
        for key, upload in request.FILES.items()
        if key == "photo" or key.startswith("sign.")
    ]
    if news:
        actions.attach(news, by=post)
    return [word for s in saved for word in s.outcome.values() if word not in ("applied", "older", "known", "late")]


def _bytes(file: Any) -> bytes:
    """The bytes of an upload."""
    content: bytes = file.read()
    return content


def _hand_in(request: HttpRequest, pk: UUID, post: Post) -> HttpResponse:
    case = queries.one(post, pk)
    actions.submit_survey(case, by=post)
    messages.success(request, _("%(number)s 已提交，等待集体审核") % {"number": case.number})
    return redirect("assessment:done", pk=pk)


@screen("assessment.submit", roles=_ASSESSOR, methods=("POST",))
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand in what has been saved; what is missing comes back with the form."""
    post: Post = request.post  # type: ignore[attr-defined]
    try:
        return _hand_in(request, pk, post)
    except Refused as refusal:
        context = {**sheet.context(queries.one(post, pk)), "trouble": refusal}
        return render(request, "assessment/survey.html", context, status=422)


@screen("assessment.done", roles=_ASSESSOR)
def done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The survey is handed in: the phone forgets what it kept of it."""
    case = queries.one(request.post, pk)  # type: ignore[attr-defined]
    return render(request, "assessment/done.html", {"case": case})


@screen("assessment.save", roles=_ASSESSOR, methods=("POST",))
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Entries as they were typed, from the phone's queue; the same entry twice changes nothing."""
    post: Post = request.post  # type: ignore[attr-defined]
    entries, agreed, sent_at = typed.from_json(request.body)
    saved = actions.save_answers(
        [actions.Batch(pk, name, lines) for name, lines in entries.items()], by=post, sent_at=sent_at
    )
    for given_by in agreed:
        actions.agree_to_recording(pk, given_by, by=post)
    outcome = {key: said(word) for s in saved for key, word in s.outcome.items()}
    return JsonResponse({"outcome": outcome, "state": _state(post, pk)})


@screen("assessment.state", roles=_ASSESSOR)
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the server has: a phone asks now and then what the other assessor has typed."""
    return JsonResponse(_state(request.post, pk))  # type: ignore[attr-defined]


def _state(post: Post, pk: UUID) -> dict[str, Any]:
    case = queries.one(post, pk)
    return sheet.state(case, queries.surveys_of(case), queries.attachments_of(case))


@screen("assessment.upload", roles=_ASSESSOR, methods=("POST",))
def upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One photo or signature from the phone's queue, under the phone's own id."""
    post: Post = request.post  # type: ignore[attr-defined]
    file = request.FILES.get("file")
    try:
        key = UUID(request.POST.get("id", ""))
    except ValueError:
        key = None
    if file is None or key is None:
        raise Refused("assessment.no_file", "没有收到文件", remedy="请重新拍摄。")
    material = actions.Material(
        pk, _bytes(file), request.POST.get("kind", ""), request.POST.get("signer", ""), request.POST.get("caption", ""), key
    )
    actions.attach(material, by=post)
    return JsonResponse({"id": str(key), "state": _state(post, pk)})


@screen("assessment.worker", roles=ANYBODY)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from /assessment/ so that its scope is this room and no other."""
    path = finders.find("assessment/worker.js")
    if not isinstance(path, str):
        raise Missing("没有找到离线程序")
    response = HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
