"""The report page: how the simulated district compares with the published one."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from songhe.kernel import sheets
from songhe.kernel.access.roles import Role
from songhe.kernel.screens import screen

from .models import Report


@screen("simulation.report", roles={Role.BUREAU, Role.AUDITOR, Role.ADMIN})
def report(request: HttpRequest) -> HttpResponseBase:
    """The newest run: figures, then assumptions."""
    newest = Report.objects.first()
    if newest is not None and request.GET.get("export") in ("xlsx", "csv"):
        table = (
            [f["figure"], f["unit"], f["published"], f["simulated"], f["ratio"], f["status"], f["source"], f["note"]]
            for f in newest.figures
        )
        columns = [("项目", "text", ""), ("单位", "text", ""), ("公布值（按比例）", "number", ""), ("模拟值", "number", ""),
                   ("比值", "number", ""), ("状态", "text", ""), ("来源", "text", ""), ("说明", "text", "")]
        return sheets.download(request.GET["export"], "模拟对照", columns, table, post=request.post)  # type: ignore[attr-defined]
    return render(request, "simulation/report.html", {"report": newest})
