"""What the pages of an upload show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from songhe.kernel.access.models import Post
from songhe.kernel.access.scoping import ScopedQuerySet
from songhe.kernel.errors import Missing
from songhe.kernel.registry import importers

from .book import kind_label
from .cells import CellError, as_text
from .columns import Column
from .importer import Importer
from .models import ImportBatch, ImportRow
from .values import as_shown, shapers


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as the page tells it: where, what was typed (shortened if personal), why it is wrong."""

    number: int
    column: str
    typed: str
    message: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview, under its head; numbers stand right."""

    title: str
    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the preview and its line in the file."""

    number: int
    cells: list[Cell]


def offered(post: Post) -> list[Importer]:
    """The tables that a post may upload."""
    return [importer for importer in importers.values() if post.role in importer.roles]


def batches(post: Post) -> ScopedQuerySet:
    """The uploads of a post, newest first."""
    rows: ScopedQuerySet = ImportBatch.objects.visible_to(post)
    return rows.order_by("-id")


def batch_of(batch_id: UUID, post: Post) -> ImportBatch:
    """One upload, or Missing."""
    batch: ImportBatch | None = batches(post).filter(pk=batch_id).first()
    if batch is None:
        raise Missing(_("没有这个导入文件。"))
    return batch


def faults(batch: ImportBatch, importer: Importer, post: Post, limit: int = 100) -> list[Fault]:
    """Faults of the first `limit` faulty rows, in the order of the file."""
    columns = {column.key: column for column in importer.columns}
    rows = ImportRow.objects.visible_to(post).filter(batch=batch, faulty=True).order_by("number")[:limit]
    return [
        Fault(row.number, _title(columns, e.column), _typed(columns.get(e.column), row.raw), e.message)
        for row in rows
        for e in row.errors
    ]


def hint(column: Column) -> str:
    """What to write into a column, in one line."""
    if column.choices:
        text = _("可填：%(labels)s") % {"labels": "、".join(str(label) for _code, label in column.choices)}
    else:
        text = str(column.help) or kind_label(column.kind)
    return text + (_("，例：%(example)s") % {"example": column.example} if column.example else "")


def faults_by_column(found: list[Fault]) -> list[tuple[str, int]]:
    """How many faults each column has, the worst first."""
    return Counter(fault.column for fault in found).most_common()


def preview(batch: ImportBatch, importer: Importer, post: Post, limit: int = 5) -> list[Line]:
    """The first rows as they will be imported, personal columns shortened."""
    shape = shapers(importer.columns, revealed=False)
    rows = ImportRow.objects.visible_to(post).filter(batch=batch, faulty=False).order_by("number")[:limit]
    lines = []
    for row in rows:
        cleaned = row.cleaned
        cells = [
            Cell(str(c.title), as_shown(s(cleaned.get(c.key)), c), c.is_number)
            for c, s in zip(importer.columns, shape, strict=True)
        ]
        lines.append(Line(row.number, cells))
    return lines


def uploaded(batch: ImportBatch, post: Post) -> Iterator[tuple[dict[str, Any], list[CellError]]]:
    """All rows of an upload with their faults, in the order of the file."""
    rows = ImportRow.objects.visible_to(post).filter(batch=batch).order_by("number")
    for row in rows.iterator(1_000):
        yield row.raw, row.errors


def _title(columns: dict[str, Column], key: str) -> str:
    return str(columns[key].title) if key in columns else _("整行")


def _typed(column: Column | None, raw: dict[str, Any]) -> str:
    value = raw.get(column.key) if column else None
    if column is None or value in (None, ""):
        return ""
    text = as_text(value)
    if column.personal:
        return str(shapers([column], revealed=False)[0](text))
    return text[:40]
