"""Every indicator with its definition; one indicator by town and over time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.kernel import jobs, sheets
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.errors import Missing
from songhe.kernel.registry import indicators
from songhe.kernel.screens import screen

from . import queries
from .access import READERS, area_of


@screen("indicators.list", roles=READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """All indicators of the post's area: value, day, definition, universe."""
    post: Post = request.post  # type: ignore[attr-defined]
    found = queries.figures([code for code, _i in indicators.items()], area_of(post))
    if request.GET.get("export") in ("xlsx", "csv"):
        table = (
            [f.indicator.title, f.value, f.indicator.unit, f.day, f.indicator.universe, f.indicator.definition, f.indicator.source]
            for f in found
        )
        columns = [("指标", "text", ""), ("数值", "number", ""), ("单位", "text", ""), ("截至", "date", ""),
                   ("统计范围", "text", ""), ("口径", "text", ""), ("来源", "text", "")]
        return sheets.download(request.GET["export"], "指标", columns, table, post=post)
    return render(request, "indicators/list.html", {"figures": found, "area": area_of(post)})


@screen("indicators.page", roles=READERS)
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """One indicator: definition, by town, over time, and the way to the rows behind it."""
    post: Post = request.post  # type: ignore[attr-defined]
    if code not in indicators:
        raise Missing(_("没有这个指标"))
    indicator = indicators.get(code)
    figure = queries.figures([code], area_of(post))[0]
    towns = areas.towns(area_of(post))
    by_town = queries.by_town(code, [t.code for t in towns])
    rows = [(t, by_town[t.code], indicator.list_url(t.code) if indicator.list_url else "") for t in towns]
    line = queries.series(code, area_of(post))
    return render(
        request, "indicators/page.html",
        {
            "indicator": indicator, "figure": figure, "rows": rows,
            "list_url": indicator.list_url(area_of(post)) if indicator.list_url else "",
            "chart": {
                "kind": "line", "unit": indicator.unit, "columns": [_("日期"), indicator.title],
                "rows": [[d.strftime("%m-%d"), v] for d, v in line],
            },
        },
    )


@screen("indicators.measure", roles={Role.BUREAU}, methods=("POST",))
def measure(request: HttpRequest) -> HttpResponseBase:
    """Measure today's figures now, as a job with progress."""
    run = jobs.start("indicators.take", by=request.post)  # type: ignore[attr-defined]
    messages.success(request, _("已开始计算，可在任务页查看进度"))
    return redirect(reverse("jobs:run", args=[run.pk]))
