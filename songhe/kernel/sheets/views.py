"""Pages of uploads: choose a table, upload, faults by row and column, confirm, result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.jobs import queries as job_queries
from songhe.kernel.registry import importers
from songhe.kernel.screens import screen

from . import actions, filling, queries
from .access import UPLOADERS
from .face import face
from .forms import UploadForm
from .importer import Importer
from .models import BatchState, ImportBatch
from .serving import XLSX, respond

# Up to here a page checks and imports while the clerk waits (well under a second).
AT_ONCE = 500


def _post(request: HttpRequest) -> Post:
    return request.post  # type: ignore[attr-defined, no-any-return]


@screen("sheets.list", roles=UPLOADERS)
def index(request: HttpRequest) -> HttpResponse:
    """The tables this post may upload, and what it has uploaded."""
    post = _post(request)
    batches = list(queries.batches(post)[:30])
    context = {
        "offered": queries.offered(post),
        "batches": [(batch, face(batch), _title(batch)) for batch in batches],
    }
    return render(request, "sheets/index.html", context)


@screen("sheets.upload", roles=UPLOADERS, methods=("GET", "POST"))
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file and hand it in."""
    post = _post(request)
    importer = actions.importer_for(kind, post)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    refusal: Refused | None = None
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = actions.stage(kind, file.name, file.read(), post)
        except Refused as caught:
            refusal = caught
        else:
            _work("sheets.check", batch, post)
            return redirect("sheets:batch", batch.pk)
    context = {
        "importer": importer,
        "form": form,
        "refusal": refusal,
        "limit_rows": f"{importer.limit_rows:,}",
        "columns": [(column, queries.hint(column)) for column in importer.columns],
    }
    return render(request, "sheets/upload.html", context, status=422 if refusal or form.errors else 200)


@screen("sheets.template", roles=UPLOADERS)
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty template of a table."""
    importer = actions.importer_for(kind, _post(request))
    data = filling.template(importer.columns, title=importer.title, limit_rows=importer.limit_rows)
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = _attachment(_("%(title)s模板") % {"title": importer.title})
    return response


@screen("sheets.batch", roles=UPLOADERS)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One upload: being checked, at fault, ready to be confirmed, imported, or discarded."""
    post = _post(request)
    found = queries.batch_of(batch_id, post)
    importer = actions.importer_for(found.kind, post)
    context: dict[str, Any] = {"batch": found, "importer": importer, "state": face(found)}
    if found.is_open:
        context |= _open_context(found, importer, post)
    elif found.state == BatchState.COMMITTED:
        context["results"] = list(found.result.items())
    return render(request, "sheets/batch.html", context)


@screen("sheets.corrected", roles=UPLOADERS)
def corrected(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """The upload handed back with its faults marked."""
    post = _post(request)
    found = queries.batch_of(batch_id, post)
    importer = actions.importer_for(found.kind, post)
    if not found.is_open or not found.bad:
        raise Refused(
            "sheets.no_faults", _("这个文件没有标红的行可下载。"), remedy=_("请回到导入页面查看它的状态。")
        )
    file = filling.corrected(importer.columns, queries.uploaded(found, post), title=importer.title)
    return respond(file, _("%(title)s待改正") % {"title": importer.title}, "xlsx")


@screen("sheets.commit", roles=UPLOADERS, methods=("POST",))
def commit(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Import a checked upload. Pressed twice, it is imported once."""
    post = _post(request)
    found = queries.batch_of(batch_id, post)
    actions.importer_for(found.kind, post)
    try:
        _work("sheets.commit", found, post)
    except Refused as refusal:
        messages.error(request, f"{refusal.message}{refusal.remedy}")
    return redirect("sheets:batch", found.pk)


@screen("sheets.check", roles=UPLOADERS, methods=("POST",))
def check(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Check an upload once more, after its check was stopped or the register has changed."""
    post = _post(request)
    found = queries.batch_of(batch_id, post)
    actions.importer_for(found.kind, post)
    _work("sheets.check", found, post)
    return redirect("sheets:batch", found.pk)


@screen("sheets.discard", roles=UPLOADERS, methods=("POST",))
def discard(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Throw an upload away."""
    found = actions.discard(batch_id, _post(request))
    messages.success(request, _("已作废“%(name)s”，没有导入任何数据。") % {"name": found.file_name})
    return redirect("sheets:list")


def _work(job: str, batch: ImportBatch, post: Post) -> None:
    """Do it at once when it is small, else beside the page."""
    if batch.total <= AT_ONCE:
        act = {"sheets.check": actions.check, "sheets.commit": actions.commit}[job]
        act(batch.pk, post)
        return
    actions.work_beside(job, batch, post)


def _open_context(found: ImportBatch, importer: Importer, post: Post) -> dict[str, Any]:
    context: dict[str, Any] = {
        "heads": [{"title": str(c.title), "right": c.is_number} for c in importer.columns]
    }
    run = job_queries.run_of(found.job_id, post) if found.job_id else None
    if run is not None and (run.is_open or run.state != "done"):
        context["run"] = run
        context["message"] = run.message
    if found.state == BatchState.CHECKED:
        faults = queries.faults(found, importer, post) if found.bad else []
        context |= {
            "faults": faults,
            "by_column": queries.faults_by_column(faults),
            "more": max(found.bad - len({fault.number for fault in faults}), 0),
            "preview": [] if found.bad else queries.preview(found, importer, post),
        }
    return context


def _title(batch: ImportBatch) -> str:
    return str(importers.get(batch.kind).title) if batch.kind in importers else batch.kind


def _attachment(name: str) -> str:
    return content_disposition_header(True, f"{name}.xlsx") or ""
