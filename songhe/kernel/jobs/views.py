"""Pages of jobs: my list, one run with its progress, cancel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import STAFF
from songhe.kernel.screens import links, screen
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort

from . import actions, queries
from .face import face
from .models import JobRun, State

LIST = ListPage(
    name="jobs",
    title="后台任务",
    rows=queries.runs,
    columns=(
        Col(
            "title",
            "任务",
            lambda r, _p: r.title,
            link=links.row("jobs:run"),
            primary=True,
        ),
        Col("state", "状态", lambda r, _p: face(r), kind="state"),
        Col("percent", "进度", lambda r, _p: f"{r.percent}%", kind="number"),
        Col("by", "发起人", lambda r, _p: r.by),
        Col("created_at", "发起时间", lambda r, _p: r.created_at, kind="datetime"),
        Col("finished_at", "结束时间", lambda r, _p: r.finished_at, kind="datetime"),
    ),
    sorts=(Sort("new", "最近发起", ("-id",)),),
    filters=(
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), choices=lambda _p: State.choices),
    ),
    empty="没有后台任务",
    empty_help="导入、结算等较久的工作会出现在这里，可以查看进度或取消。",
)


def _post(request: HttpRequest) -> Post:
    return request.post  # type: ignore[attr-defined, no-any-return]


@screen("jobs.list", roles=STAFF)
def index(request: HttpRequest) -> HttpResponseBase:
    """The runs of the post."""
    return LIST.respond(request)


@screen("jobs.run", roles=STAFF)
def detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run: progress while it works, then its result or the reason why there is none."""
    return render(request, "jobs/run.html", _context(queries.run_of(run_id, _post(request))))


@screen("jobs.progress", roles=STAFF)
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The moving part, asked for every two seconds; when the run has ended, the page is loaded anew."""
    run = queries.run_of(run_id, _post(request))
    response = render(request, "jobs/progress.html", _context(run))
    if not run.is_open:
        response["HX-Refresh"] = "true"
    return response


@screen("jobs.cancel", roles=STAFF, methods=("POST",))
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask a run to stop."""
    run = actions.cancel(run_id, _post(request))
    if run.state == State.CANCELLED:
        messages.success(request, _("已取消“%(title)s”。") % {"title": run.title})
    else:
        messages.info(request, _("已要求停止“%(title)s”，做完手头这一步就停。") % {"title": run.title})
    return redirect("jobs:run", run.pk)


def _context(run: JobRun) -> dict[str, Any]:
    message = run.message
    if run.state == State.QUEUED:
        ahead = queries.ahead_of(run)
        message = message or (
            _("排队中，前面还有 %(n)s 项") % {"n": ahead} if ahead else _("排队中，即将开始")
        )
    elif run.cancel_requested and run.state == State.RUNNING:
        message = _("正在停止，做完手头这一步就停")
    return {"run": run, "message": message, "state": face(run), "results": list(run.result.items())}
