"""Marriage, means, schooling and habits of people 婚姻、收入、学历与习惯."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .assumptions import HealthAssumptions, SocialAssumptions
from .codes import (
    ALONE,
    CONDITIONS,
    DIBAO,
    DIVORCED,
    ELDERS_ONLY,
    GENERAL,
    LONE,
    LOW,
    MALE,
    MARRIED,
    MODEST,
    SINGLE,
    UNINSURED,
    WIDOWED,
)
from .draw import Floats, Small, choose_by, pick, quotas, stream
from .dwelling import age_band


@dataclass(frozen=True)
class Social:
    """Columns by person, values by the lists in ``codes``."""

    marital: Small
    income: Small
    insurance: Small
    education: Small
    language: Small
    carer_sex_wish: Small


def draw_social(
    age: npt.NDArray[np.int16],
    sex: Small,
    birth_year: npt.NDArray[np.int16],
    living: Small,
    insured: npt.NDArray[np.bool_],
    *,
    seed: int,
    stated: SocialAssumptions,
) -> Social:
    """Draw the columns; ``insured`` are those already in long-term care insurance: never without cover."""
    cohort = np.searchsorted([1935, 1945, 1955], birth_year, side="right")
    return Social(
        marital=_marital(age, sex, living, seed, stated),
        income=_income(age, seed, stated),
        insurance=_insurance(insured, seed, stated),
        education=choose_by(stream(seed, "education"), cohort, stated.education),
        # The table begins with the oldest band.
        language=choose_by(stream(seed, "language"), 2 - age_band(age), stated.language),
        carer_sex_wish=choose_by(stream(seed, "sex wish"), (sex != MALE).astype(np.int8), stated.sex_wish),
    )


def _marital(
    age: npt.NDArray[np.int16], sex: Small, living: Small, seed: int, stated: SocialAssumptions
) -> Small:
    men_60, men_year, women_60, women_year = stated.widowed
    years = age - 60.0
    odds = np.where(sex == MALE, men_60 + men_year * years, women_60 + women_year * years)
    widowed = _logistic(odds)
    divorced, single = stated.divorced_single
    rng = stream(seed, "marital")
    u = rng.random(len(age))
    marital = np.full(len(age), MARRIED, dtype=np.int8)
    marital[u < widowed + divorced + single] = SINGLE
    marital[u < widowed + divorced] = DIVORCED
    marital[u < widowed] = WIDOWED
    marital[
        (living == ELDERS_ONLY)
        & (marital != MARRIED)
        & (rng.random(len(age)) < stated.couples_among_elders_only)
    ] = MARRIED
    for kind, weights in (
        (ALONE, stated.alone_marital),
        (LONE, stated.lone_marital),
    ):
        here = np.flatnonzero(living == kind)
        marital[here] = choose_by(rng, np.zeros(len(here), dtype=np.int8), [weights])
    return marital


def _income(age: npt.NDArray[np.int16], seed: int, stated: SocialAssumptions) -> Small:
    size = len(age)
    kinds = np.array([DIBAO, LOW, GENERAL], dtype=np.int8)
    column = np.repeat(kinds, quotas(size, [stated.dibao, stated.low, 1 - stated.dibao - stated.low]))
    rng = stream(seed, "income")
    income: Small = rng.permutation(column)
    income[(income == GENERAL) & (age >= 80) & (rng.random(size) < stated.modest)] = MODEST
    return income


def _insurance(insured: npt.NDArray[np.bool_], seed: int, stated: SocialAssumptions) -> Small:
    size = len(insured)
    rng = stream(seed, "insurance")
    employee, resident, _ = stated.insurance
    insurance = choose_by(rng, np.zeros(size, dtype=np.int8), [[employee, resident]])
    without = round((1 - employee - resident) * size)
    insurance[pick(rng, (~insured).astype(np.float64), without)] = UNINSURED
    return insurance


def draw_conditions(
    age: npt.NDArray[np.int16], true_level: Small, seed: int, stated: HealthAssumptions
) -> npt.NDArray[np.uint16]:
    """The diseases of each person as bits in the order of ``codes.CONDITIONS``."""
    rng = stream(seed, "conditions")
    band = age_band(age)
    conditions = np.zeros(len(age), dtype=np.uint16)
    for bit in range(len(CONDITIONS)):
        base = np.asarray(stated.base[bit])
        odds = np.log(base / (1 - base))[band] + stated.per_level[bit] * true_level
        conditions |= (rng.random(len(age)) < _logistic(odds)).astype(np.uint16) << np.uint16(bit)
    return conditions


def _logistic(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance
