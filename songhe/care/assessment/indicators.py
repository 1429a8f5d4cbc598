"""Indicators of the assessment: applied, assessed, how long it takes, what is late. Year to date, by town."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from songhe.kernel import clock
from songhe.kernel.access.rights import area_q
from songhe.kernel.areas.queries import town_code
from songhe.kernel.calendar import working_days_between
from songhe.kernel.registry import Indicator

from . import rules
from .models import Assessment

_WHY = "indicators count and show nobody"
_UNIVERSE = "常住，申请统一需求评估的老年人"


def _cases(prefix: str) -> QuerySet[Assessment]:
    found: QuerySet[Assessment] = Assessment.objects.unscoped(_WHY).filter(area_q("area_code", prefix)).order_by()
    return found


def _applied(prefix: str, day: date) -> QuerySet[Assessment]:
    start = datetime(day.year, 1, 1, tzinfo=clock.SHANGHAI)
    end = datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=clock.SHANGHAI)
    return _cases(prefix).filter(opened_at__range=(start, end)).exclude(state="draft")


def _reported(prefix: str, day: date) -> QuerySet[Assessment]:
    return _cases(prefix).filter(reported_on__range=(date(day.year, 1, 1), day))


def _late(prefix: str, day: date) -> QuerySet[Assessment]:
    return _cases(prefix).filter(Q(due_on__lt=day), state__in=(*rules.OPEN, "concluded"))


def _by_town(rows: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for code, n in rows:
        counts[town_code(code)] += n
    return dict(counts)


def _counted(rows: QuerySet[Assessment]) -> Mapping[str, int]:
    return _by_town(rows.values_list("area_code").annotate(n=Count("pk")))


def _spans(prefix: str, day: date) -> Iterable[tuple[str, date, date, int]]:
    rows: Any = _reported(prefix, day).filter(accepted_on__isnull=False, reworked_on__isnull=True)
    return rows.values_list("area_code", "accepted_on", "reported_on").annotate(n=Count("pk"))  # type: ignore[no-any-return]


def _mean(prefix: str, day: date) -> float | None:
    days = cases = 0
    for _, accepted, reported, n in _spans(prefix, day):
        days += working_days_between(accepted, reported) * n
        cases += n
    return round(days / cases, 1) if cases else None


def _mean_by_town(prefix: str, day: date) -> Mapping[str, float]:
    days: dict[str, int] = defaultdict(int)
    cases: dict[str, int] = defaultdict(int)
    for code, accepted, reported, n in _spans(prefix, day):
        days[town_code(code)] += working_days_between(accepted, reported) * n
        cases[town_code(code)] += n
    return {town: round(days[town] / cases[town], 1) for town in cases}


def _list(query: str) -> Any:
    def url(prefix: str) -> str:
        town = f"&town={prefix.ljust(12, '0')}" if len(prefix.rstrip("0")) > 6 else ""
        return f"{reverse('assessment:list')}?{query}{town}"

    return url


INDICATORS = [
    Indicator(
        "assessment.applied", "评估申请", "件", "本年 1 月 1 日至统计日提交的评估申请，含复核、终核，不含未提交的草稿", _UNIVERSE,
        lambda prefix, day: _applied(prefix, day).count(), by_town=lambda prefix, day: _counted(_applied(prefix, day)),
        list_url=_list("sort=opened"), kind="flow", source="本平台办件",
    ),
    Indicator(
        "assessment.assessed", "完成评估", "件", "本年 1 月 1 日至统计日出具评估报告的办件", _UNIVERSE,
        lambda prefix, day: _reported(prefix, day).count(), by_town=lambda prefix, day: _counted(_reported(prefix, day)),
        list_url=_list("sort=opened"), kind="flow", source="本平台办件",
    ),
    Indicator(
        "assessment.days", "平均办理工作日", "个工作日",
        "本年出具报告的办件，自受理次日至报告日的工作日数的平均；异议后重新审核的不计", _UNIVERSE,
        _mean, by_town=_mean_by_town, list_url=_list("sort=opened"), kind="flow", source="本平台办件",
    ),
    Indicator(
        "assessment.late", "超期评估", "件", "统计时在办且已过当前环节时限的办件", _UNIVERSE,
        lambda prefix, day: _late(prefix, day).count(), by_town=lambda prefix, day: _counted(_late(prefix, day)),
        list_url=_list("due=late&sort=due"), kind="stock", source="本平台办件",
    ),
]
