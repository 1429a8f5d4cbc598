"""The policy library 政策库 on screen: what holds on a day, since when, on which paper."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from songhe.kernel import clock, jobs, sheets
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import STAFF, Role
from songhe.kernel.errors import Missing, Refused
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.screens import screen

from . import screens, whatif
from .lookup import keys
from .values import say

#: Who tries out a change before it is made.
TRIERS = frozenset({Role.BUREAU})


def _day(request: HttpRequest) -> tuple[date, str]:
    """The day asked for, and what is wrong with it where it cannot be read."""
    asked = request.GET.get("on", "").strip()
    if not asked:
        return clock.today(), ""
    try:
        return date.fromisoformat(asked), ""
    except ValueError:
        return clock.today(), _("日期应写作 2026-01-31，已按今天显示")


@screen("policies.list", roles=STAFF)
def index(request: HttpRequest) -> HttpResponseBase:
    """Every rule, rate and threshold on a day."""
    on, wrong = _day(request)
    text = request.GET.get("q", "").strip()[:40]
    found = screens.groups(on, text)
    if request.GET.get("export") in ("xlsx", "csv"):
        table = (
            [group, e.title, e.key, line.conditions, line.value.shown, line.value.since, line.value.until,
             line.value.status_label or _("已核对来源"), str(line.value.citation), line.value.note]
            for group, entries in found for e in entries for line in e.lines
        )
        heads = ("类别", "名称", "编码", "适用条件", "取值", "起", "止", "依据状态", "依据", "说明")
        columns = [(h, "date" if h in ("起", "止") else "text", "") for h in heads]
        return sheets.download(request.GET["export"], "政策库", columns, table, post=request.post)  # type: ignore[attr-defined]
    return render(
        request, "policies/list.html",
        {"groups": found, "on": on, "q": text, "wrong": wrong, "count": sum(len(e) for _g, e in found)},
    )


@screen("policies.page", roles=STAFF)
def page(request: HttpRequest, key: str) -> HttpResponseBase:
    """One rule with its whole history."""
    if key not in keys():
        raise Missing(_("政策库中没有这一项"))
    on, wrong = _day(request)
    found = screens.lines(key, on)
    return render(
        request, "policies/page.html",
        {"key": key, "title": found[0].value.title, "lines": found, "on": on, "wrong": wrong,
         "may_try": _post(request).role in TRIERS and bool(_tried(key, on))},
    )


def _post(request: HttpRequest) -> Post:
    post: Post = request.post  # type: ignore[attr-defined]
    return post


def _tried(key: str, on: date) -> list[screens.Line]:
    """What of a key may be tried out: the values of the day that a form can change."""
    return [line for line in screens.lines(key, on) if line.in_force and whatif.may_be_tried(line.value)]


@screen("policies.whatif", roles=TRIERS, methods=("GET", "POST"))
def try_out(request: HttpRequest, key: str) -> HttpResponseBase:
    """Suppose another value and count, as a job, what it would do to everybody."""
    offered = _tried(key, clock.today()) if key in keys() else []
    if not offered:
        raise Missing(_("政策库中没有这一项，或它不能试算"))
    context = {"key": key, "title": offered[0].value.title, "lines": offered, "chosen": request.POST.get("line", "0")}
    if request.method == "POST":
        try:
            return redirect("jobs:run", _start(request, offered).pk)
        except Refused as refusal:
            context |= {"error": refusal.message, "remedy": refusal.remedy, "typed": request.POST.get("value", "")}
    return render(request, "policies/whatif.html", context, status=422 if "error" in context else 200)


def _start(request: HttpRequest, offered: list[screens.Line]) -> JobRun:
    asked = request.POST.get("line", "")
    if not asked.isdecimal() or int(asked) >= len(offered):
        raise Refused("policy.line", _("请选择要调整的取值"), field="line")
    line = offered[int(asked)]
    supposed = whatif.parse(request.POST.get("value", ""), line.value)
    post = _post(request)
    change = f"{line.value.shown} → {say(supposed, line.value.unit)}"
    named = f"{line.value.title} {line.conditions}".strip()
    return jobs.start(
        "policy.whatif", by=post, title=_("政策试算：%(what)s %(change)s") % {"what": named, "change": change},
        key=line.value.key, supposed=supposed, on=clock.today().isoformat(), area=post.area_code, where=line.value.where,
    )
