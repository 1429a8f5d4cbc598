"""Simulated totals beside published ones 模拟与公布数据对照, and every assumption stated.

Published totals are scaled to the sample; shares are compared as they are. A row's status is that
of the published figure; the note says what the comparison cannot show.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .assume import AssumptionRow, table
from .codes import ALONE, ELDERS_ONLY, HOME_CARE, INSTITUTION_CARE, LONE, MALE, NURSING_STATION
from .events import Assumptions
from .mortality import MortalityAssumptions
from .need import WEEKS_A_YEAR
from .people import Population
from .published import AGE_STRUCTURE_OF, CITY, Fact, Published, find
from .staff import Staff
from .staffing import StaffAssumptions


class CalibrationRow(NamedTuple):
    """``published`` is already scaled to the sample; ``ratio`` is simulated ÷ published."""

    figure: str
    unit: str
    published: float
    simulated: float
    ratio: float
    source: str
    status: str
    note: str


@dataclass(frozen=True)
class Lived:
    """What the simulation lived through, counted by whoever ran it."""

    days: int  # calendar days
    applications: int
    assessments: int
    home_visits: int
    settled_fen: int


def compare(
    population: Population,
    published: Published,
    facts: list[Fact],
    *,
    staff: Staff | None = None,
    lived: Lived | None = None,
) -> list[CalibrationRow]:
    """All rows that can be made of what is given."""
    rows = [*_ages(population, facts), *_living(population, facts), *_care(population, published, facts)]
    if staff is not None:
        rows += _providers(population, staff, published, facts)
    if lived is not None:
        rows += _flows(population, lived, published, facts)
    return rows


def assumption_table(
    population: Population, staff: StaffAssumptions | None = None, events: Assumptions | None = None
) -> list[AssumptionRow]:
    """Every assumption behind a population, its staff and its days, in one table."""
    people, days = population.stated, events or Assumptions()
    return table(
        MortalityAssumptions(),
        people.dwelling,
        people.need,
        people.social,
        people.health,
        staff or StaffAssumptions(),
        days.assessment,
        days.life,
        days.visit,
    )


def _row(figure: str, fact: Fact, published: float, simulated: float, note: str = "") -> CalibrationRow:
    ratio = simulated / published if published else float("nan")
    source = f"{fact.source}；{fact.reference_date}"
    return CalibrationRow(figure, fact.unit, published, simulated, ratio, source, fact.status, note)


def _ages(population: Population, facts: list[Fact]) -> Iterator[CalibrationRow]:
    people = population.people
    age, size = people.age, len(people)
    elders = find(facts, population.ground.town_codes[0][:6], "户籍60岁及以上人口")
    yield _row("户籍60岁及以上人口", elders, elders.value * population.scale, size, "按抽样比例折算")
    note = "以全市年龄结构代替本区"
    for low, high, label in (
        (60, 65, "60-64岁"),
        (65, 70, "65-69岁"),
        (70, 80, "70-79岁"),
        (80, 200, "80岁及以上"),
    ):
        fact = find(facts, CITY, f"60+中{label}占比", date=AGE_STRUCTURE_OF)
        yield _row(fact.indicator, fact, fact.value, 100 * float(((age >= low) & (age < high)).mean()), note)
    hundred = find(facts, CITY, "户籍100岁及以上", date=AGE_STRUCTURE_OF)
    everybody = find(facts, CITY, "户籍60岁及以上", date=AGE_STRUCTURE_OF)
    expected = hundred.value / everybody.value * size
    yield _row("100岁及以上", hundred, expected, int((age >= 100).sum()), f"{note}；抽样小时人数不足以比较")
    for least in (60, 65, 70, 80, 100):
        fact = find(facts, CITY, f"{least}+中男性占比", date=AGE_STRUCTURE_OF)
        old = people.sex[age >= least]
        yield _row(
            fact.indicator, fact, fact.value, 100 * float((old == MALE).mean()) if len(old) else 0.0, note
        )


def _living(population: Population, facts: list[Fact]) -> Iterator[CalibrationRow]:
    people, scale, stated = population.people, population.scale, population.stated.dwelling
    target = find(facts, population.ground.town_codes[0][:6], "老伙伴计划结对高龄独居老人")
    alone = ((people.living == ALONE) | (people.living == LONE)) & (people.age >= 80)
    yield _row(
        "80岁及以上独居与孤老",
        target,
        target.value * scale,
        int(alone.sum()),
        "公布数为结对目标，不是独居总数",
    )
    for name, share, kind in (
        ("独居", stated.alone, ALONE),
        ("孤老", stated.lone, LONE),
        ("纯老家庭（独居除外）", stated.elders_only, ELDERS_ONLY),
    ):
        recalled = Fact("", name, 100 * share, "%", "2019-12-31", "recalled", "全市老年人口统计，凭记忆")
        yield _row(
            name, recalled, recalled.value, 100 * float((people.living == kind).mean()), "以全市比例代替本区"
        )


def _care(population: Population, published: Published, facts: list[Fact]) -> Iterator[CalibrationRow]:
    people, scale, stated = population.people, population.scale, population.stated.need
    code = published.district_code
    institution = find(facts, code, "长护险养老机构服务人数")
    served = int((people.care_form == INSTITUTION_CARE).sum())
    yield _row(institution.indicator, institution, institution.value * scale, served)
    visits = find(facts, code, "长护险居家护理服务")
    by_level = np.bincount(people.level[people.care_form == HOME_CARE], minlength=7)[2:7]
    expected = float(by_level @ np.asarray(stated.home_hours)) * stated.home_use * WEEKS_A_YEAR
    note = f"{int(by_level.sum())}名居家对象按时数上限与使用比例折合，一次一小时"
    yield _row("长护险居家护理服务（全年预计）", visits, visits.value * scale, round(expected), note)


def _providers(
    population: Population, staff: Staff, published: Published, facts: list[Fact]
) -> Iterator[CalibrationRow]:
    kind = staff.organisations.kind
    providers = find(facts, published.district_code, "长护险定点机构")
    note = "同一文件又作80家，按80家的分类生成；抽样时设最少数目"
    yield _row(
        providers.indicator,
        providers,
        providers.value * population.scale,
        int((kind <= NURSING_STATION).sum()),
        note,
    )
    stations = find(facts, published.district_code, "护理站")
    yield _row(
        "护理站",
        stations,
        stations.value * population.scale,
        int((kind == NURSING_STATION).sum()),
        "抽样时设最少数目",
    )


def _flows(
    population: Population, lived: Lived, published: Published, facts: list[Fact]
) -> Iterator[CalibrationRow]:
    part = population.scale * lived.days / 365
    for indicator, simulated, note in (
        ("长护险受理申请", lived.applications, ""),
        ("长护险完成评估", lived.assessments, ""),
        ("长护险居家护理服务", lived.home_visits, ""),
        (
            "长护险累计结算",
            lived.settled_fen // 100,
            "公布数含住院医疗护理等，模拟只有居家与机构两种形式，比值应低于1",
        ),
    ):
        fact = find(facts, published.district_code, indicator)
        said = f"公布数按比例和{lived.days}天折算"
        yield _row(indicator, fact, fact.value * part, simulated, f"{said}；{note}" if note else said)
