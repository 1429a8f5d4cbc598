"""Published figures, one line each."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from songhe.kernel.areas.models import PublishedFact

from .folder import BadLine, Folder, Row, last_day, needed
from .report import Report
from .settle import Wanted, settle

FILE = "published_facts.csv"


def load_facts(folder: Folder, report: Report) -> None:
    """Bring the published figures of a district and its city up to the file."""
    wanted: dict[Any, Wanted] = {}
    for line, row in folder.rows(FILE):
        try:
            values = _values(row)
            key = _key(values)
            if key in wanted:
                raise BadLine(f"与第 {wanted[key].line} 行重复")
        except BadLine as bad:
            report.add(FILE, line, "refused", row.get("indicator", ""), str(bad))
        else:
            wanted[key] = Wanted(FILE, line, key, f"{row['indicator']} {row['reference_date']}", values)
    areas = {key[0] for key in wanted}
    known = {
        (f.area_code, f.indicator, f.reference, f.kind, f.source): f
        for f in PublishedFact.objects.filter(area_code__in=areas)
    }
    settle(list(wanted.values()), known, lambda want: PublishedFact(), report)


def _key(values: dict[str, Any]) -> tuple[str, ...]:
    return tuple(values[name] for name in ("area_code", "indicator", "reference", "kind", "source"))


def _values(row: Row) -> dict[str, Any]:
    try:
        value = Decimal(needed(row, "value", "数值"))
    except InvalidOperation as error:
        raise BadLine(f"数值「{row['value']}」应为数字") from error
    if row["kind"] not in PublishedFact.Kind.values:
        raise BadLine(f"性质「{row['kind']}」应为 stock、flow 或 target")
    reference = needed(row, "reference_date", "统计时点")
    return {
        "area_code": needed(row, "area_code", "区划代码").ljust(12, "0"),
        "indicator": needed(row, "indicator", "指标"), "value": value, "unit": row["unit"],
        "reference": reference, "reference_date": last_day(reference), "kind": row["kind"],
        "status": needed(row, "status", "数据状态"), "source_ref": row["source_ref"],
        "source": needed(row, "source", "来源"), "note": row["note"],
    }  # fmt: skip
