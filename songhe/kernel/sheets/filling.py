"""Files for filling in: the empty template, and the upload handed back with its faults marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _

from . import book, pouring
from .cells import CellError
from .columns import Column
from .reading import ERRORS_TITLE, LIMIT_ROWS, Raw
from .writing import pour_into

_ERRORS = Column("", ERRORS_TITLE, width=book.ERROR_WIDTH)


def template(columns: Sequence[Column], *, title: str, limit_rows: int = LIMIT_ROWS) -> bytes:
    """An xlsx to fill in: head, one example row, drop-downs, and a sheet 填写说明."""
    out = BytesIO()
    book.form_book(columns, title, _notes(limit_rows), out, examples=True)
    return out.getvalue()


def corrected(
    columns: Sequence[Column],
    rows: Iterable[tuple[Mapping[str, Raw], Sequence[CellError]]],
    *,
    title: str,
) -> IO[bytes]:
    """The uploaded rows in their order, faulty cells red, the faults in words in the last column.

    Same head and drop-downs as the template, so that the clerk mends the red cells and uploads
    this very file; the column 错误说明 is not read. Returns a file at its start.
    """
    numbers = {column.key: i for i, column in enumerate(columns)}
    titles = {column.key: str(column.title) for column in columns}

    def lines() -> Iterable[pouring.Line]:
        for raw, errors in rows:
            wrong = {numbers[e.column] for e in errors if e.column in numbers}
            said = "\n".join(_said(titles.get(e.column, ""), e.message) for e in errors)
            if errors:
                wrong.add(len(columns))
            yield [*(raw.get(c.key) for c in columns), said], wrong

    def around(_count: int, out: IO[bytes]) -> list[pouring.Style]:
        notes = [_("红色单元格有错，原因见最后一列“错误说明”；改好后直接上传本文件，“错误说明”列不会导入。")]
        return book.form_book(columns, title, notes, out, examples=False, extra=[_ERRORS])

    return pour_into(around, lines())


def _said(title: str, message: str) -> str:
    return f"【{title}】{message}" if title else message


def _notes(limit_rows: int) -> list[str]:
    return [
        _("在“数据”表中从第 2 行起填写；第 2 行是示例，原样保留也不会导入。"),
        _("请不要改动表头；带 * 的列必填；列的先后可以调换。"),
        _("身份证号、电话请保持“文本”格式，以免末几位丢失。"),
        _("一个文件至多 %(limit)s 行；有一处错误，整个文件都不会导入，可下载标红的文件改正后重新上传。")
        % {"limit": f"{limit_rows:,}"},
    ]
