"""The policy library 政策库 on screen: what holds on a day, since when, on which paper."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from songhe.kernel import clock, sheets
from songhe.kernel.access.roles import STAFF
from songhe.kernel.errors import Missing
from songhe.kernel.screens import screen

from . import screens
from .lookup import keys


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
        request, "policies/page.html", {"key": key, "title": found[0].value.title, "lines": found, "on": on, "wrong": wrong}
    )
