"""Indicators of facilities and beds, declared once for screens, exports and targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.urls import reverse

from songhe.kernel.areas import queries as areas
from songhe.kernel.registry import Indicator, indicators

from . import queries
from .models import BedKind, Site

ELDERS = "户籍60岁及以上人口"
SITES = "登记为在用的设施，按设施所在街镇计，模拟设施计入"
BEDS = "养老机构登记床位，按所选日的期间逐张计数；不含医疗机构老年护理床位和家庭照护床位"


def _sites(code: str, title: str, unit: str, kinds: tuple[str, ...], definition: str) -> None:
    def compute(prefix: str, on: date) -> int:
        counted = queries.count_by_kind(prefix, on)
        return sum(counted.get(kind, 0) for kind in kinds)

    indicators.add(
        code,
        Indicator(
            code=code, title=title, unit=unit, definition=definition, universe=SITES, compute=compute,
            by_town=lambda prefix, on: queries.towns_by_kind(prefix, on, kinds),
            list_url=lambda prefix: f"{reverse('sites:list')}?kind={kinds[0]}&status=open", source="机构与设施登记",
        ),
    )  # fmt: skip


def _beds(kind: str, title: str, definition: str, published: str = "") -> None:
    def by_town(prefix: str, on: date) -> Mapping[str, int]:
        counted = queries.beds_on(on, prefix, by="town")
        return {town: kinds.get(kind, 0) for town, kinds in counted.items()}

    code = f"beds.{kind}"
    indicators.add(
        code,
        Indicator(
            code=code, title=title, unit="张", definition=definition, universe=BEDS,
            compute=lambda prefix, on: queries.bed_total(on, prefix, kind), by_town=by_town,
            list_url=lambda prefix: f"{reverse('sites:list')}?kind=care_home&status=open",
            published=published, source="床位登记",
        ),
    )  # fmt: skip


def beds_per_hundred(prefix: str, on: date) -> float | None:
    """Approved beds for a hundred registered people of 60 and over; unknown where no population is published."""
    elders = areas.published(prefix, ELDERS, on)
    if elders is None or not elders.value:
        return None
    return round(queries.bed_total(on, prefix, BedKind.Kind.APPROVED) * 100 / float(elders.value), 2)


def share(kind: str, prefix: str, on: date) -> float | None:
    """Beds of a kind in a hundred approved ones."""
    approved = queries.bed_total(on, prefix, BedKind.Kind.APPROVED)
    return round(queries.bed_total(on, prefix, kind) * 100 / approved, 1) if approved else None


def register() -> None:
    """Hang them up."""
    _sites("sites.care_home", "养老机构数", "家", (Site.Kind.CARE_HOME,), "在用的养老机构，不含长者照护之家。")
    _sites("sites.small_home", "长者照护之家数", "家", (Site.Kind.SMALL_HOME,), "在用的长者照护之家。")
    _sites("sites.hub", "综合为老服务中心数", "个", (Site.Kind.HUB,), "在用的社区综合为老服务中心。")
    _sites("sites.day_care", "日间服务中心数", "个", (Site.Kind.DAY_CARE,), "在用的老年人日间服务中心。")
    _sites("sites.meals", "助餐服务场所数", "处", (Site.Kind.CANTEEN, Site.Kind.MEAL_POINT), "在用的社区长者食堂和助餐点。")
    _sites("sites.health_centre", "社区卫生服务中心点位数", "处", (Site.Kind.HEALTH_CENTRE,),
           "在用的社区卫生服务中心及其分部。")  # fmt: skip
    _beds("approved", "核定床位", "当日按核定计算的床位。", "养老床位")
    _beds("nursing", "护理型床位", "当日按护理型计算的床位；未由机构登记的，按公布总量分配，为假定。", "护理型床位")
    _beds("basic", "保基本床位", "当日按保基本计算的床位；未由机构登记的，为假定。", "保基本养老床位")
    _beds("dementia", "认知障碍照护床位", "当日按认知障碍照护计算的床位；未由机构登记的，为假定。", "认知障碍照护床位")
    indicators.add(
        "beds.per_hundred",
        Indicator(
            code="beds.per_hundred", title="每百名户籍老年人床位数", unit="张/百人",
            definition="当日核定床位除以户籍60岁及以上人口（取当日以前最近一次公布数）再乘一百。",
            universe="分子为核定床位；分母为户籍60岁及以上人口，公布到区，街镇不计算",
            compute=beds_per_hundred, source="床位登记；公布数字", list_url=lambda prefix: reverse("sites:list"),
            kind="ratio",
        ),
    )  # fmt: skip
    indicators.add(
        "beds.nursing_share",
        Indicator(
            code="beds.nursing_share", title="护理型床位占比", unit="%", definition="当日护理型床位除以核定床位再乘一百。",
            universe=BEDS, compute=lambda prefix, on: share(BedKind.Kind.NURSING, prefix, on), source="床位登记",
            list_url=lambda prefix: f"{reverse('sites:list')}?kind=care_home&status=open", kind="ratio",
        ),
    )  # fmt: skip
