"""The life of an upload: stage, check, commit or discard, purge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from songhe.kernel import clock, events
from songhe.kernel.access.models import Post
from songhe.kernel.crypto import sm3
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.ids import uuid7_many
from songhe.kernel.jobs import Run, SilentRun, start
from songhe.kernel.jobs.kinds import kinds
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.registry import importers

from .cells import CellError
from .importer import Cleaned, Importer, RowError
from .models import OPEN, BatchState, ImportBatch, ImportRow
from .reading import Raw, read_table

STAGING_DAYS = 30
_CHUNK = 1_000

events.declare("import.staged", "上传了导入文件")
events.declare("import.committed", "确认导入")
events.declare("import.discarded", "作废了导入文件")


def importer_for(kind: str, post: Post) -> Importer:
    """The importer of this name, if `post` may use it. Missing and Forbidden otherwise."""
    if kind not in importers:
        raise Missing(_("没有这种导入表。"))
    found: Importer = importers.get(kind)
    if post.role not in found.roles:
        raise Forbidden(_("您的岗位无权导入“%(title)s”。") % {"title": found.title})
    return found


def stage(kind: str, file_name: str, data: bytes, by: Post) -> ImportBatch:
    """Read a file and keep its rows, unchecked. Refused when the file is not this table."""
    importer = importer_for(kind, by)
    table = read_table(data, importer.columns, limit_rows=importer.limit_rows)
    with transaction.atomic():
        batch: ImportBatch = ImportBatch.objects.create(
            kind=kind,
            file_name=file_name[-200:],
            digest=sm3(data).hex(),
            post_id=by.pk,
            by=by.label,
            total=len(table.rows),
        )
        _write(batch, ((number, raw, None, ()) for number, raw in table.rows), len(table.rows))
        events.record("import.staged", by=by, subject=batch, data={"kind": kind, "rows": batch.total})
    return batch


def check(batch_id: UUID, by: Post, run: Run | None = None) -> ImportBatch:
    """Look at every cell, every row and the whole set; the faults are kept with the rows.

    May be repeated until the batch is imported. Raises Missing for somebody else's batch.
    """
    run = run or SilentRun()
    batch = _own(batch_id, by)
    importer = importer_for(batch.kind, by)
    ctx = importer.prepare(by)
    raws: list[tuple[int, dict[str, Raw]]] = []
    rows: dict[int, tuple[Cleaned, list[CellError]]] = {}
    for row in _stored(batch):
        raws.append((row.number, row.raw))
        rows[row.number] = importer.clean(row.raw, ctx)
        if len(rows) % _CHUNK == 0:
            run.progress(len(rows), batch.total, _("正在逐行核对"))
            run.stop_if_cancelled()
    run.progress(len(rows), batch.total, _("正在核对重复和与现有记录的冲突"))
    sound = [(number, cleaned) for number, (cleaned, errors) in rows.items() if not errors]
    for error in importer.check_set(sound, ctx):
        rows[error.number][1].append(CellError(error.column, error.message))
    with transaction.atomic():
        bad = sum(1 for _cleaned, errors in rows.values() if errors)
        ours = _all().filter(pk=batch.pk, state__in=OPEN)
        if not ours.update(state=BatchState.CHECKED, bad=bad, checked_at=clock.now()):
            raise _too_late(batch)
        _delete_rows([batch.pk])
        _write(batch, ((n, raw, *rows[n]) for n, raw in raws), len(raws))
    return _own(batch_id, by)


def commit(batch_id: UUID, by: Post, run: Run | None = None) -> ImportBatch:
    """Import all rows in one transaction, or none. A batch is imported once, however often it is asked.

    The set is checked again inside, for others have worked meanwhile: what is now at fault is
    kept with the rows, and the import refused.
    """
    run = run or SilentRun()
    batch = _own(batch_id, by)
    importer = importer_for(batch.kind, by)
    run.progress(0, batch.total, _("正在写入"))
    with transaction.atomic():
        if not claim(batch):
            return _answer_again(_own(batch_id, by))
        rows = [(row.number, row.cleaned) for row in _stored(batch)]
        late = list(importer.check_set(rows, importer.prepare(by)))
        if late:
            transaction.set_rollback(True)
        else:
            result = dict(importer.commit([cleaned for _number, cleaned in rows], by))
            _all().filter(pk=batch.pk).update(result=result)
            events.record(
                "import.committed", by=by, subject=batch, data={"kind": batch.kind, "rows": len(rows)}
            )
    if late:
        raise _refuse_late(batch, late)
    run.progress(batch.total, batch.total, _("导入完成"))
    return _own(batch_id, by)


def work_beside(job: str, batch: ImportBatch, by: Post) -> JobRun:
    """Start a job of this app for a batch, and note on the batch which run it is."""
    title = f"{kinds.get(job).title}：{batch.file_name}"[:120]
    with transaction.atomic():
        run = start(job, by=by, title=title, batch=str(batch.pk))
        _all().filter(pk=batch.pk).update(job_id=run.pk)
    return run


def claim(batch: ImportBatch) -> bool:
    """Whether this caller is the one to import the batch: one conditional update decides."""
    ours = _all().filter(pk=batch.pk, state=BatchState.CHECKED, bad=0)
    return bool(ours.update(state=BatchState.COMMITTED, committed_at=clock.now()))


def discard(batch_id: UUID, by: Post) -> ImportBatch:
    """Throw an upload away with all its rows."""
    batch = _own(batch_id, by)
    with transaction.atomic():
        if (
            not _all()
            .filter(pk=batch.pk, state__in=OPEN)
            .update(state=BatchState.DISCARDED, purged_at=clock.now())
        ):
            raise _too_late(batch)
        _delete_rows([batch.pk])
        events.record(
            "import.discarded", by=by, subject=batch, data={"kind": batch.kind, "rows": batch.total}
        )
    return _own(batch_id, by)


def purge(days: int | None = None) -> int:
    """Delete the rows of uploads older than `days` (setting IMPORT_STAGING_DAYS); returns how many uploads.

    The heads stay: who imported what and when is history, the people's data in staging are not.
    """
    keep = getattr(settings, "IMPORT_STAGING_DAYS", STAGING_DAYS) if days is None else days
    now = clock.now()
    with transaction.atomic():
        old = _all().filter(created_at__lt=now - timedelta(days=keep), purged_at__isnull=True)
        ids = list(old.values_list("pk", flat=True))
        _delete_rows(ids)
        _all().filter(pk__in=ids, state__in=OPEN).update(state=BatchState.DISCARDED)
        _all().filter(pk__in=ids).update(purged_at=now)
    return len(ids)


def _all() -> Any:
    return ImportBatch.objects.unscoped(
        "the caller's right to the batch was asked before; purging has no post"
    )


def _own(batch_id: UUID, by: Post) -> ImportBatch:
    batch: ImportBatch | None = ImportBatch.objects.visible_to(by).filter(pk=batch_id).first()
    if batch is None:
        raise Missing(_("没有这个导入文件。"))
    return batch


def _stored(batch: ImportBatch) -> Iterable[ImportRow]:
    rows = ImportRow.objects.unscoped("the rows of a batch whose scope was asked")
    return rows.filter(batch=batch).order_by("number").iterator(_CHUNK)  # type: ignore[no-any-return]


def _delete_rows(batch_ids: Sequence[UUID]) -> None:
    ImportRow.objects.unscoped("rows go with their batch").filter(batch__in=batch_ids).delete()


def _write(
    batch: ImportBatch,
    rows: Iterable[tuple[int, dict[str, Raw], Cleaned | None, Sequence[CellError]]],
    count: int,
) -> None:
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                pk=pk, batch=batch, number=number, faulty=bool(errors),
                content=ImportRow.sealed(raw, cleaned, errors),
            )
            for pk, (number, raw, cleaned, errors) in zip(uuid7_many(count), rows, strict=True)
        ],
        batch_size=_CHUNK,
    )  # fmt: skip


def _answer_again(batch: ImportBatch) -> ImportBatch:
    """What somebody hears who asks for an import that cannot be claimed."""
    if batch.state == BatchState.COMMITTED:
        return batch
    if batch.state == BatchState.CHECKED:
        raise Refused(
            "sheets.bad_rows",
            _("有 %(bad)s 行有错，没有导入。") % {"bad": batch.bad},
            remedy=_("请下载标红的文件，改正后重新上传。"),
        )
    if batch.state == BatchState.STAGED:
        raise Refused(
            "sheets.unchecked", _("文件还没有核对完，没有导入。"), remedy=_("请等核对完成后再确认。")
        )
    raise _too_late(batch)


def _refuse_late(batch: ImportBatch, late: Sequence[RowError]) -> Refused:
    """Keep the faults that arose since the check with their rows, in a transaction of their own."""
    by_number: dict[int, list[CellError]] = {}
    for error in late:
        by_number.setdefault(error.number, []).append(CellError(error.column, error.message))
    with transaction.atomic():
        rows = ImportRow.objects.unscoped("the rows of a batch whose scope was asked").filter(
            batch=batch, number__in=by_number
        )
        changed = list(rows)
        for row in changed:
            row.faulty = True
            row.content = ImportRow.sealed(row.raw, row.cleaned, by_number[row.number])
        rows.bulk_update(changed, ["faulty", "content"], batch_size=200)
        _all().filter(pk=batch.pk, state=BatchState.CHECKED).update(bad=len(changed))
    return Conflict(
        "sheets.changed",
        _("核对之后系统中的数据有变化，%(n)s 行不能再导入，整个文件都没有导入。") % {"n": len(changed)},
        remedy=_("请查看各行的错误，改正后重新上传。"),
    )


def _too_late(batch: ImportBatch) -> Conflict:
    return Conflict(
        "sheets.ended",
        _("文件%(state)s，不能再办理。") % {"state": _own_state(batch)},
        remedy=_("如需再次导入，请重新上传。"),
    )


def _own_state(batch: ImportBatch) -> str:
    batch.refresh_from_db(fields=["state"])
    return batch.get_state_display()
