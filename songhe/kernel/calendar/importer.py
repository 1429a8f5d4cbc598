"""A year's arrangement from a sheet 放假调休导入."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from songhe.kernel.access.models import Post
from songhe.kernel.sheets import CellError, Column, Importer, RowError, duplicates

from . import actions
from .models import Kind

_COLUMNS = {"first": "date"}


class CalendarImporter(Importer):
    """工作日历导入."""

    name = "calendar"
    title = "工作日历"
    about = "按国务院办公厅的通知录入一年的放假和调休上班日，一行一天。已有的日期按表格改写，表格里没有的日期不变。"
    roles = frozenset(str(role) for role in actions.KEEPERS)
    limit_rows = 1000
    # The example is of a past year: a row that is the example word for word is not taken for a real one.
    columns = (
        Column("date", "日期", "date", required=True, example="2000-01-01"),
        Column("kind", "安排", "choice", required=True, choices=tuple(Kind.choices), example="放假"),
        Column("name", "节日", max_length=40, example="元旦", help="放假的必填"),
        Column("source", "依据", required=True, max_length=200, example="国务院办公厅关于2000年部分节假日安排的通知（示例）"),
    )

    def clean_row(self, row: dict[str, Any], ctx: Any) -> dict[str, Any] | list[CellError]:
        """What the action would refuse, in its words."""
        fault = actions.fault_of(actions.NewDay(**row))
        return [CellError(_COLUMNS.get(fault.field, fault.field), fault.message)] if fault else row

    def check_set(self, rows: Sequence[tuple[int, dict[str, Any]]], ctx: Any) -> Iterable[RowError]:
        """A day stands in the file once."""
        return duplicates(rows, ("date",), "与第 %(line)s 行是同一天。")

    def commit(self, rows: Sequence[dict[str, Any]], by: Post) -> Mapping[str, Any]:
        """Enter the days; deadlines are computed again once."""
        changed = actions.set_days([actions.NewDay(**row) for row in rows], by=by, reason="表格导入")
        return {"改动天数": changed, "未变天数": len(rows) - changed}
