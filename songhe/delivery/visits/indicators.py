"""Indicators of visits: how many, how many of those planned, how long, how many in doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Q, TextField
from django.db.models.functions import Cast, Substr
from django.urls import reverse

from songhe.kernel.access.rights import area_q
from songhe.kernel.registry import Indicator, indicators

from .models import Visit

_WHY = "indicators count and name nobody"
_UNIVERSE = "本区域常住长者的上门服务，按服务时的住处计，当月 1 日至统计日"
#: What was to be served: everything but what was cancelled in time.
_DUE = Q(state__in=("assigned", "started", "done", "missed"))
Row = Mapping[str, Any]


def _rows(prefix: str, on: date) -> dict[str, Row]:
    """Counts of the month up to a day, by town, in one query."""
    found = (
        Visit.objects.unscoped(_WHY)
        .filter(area_q("area_code", prefix), day__gte=on.replace(day=1), day__lte=on)
        .annotate(town=Substr("area_code", 1, 9), remarks=Cast("flags", TextField()))
        .order_by().values("town")
        .annotate(
            done=Count("pk", filter=Q(state="done")), due=Count("pk", filter=_DUE), missed=Count("pk", filter=Q(state="missed")),
            mean=Avg("minutes", filter=Q(state="done")),
            outside=Count("pk", filter=Q(state="done", remarks__contains='"outside_fence"')),
        )
    )
    return {f"{row['town']}000": row for row in found}


def _sum(rows: Mapping[str, Row]) -> Row:
    total = {name: sum(r[name] for r in rows.values()) for name in ("done", "due", "missed", "outside")}
    minutes = sum(float(r["mean"] or 0) * r["done"] for r in rows.values())
    return {**total, "mean": minutes / total["done"] if total["done"] else None}


def _share(part: str, whole: str) -> Callable[[Row], float | None]:
    return lambda row: round(row[part] * 100 / row[whole], 1) if row[whole] else None


def _mean(row: Row) -> float | None:
    return round(float(row["mean"]), 1) if row["mean"] is not None else None


def _by_town(read: Callable[[Row], Any]) -> Callable[[str, date], dict[str, Any]]:
    def towns(prefix: str, on: date) -> dict[str, Any]:
        found = {town: read(row) for town, row in _rows(prefix, on).items()}
        return {town: value for town, value in found.items() if value is not None}

    return towns


def _declare(code: str, title: str, unit: str, definition: str, read: Callable[[Row], Any], query: str) -> None:
    indicators.add(
        code,
        Indicator(
            code=code, title=title, unit=unit, definition=definition, universe=_UNIVERSE, kind="flow",
            compute=lambda prefix, on: read(_sum(_rows(prefix, on))), by_town=_by_town(read),
            list_url=lambda prefix: f"{reverse('visits:list')}?{query}", source="上门服务记录",
        ),
    )


def register() -> None:
    """Hang them up."""
    _declare("visits.done", "上门服务人次", "次", "已签到并签退的上门服务次数。", lambda r: r["done"], "state=done")
    _declare(
        "visits.completion", "上门服务完成率", "%", "已完成次数占应上门次数（已排班、服务中、已完成、未上门之和）的比例；已取消的不计。",
        _share("done", "due"), "state=done",
    )
    _declare("visits.minutes", "次均服务时长", "分钟", "已完成的上门服务从签到到签退的平均分钟数。", _mean, "state=done")
    _declare(
        "visits.outside", "围栏外签到比例", "%", "已完成的上门服务中，签到或签退位置超出住处范围的比例；定位精度不足的不作判断。",
        _share("outside", "done"), "flag=outside_fence",
    )
    _declare("visits.missed", "未上门次数", "次", "约定时间过后无人签到、且未补传记录的次数。", lambda r: r["missed"], "state=missed")
