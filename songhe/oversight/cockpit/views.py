"""The wall and its twin for a desk. The same numbers; the wall shows no person."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from songhe.kernel import clock, sheets
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.screens import screen

from . import content

WATCHERS = frozenset({Role.BUREAU, Role.STREET, Role.INSURER, Role.AUDITOR})


def _context(request: HttpRequest) -> dict[str, object]:
    post: Post = request.post  # type: ignore[attr-defined]
    found = content.gather(post)
    return {
        "content": found, "areas": content.map_areas(found), "funnel": content.funnel_chart(found), "now": clock.now(),
    }


@screen("cockpit.screen", roles=WATCHERS)
def wall(request: HttpRequest) -> HttpResponseBase:
    """The wall: read from a distance, renewed every minute."""
    return render(request, "cockpit/wall.html", _context(request))


@screen("cockpit.desk", roles=WATCHERS)
def desk(request: HttpRequest) -> HttpResponseBase:
    """The same figures as tables, for a keyboard; and their export."""
    context = _context(request)
    if request.GET.get("export") in ("xlsx", "csv"):
        found: content.Content = context["content"]  # type: ignore[assignment]
        table = ([f.indicator.title, f.value, f.indicator.unit, f.day, f.indicator.definition] for f in [*found.figures, *found.funnel])
        columns = [("指标", "text", ""), ("数值", "number", ""), ("单位", "text", ""), ("截至", "date", ""), ("口径", "text", "")]
        return sheets.download(request.GET["export"], "一屏通", columns, table, post=request.post)  # type: ignore[attr-defined]
    return render(request, "cockpit/desk.html", context)
