"""Mortality of elders: Gompertz's law 冈珀茨定律 fitted to the published life expectancy.

The force of mortality at age x is exp(a + b·(x − 60)) per year; ``b`` is assumed and ``a`` is found
for each sex so that the expectation of life at 60 is what the published one at birth implies.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .assume import assumed
from .codes import FEMALE, MALE
from .draw import Floats
from .published import Published

_ORIGIN = 60.0


@dataclass(frozen=True)
class MortalityAssumptions:
    """What the published life expectancy leaves open."""

    ageing: float = assumed(
        0.115,
        "死亡力随年龄的增长率，成年人群一般在每年9%至12%之间；取此值时80岁以上逐岁人数最为平顺",
        unit="每岁",
        status="recalled",
    )
    gained_by_60: tuple[float, float] = assumed(
        (1.8, 1.1),
        "活到60岁者的预期总寿命高于出生预期寿命，男、女各高若干年；未见上海公布60岁余命",
        unit="岁",
    )


@dataclass(frozen=True)
class Mortality:
    """A fitted law for both sexes."""

    ageing: float
    level: tuple[float, float]  # force of mortality at 60, per year: men, women

    def force(self, age: npt.ArrayLike, sex: npt.ArrayLike) -> Floats:
        """Deaths per person and year at an exact age; ``sex`` by GB/T 2261.1."""
        base = np.where(np.asarray(sex) == MALE, *self.level)
        forced: Floats = base * np.exp(self.ageing * (np.asarray(age, dtype=np.float64) - _ORIGIN))
        return forced

    def survival(self, age: npt.ArrayLike, sex: int) -> Floats:
        """Share of those alive at 60 who reach an exact age."""
        base = self.level[0] if sex == MALE else self.level[1]
        years = np.asarray(age, dtype=np.float64) - _ORIGIN
        reached: Floats = np.exp(-base / self.ageing * np.expm1(self.ageing * years))
        return reached


def fit(published: Published, assumptions: MortalityAssumptions | None = None) -> Mortality:
    """Fit the law to a district's published life expectancy."""
    stated = assumptions or MortalityAssumptions()
    men, women = (
        _level(birth + gained - _ORIGIN, stated.ageing)
        for birth, gained in zip(published.life_expectancy, stated.gained_by_60, strict=True)
    )
    return Mortality(stated.ageing, (men, women))


def _level(expected_years: float, ageing: float) -> float:
    """The force at 60 that leaves ``expected_years`` on average, by halving an interval."""
    low, high = 1e-5, 0.5
    ages = np.arange(_ORIGIN, 125, 0.25)
    for _ in range(60):
        middle = math.sqrt(low * high)
        lived = float(Mortality(ageing, (middle, middle)).survival(ages, FEMALE).sum()) * 0.25 - 0.125
        low, high = (middle, high) if lived > expected_years else (low, middle)
    return middle
