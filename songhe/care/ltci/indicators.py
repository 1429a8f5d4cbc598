"""Indicators of the insurance: who is served, what is settled, what is refused, what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from songhe.kernel.access.rights import area_q
from songhe.kernel.areas.queries import town_code
from songhe.kernel.registry import Indicator

from .calendar import last_month
from .models import ClaimLine, Enrolment, Statement

_WHY = "indicators count and show nobody"
_UNIVERSE = "常住本区、享受长护险的老年人"


def _serving(prefix: str, day: date, form: str = "") -> QuerySet[Any]:
    rows: QuerySet[Any] = (
        Enrolment.objects.unscoped(_WHY).filter(area_q("area_code", prefix), started_on__lte=day)
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day)).order_by()
    )
    return rows.filter(form=form) if form else rows


def _by_town(rows: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for code, n in rows:
        counts[town_code(code)] += n
    return dict(counts)


def _counted(rows: QuerySet[Any]) -> Mapping[str, int]:
    return _by_town(rows.values_list("area_code").annotate(n=Count("pk")))


def _settled(prefix: str, day: date) -> QuerySet[Any]:
    """Lines of people under the prefix, of the month before the day's."""
    rows: QuerySet[Any] = ClaimLine.objects.unscoped(_WHY).filter(
        area_q("person__area_code", prefix), statement__month=last_month(day), statement__state__in=["approved", "paid"]
    )
    return rows.order_by()


def _fund(prefix: str, day: date) -> float:
    total = _settled(prefix, day).filter(accepted=True).aggregate(n=Sum("fund_fen"))["n"]
    return round((total or 0) / 1_000_000, 2)


def _fund_by_town(prefix: str, day: date) -> Mapping[str, float]:
    rows = _settled(prefix, day).filter(accepted=True).values_list("person__area_code").annotate(n=Sum("fund_fen"))
    return {code: round(n / 1_000_000, 2) for code, n in _by_town(rows).items()}


def _refused(prefix: str, day: date) -> float | None:
    n = Statement.objects.unscoped(_WHY).filter(
        area_q("area_code", prefix), month=last_month(day)).exclude(state="reversed").aggregate(
        a=Sum("amount_fen"), r=Sum("refused_fen"))
    total = (n["a"] or 0) + (n["r"] or 0)
    return round(100 * n["r"] / total, 2) if total else None


def _late(prefix: str, day: date) -> QuerySet[Any]:
    rows: QuerySet[Any] = Enrolment.objects.unscoped(_WHY).filter(
        area_q("area_code", prefix), due_on__lt=day, state__in=["requested", "confirmed"]
    )
    return rows.order_by()


def _opened(prefix: str, day: date) -> QuerySet[Any]:
    """Service relations begun in the year so far by people whom an assessment here led to them."""
    rows: QuerySet[Any] = Enrolment.objects.unscoped(_WHY).filter(
        area_q("area_code", prefix), started_on__gt=date(day.year, 1, 1) - timedelta(days=1), started_on__lte=day,
        assessment_id__isnull=False,
    )
    return rows.order_by()


def _list(**query: str) -> Any:
    """The list behind a figure, narrowed to a town where one is meant."""

    def url(area: str) -> str:
        parts = dict(query)
        if len(area.rstrip("0")) > len("310107"):
            parts["town"] = area[:9].ljust(12, "0")
        tail = "&".join(f"{k}={v}" for k, v in parts.items())
        return f"{reverse('ltci:list')}?{tail}" if tail else reverse("ltci:list")

    return url


def _statements(area: str) -> str:
    return reverse("ltci:statements")


INDICATORS = (
    Indicator("ltci.serving", "长护险享受人数", "人", "当日处于长护险服务关系中的人数，含居家照护和机构照护。", _UNIVERSE,
              compute=lambda p, d: _serving(p, d).count(), by_town=lambda p, d: _counted(_serving(p, d)), list_url=_list(state="serving"),
              published="2019 年机构照护 5,310 人；居家照护人数未公布"),
    Indicator("ltci.home", "居家照护人数", "人", "当日处于社区居家照护服务关系中的人数。", _UNIVERSE,
              compute=lambda p, d: _serving(p, d, "home").count(), by_town=lambda p, d: _counted(_serving(p, d, "home")),
              list_url=_list(state="serving", form="home")),
    Indicator("ltci.institution", "机构照护人数", "人", "当日处于养老机构照护服务关系中的人数。", _UNIVERSE,
              compute=lambda p, d: _serving(p, d, "institution").count(),
              by_town=lambda p, d: _counted(_serving(p, d, "institution")), list_url=_list(state="serving", form="institution"),
              published="2019 年 5,310 人"),
    Indicator("ltci.started", "评估后开始服务", "人", "本年经评估后开始长护险服务的人数，不含平台启用前已在服务的。", _UNIVERSE,
              compute=lambda p, d: _opened(p, d).count(), by_town=lambda p, d: _counted(_opened(p, d)), list_url=_list(), kind="flow"),
    Indicator("ltci.settled", "上月基金支付", "万元", "上一自然月已审核或已拨付结算单中的基金支付金额，按长者常住地归入街镇。",
              _UNIVERSE,
              compute=_fund, by_town=_fund_by_town, list_url=_statements, kind="flow",
              published="2019 年全年 34,400 万元（含住院医疗护理）"),
    Indicator("ltci.refused", "上月拒付率", "%", "上一自然月拒付与扣减金额占申报金额的比例，按护理机构所在地统计。", "本区定点护理机构",
              compute=_refused, list_url=_statements, kind="flow"),
    Indicator("ltci.late", "长护险超期待办", "件", "超过时限仍未由护理机构确认接收或制定计划的件数。", _UNIVERSE,
              compute=lambda p, d: _late(p, d).count(), by_town=lambda p, d: _counted(_late(p, d)), list_url=_list(late="yes")),
)
