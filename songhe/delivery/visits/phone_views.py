"""The carer's phone: today's route, the page of one visit, and what the phone sends back.

Every page works without scripts by plain forms; with them it works without a network.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from songhe.delivery import catalogue
from songhe.kernel import clock
from songhe.kernel.access import reads
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Refused, SongheError
from songhe.kernel.saying import said
from songhe.kernel.screens import ANYBODY
from songhe.kernel.screens.rights import screen

from . import phone_data, phone_evidence, phone_reports, vitals
from .models import Evidence
from .phone_form import report_of
from .phone_reports import Unreadable

FIELD = (Role.CARER, Role.NURSE)


@screen("visits.today", roles=FIELD)
def today(request: HttpRequest) -> HttpResponse:
    """今日上门: where to go, in order; the next visit on top."""
    post: Post = request.post  # type: ignore[attr-defined]
    stops = _looked(post, phone_data.day_of(post))
    context = {**phone_data.parted(stops, clock.today()), "kit": phone_data.kit(post, stops)}
    return render(request, "visits/phone_today.html", context)


@screen("visits.phone", roles=FIELD, methods=("GET", "POST"))
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One visit. Posting is the way of a browser without scripts: check in, check out."""
    post: Post = request.post  # type: ignore[attr-defined]
    stop = phone_data.one(post, pk)
    trouble: Refused | None = None
    if request.method == "POST":
        try:
            message = report_of(request.POST, pk, by=post)
            messages.success(request, message)
            return redirect("visits:phone", pk=pk)
        except Refused as refusal:
            trouble = refusal
    else:
        _looked(post, [stop])
    context = {**_sheet(post, stop, request.POST), "trouble": trouble, "proofs": _proofs(post, pk)}
    return render(request, "visits/phone_visit.html", context, status=422 if trouble else 200)


@screen("visits.shell", roles=FIELD)
def shell(request: HttpRequest) -> HttpResponse:
    """The page of a visit without a visit: the phone keeps it and fills it in where there is no network."""
    return render(request, "visits/phone_visit.html", _sheet(request.post, None, {}))  # type: ignore[attr-defined]


def _sheet(post: Post, stop: phone_data.Stop | None, typed: Any) -> dict[str, Any]:
    """What the page of a visit shows: planned items first, measures with their ranges, what was typed before."""
    known = vitals.ranges(clock.today())
    planned = stop.items if stop else ()
    ticked = {int(n) for n in typed.getlist("items") if n.isdecimal()} if typed else set(stop.done_items if stop else ())
    rows = [{"number": i.number, "name": i.name, "ticked": i.number in ticked, "planned": i.number in planned} for i in catalogue.items()]
    return {
        "stop": stop, "kit": phone_data.kit(post, [stop] if stop else []), "new_id": uuid4(),
        "planned": sorted((r for r in rows if r["planned"]), key=lambda r: planned.index(r["number"])),
        "others": [r for r in rows if not r["planned"]],
        "vitals": [{"vital": v, "range": known[v.key], "value": typed.get(v.key, "")} for v in vitals.VITALS],
        "note": typed.get("note", ""), "reason": typed.get("reason", ""),
    }


def _proofs(post: Post, pk: UUID) -> list[str]:
    """What has been kept of this visit, in words."""
    kinds = list(Evidence.objects.visible_to(post).filter(visit=pk).values_list("kind", flat=True))
    photos = kinds.count("photo")
    words = [_("照片 %(n)d 张") % {"n": photos}] if photos else []
    return [*words, *([_("签字")] if "signature" in kinds else [])]


def _looked(post: Post, stops: list[phone_data.Stop]) -> list[phone_data.Stop]:
    reads.log(post, [UUID(s.person_id) for s in stops], what="visit")
    return stops


@screen("visits.sync", roles=FIELD, methods=("GET", "POST"))
def sync(request: HttpRequest) -> HttpResponse:
    """GET: the list as it is now. POST: reports of the phone in, an outcome for each out."""
    post: Post = request.post  # type: ignore[attr-defined]
    if request.method == "GET":
        stops = _looked(post, phone_data.day_of(post))
        return _json({"kit": phone_data.kit(post, stops), "csrf": get_token(request)})
    try:
        sent = phone_reports.envelope(request.body)
        if refused := _stranger(sent.get("owner"), post):
            return refused
        outcomes = phone_reports.take(sent, by=post)
    except Unreadable as trouble:
        return _json({"code": "visits.unreadable", "message": str(trouble), "remedy": ""}, 400)
    except Refused as refusal:
        return _json(refusal.as_data(), 400)
    rows = [o if isinstance(o, dict) else {**asdict(o), "id": str(o.id)} for o in outcomes]
    return _json({"outcomes": rows, "now": clock.now().isoformat()})


@screen("visits.upload", roles=FIELD, methods=("POST",))
def upload(request: HttpRequest) -> HttpResponse:
    """One photo or signature from the phone's queue, under the phone's own id."""
    post: Post = request.post  # type: ignore[attr-defined]
    sent = request.POST
    if refused := _stranger(sent.get("owner"), post):
        return refused
    file = request.FILES.get("file")
    answer: dict[str, Any]
    try:
        if file is None:
            raise Unreadable("没有收到文件，请重新拍摄")
        piece = phone_evidence.Piece(
            phone_reports.identifier(sent.get("id"), "文件编号"), phone_reports.identifier(sent.get("visit"), "服务编号"),
            sent.get("kind", ""), phone_reports.moment(sent.get("at"), "拍摄时间"), file.read(),
            phone_reports.moment(sent["phone_now"], "手机当前时间") if sent.get("phone_now") else None,
        )
        outcome = phone_evidence.keep(piece, by=post)
        answer = {**asdict(outcome), "id": str(outcome.id)}
    except (Unreadable, SongheError) as trouble:
        words = "".join([str(trouble), getattr(trouble, "remedy", "") and f"。{getattr(trouble, 'remedy', '')}"])
        answer = {"id": sent.get("id", "")[:64], "status": "refused", "message": words, "state": ""}
    return _json({"outcomes": [answer], "now": clock.now().isoformat()})


def _stranger(owner: Any, post: Post) -> HttpResponse | None:
    """What one carer kept on a phone is never taken in the name of another who signed in on it since."""
    if owner == phone_data.owner(post):
        return None
    return _json({"code": "other_account", "message": _("这些记录属于另一账号，请该账号登录后再上传"), "remedy": ""}, 401)


def _json(body: dict[str, Any], status: int = 200) -> JsonResponse:
    """What the phone keeps and what it shows: the words of refusals in the carer's language."""
    for told in (body, *body.get("outcomes", ())):
        told |= {name: said(told[name]) for name in ("message", "remedy") if name in told}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


@screen("visits.worker", roles=ANYBODY)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from /visits/ so that its scope is this room and no other."""
    path = finders.find("visits/worker.js")
    response = HttpResponse(Path(str(path)).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/visits/"
    return response
