"""The published figures 公布数据 that the synthetic district is calibrated to.

Read from a district's ``published_facts.csv`` (area_code, indicator, value, unit, reference_date,
status, source …); nothing here invents a figure, and a missing one is named in the error.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

CITY = "310000"
AGE_STRUCTURE_OF = "2020-12-31"


class Fact(NamedTuple):
    """One published figure as printed, with its day and its source."""

    area_code: str
    indicator: str
    value: float
    unit: str
    reference_date: str
    status: str
    source: str


@dataclass(frozen=True)
class Published:
    """Totals of one district, and the city's age structure that stands in for the district's.

    Shares are fractions of the city's registered 户籍 persons aged 60 and over.
    """

    district_code: str
    elders: int
    tail: dict[int, float]  # age → share of the 60+ who are at least that old; 60, 65, 70, 80, 100
    male: dict[int, float]  # age → share of men among those at least that old
    life_expectancy: tuple[float, float]  # years at birth: men, women
    applications: int  # 长护险受理申请, a year
    assessments: int  # 长护险完成评估, a year
    home_visits: int  # 长护险居家护理服务, a year
    institution_persons: int  # 长护险养老机构服务人数
    settled_yuan: int  # 长护险累计结算
    companion_target: int  # 老伙伴计划结对高龄独居老人
    nursing_stations: int  # 护理站


def read_facts(path: Path) -> list[Fact]:
    """The rows of a ``published_facts.csv`` with a numeric value."""
    with path.open(encoding="utf-8", newline="") as source:
        return [
            Fact(
                row["area_code"][:6],
                row["indicator"],
                float(row["value"]),
                row["unit"],
                row["reference_date"],
                row["status"],
                row["source"],
            )
            for row in csv.DictReader(source)
        ]


def find(facts: Sequence[Fact], area_code: str, indicator: str, *, date: str = "") -> Fact:
    """The one fact asked for.

    Raises:
        LookupError: it is not among the facts.
    """
    for fact in facts:
        if fact.area_code == area_code and fact.indicator == indicator and date in ("", fact.reference_date):
            return fact
    raise LookupError(f"{area_code} 缺少公布数据“{indicator}”{date}：请在 published_facts.csv 中补充该行。")


def published(facts: Sequence[Fact], district_code: str) -> Published:
    """Collect what generation needs for a district (six-digit code).

    Raises:
        LookupError: a figure is missing, by name.
    """

    def city(indicator: str) -> float:
        return find(facts, CITY, indicator, date=AGE_STRUCTURE_OF).value

    def district(indicator: str) -> int:
        return round(find(facts, district_code, indicator).value)

    everybody = city("户籍60岁及以上")
    percent = {
        65: 100 - city("60+中60-64岁占比"),
        70: 100 - city("60+中60-64岁占比") - city("60+中65-69岁占比"),
        80: city("60+中80岁及以上占比"),
    }
    return Published(
        district_code=district_code,
        elders=district("户籍60岁及以上人口"),
        tail={
            60: 1.0,
            **{age: share / 100 for age, share in percent.items()},
            100: city("户籍100岁及以上") / everybody,
        },
        male={age: city(f"{age}+中男性占比") / 100 for age in (60, 65, 70, 80, 100)},
        life_expectancy=(city("户籍男性预期寿命"), city("户籍女性预期寿命")),
        applications=district("长护险受理申请"),
        assessments=district("长护险完成评估"),
        home_visits=district("长护险居家护理服务"),
        institution_persons=district("长护险养老机构服务人数"),
        settled_yuan=district("长护险累计结算"),
        companion_target=district("老伙伴计划结对高龄独居老人"),
        nursing_stations=district("护理站"),
    )
