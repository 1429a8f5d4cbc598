"""Files as answers of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _

from songhe.kernel import clock

from .columns import Column, Kind
from .writing import Note, write_csv, write_xlsx

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
# How the kinds of a list's columns leave in a file; everything else is text.
_LIST_KINDS: dict[str, Kind] = {"number": "decimal", "fen": "fen", "date": "date", "datetime": "datetime"}


def respond(file: IO[bytes], name: str, extension: str) -> FileResponse:
    """Hand a file out for saving as `name`_YYYYMMDD.`extension`; the file is closed afterwards."""
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}_{clock.today():%Y%m%d}.{extension}",
        content_type=_TYPES[extension],
    )
    response["Cache-Control"] = "no-store"
    return response


def download(
    extension: str,
    title: str,
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Sequence[Any]],
    *,
    post: Post,
    scope: str = "",
) -> FileResponse:
    """A list as xlsx or csv. `columns` are (title, kind of the list, unit); `rows` as the screen shows them.

    Nothing is masked here: the values come masked for this post from the list itself.
    """
    heads = [
        Column(str(i), _head(name, kind, unit), _LIST_KINDS.get(kind, "text"))
        for i, (name, kind, unit) in enumerate(columns)
    ]
    table = ([_plain(value) for value in row] for row in rows)
    if extension == "csv":
        return respond(write_csv(heads, table, revealed=True), title, "csv")
    note = Note(
        source=f"{settings.SITE_NAME} · {title}",
        by=post.label,
        at=clock.now(),
        scope=scope,
        synthetic=settings.SYNTHETIC,
    )
    return respond(write_xlsx(heads, table, title=title, note=note, revealed=True), title, "xlsx")


def _plain(value: Any) -> Any:
    """What the cells of a list hold besides plain values: a state or tag by its word, a deadline by its day."""
    for part in ("label", "word", "on"):
        found = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
        if found is not None and not callable(found):
            return found
    return value


def _head(name: str, kind: str, unit: str) -> str:
    unit = unit or (_("元") if kind == "fen" else "")
    return f"{name}（{unit}）" if unit and f"（{unit}）" not in name else name
