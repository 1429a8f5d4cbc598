"""Draws for one day among people: who applies, what an assessment finds, who dies or goes to hospital.

Every function is pure: it takes a generator and columns, and returns new columns. Arrays are by
person unless said otherwise; days are whole.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .codes import APPLICATION_KIND, OUTCOME_HOSPITAL
from .draw import Flags, Floats, Ints, Rng, Small, choose, choose_by, pick
from .events import AssessmentAssumptions, LifeAssumptions
from .mortality import Mortality
from .need import HIGHEST_LEVEL, NOT_ASSESSED
from .published import Published

DAYS_A_YEAR = 365
_AGE_GROUP = 5


def applications_on_working_day(
    rng: Rng, published: Published, scale: float, stated: AssessmentAssumptions
) -> dict[str, int]:
    """How many applications of each kind (by code) reach the windows on one working day."""
    expected = published.applications * scale / stated.working_days * np.asarray(stated.kinds)
    return {
        kind.code: int(count) for kind, count in zip(APPLICATION_KIND, rng.poisson(expected), strict=True)
    }


def pick_first_applicants(
    rng: Rng, count: int, true_level: Small, level: Small, eligible: Flags, stated: AssessmentAssumptions
) -> Ints:
    """Positions of people who apply for the first time: no level held, the mix of needs as stated."""
    open_to = eligible & (level == NOT_ASSESSED)
    available = np.bincount(true_level[open_to], minlength=HIGHEST_LEVEL + 1)
    per_person = np.asarray(stated.first_true_levels) / np.maximum(available, 1)
    return pick(rng, np.where(open_to, per_person[true_level], 0.0), count)


def fate_shares(published: Published, stated: AssessmentAssumptions) -> tuple[float, ...]:
    """Shares of applications by ``codes.APPLICATION_FATE``: assessed as published, the loss as assumed."""
    assessed = published.assessments / published.applications
    return (assessed, *((1 - assessed) * part for part in stated.lost))


def draw_fates(rng: Rng, count: int, published: Published, stated: AssessmentAssumptions) -> Small:
    """What becomes of ``count`` applications, by ``codes.APPLICATION_FATE``."""
    return choose(rng, fate_shares(published, stated), count).astype(np.int8)


def draw_outcomes(rng: Rng, true_level: Small, stated: AssessmentAssumptions) -> Small:
    """Official outcomes for people of the given true levels: 0 … 6, or ``OUTCOME_HOSPITAL``."""
    u = rng.random(len(true_level))
    lower, higher = stated.misjudged
    found = true_level.astype(np.int8) - (u < lower) + ((u >= lower) & (u < lower + higher))
    found = found.clip(0, HIGHEST_LEVEL).astype(np.int8)
    found[rng.random(len(true_level)) < stated.to_hospital] = OUTCOME_HOSPITAL
    return found


def draw_working_days(rng: Rng, span: tuple[int, int, int], size: int) -> Ints:
    """Delays in whole working days: least, most likely, most."""
    least, likely, most = span
    if least == most:
        return np.full(size, least, dtype=np.int64)
    drawn: Ints = np.floor(rng.triangular(least, likely + 0.5, most + 1, size=size)).astype(np.int64)
    return drawn.clip(least, most)


def draw_choices(rng: Rng, level: Small, stated: AssessmentAssumptions) -> Small:
    """Form of care chosen with levels 2 … 6, by ``codes.CARE_FORM`` (0 none, 1 home, 2 institution)."""
    home, institution = np.asarray(stated.chooses_home), np.asarray(stated.chooses_institution)
    weights = np.stack([1 - home - institution, home, institution], axis=1)
    return choose_by(rng, level - 2, weights.tolist())


def death_rates(
    age: npt.NDArray[np.integer], sex: Small, level: Small, mortality: Mortality, stated: LifeAssumptions
) -> Floats:
    """Deaths per person and day. Levels shift the risk within five-year age groups, not its sum.

    Give the whole living population: the shift is measured against the people given.
    """
    risk = np.asarray(stated.death_by_level)[level]
    force = mortality.force(np.asarray(age, dtype=np.float64) + 0.5, sex)
    group = (age.astype(np.int64) // _AGE_GROUP).clip(0)
    expected = np.bincount(group, weights=force)
    shifted = np.bincount(group, weights=force * risk)
    factor = np.divide(expected, shifted, out=np.ones_like(expected), where=shifted > 0)
    rates: Floats = force * risk * factor[group] / DAYS_A_YEAR
    return rates


def draw_deaths(rng: Rng, rates: Floats, days: int = 1) -> Flags:
    """Who dies within ``days``."""
    return np.asarray(rng.random(len(rates)) < -np.expm1(-rates * days))


class Admissions(NamedTuple):
    """Hospital stays that begin: who, for how many whole days, and the change of the need score."""

    person: Ints
    days: Ints
    need_change: Floats


def draw_admissions(
    rng: Rng, level: Small, free: Flags, stated: LifeAssumptions, days: int = 1
) -> Admissions:
    """Who of the ``free`` (living, not in hospital) is admitted within ``days``; ``level`` is the true one."""
    rates = np.asarray(stated.admissions)[level] / DAYS_A_YEAR * days
    person = np.flatnonzero(free & (rng.random(len(level)) < -np.expm1(-rates)))
    stay = rng.lognormal(np.log(stated.stay_median), stated.stay_spread, size=len(person))
    change = rng.normal(*stated.need_after_stay, size=len(person))
    return Admissions(person, np.rint(stay).astype(np.int64).clip(1, 120), change)


def aged_need(need: Floats, drift: Floats, days: float) -> Floats:
    """Need scores after ``days`` of drift, within 0 … 70 minus a hair."""
    later: Floats = np.clip(need + drift * days / DAYS_A_YEAR, 0.0, 69.999)
    return later
