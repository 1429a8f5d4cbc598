"""Care need 照护需求: a latent score per person, the level it amounts to, who holds a level and uses it.

The score is synthetic: ten points a level, ``level_of`` reads it. It is never the official score,
which only the city's system computes. How many people reach each level is not drawn but set, so
that the long-term care figures of the district come out at every sample size:

home persons = visits a year ÷ weeks ÷ (mean weekly hours × share used), one hour a visit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .assumptions import NeedAssumptions
from .codes import FEMALE, HOME_CARE, INSTITUTION_CARE, NO_CARE
from .draw import Dates, Flags, Floats, Ints, Small, pick, quotas, stream
from .published import Published

POINTS_PER_LEVEL = 10.0
HIGHEST_LEVEL = 6
NOT_ASSESSED = -1
_SERVED = range(2, HIGHEST_LEVEL + 1)
WEEKS_A_YEAR = 365 / 7


@dataclass(frozen=True)
class Need:
    """Columns by person; dates are NaT where nothing was concluded."""

    score: Floats  # 0 … 70
    drift: Floats  # points a year, may be negative
    true_level: Small  # what an assessment would find today, 0 … 6
    level: Small  # the official level now held, -1 if none
    level_from: Dates
    level_until: Dates  # last day of validity
    care_form: Small


def level_of(score: npt.ArrayLike) -> Small:
    """The level 0 … 6 that a synthetic score amounts to.

    >>> level_of([0.0, 9.9, 20.0, 70.0]).tolist()
    [0, 0, 2, 6]
    """
    levels = np.floor(np.asarray(score, dtype=np.float64) / POINTS_PER_LEVEL)
    return levels.clip(0, HIGHEST_LEVEL).astype(np.int8)


def home_persons(published: Published, stated: NeedAssumptions) -> float:
    """Persons served at home that the published yearly visits amount to, whole district."""
    hours = sum(share * week for share, week in zip(stated.home_levels, stated.home_hours, strict=True))
    return published.home_visits / (WEEKS_A_YEAR * hours * stated.home_use)


def draw_need(
    age: npt.NDArray[np.int16],
    sex: Small,
    reachable: Flags,
    *,
    on: np.datetime64,
    seed: int,
    published: Published,
    stated: NeedAssumptions,
) -> Need:
    """Draw need for everybody; ``reachable`` are those the district's providers can serve."""
    size = len(age)
    rng = stream(seed, "need")
    latent = rng.standard_normal(size) + stated.by_age * (age - 60.0) + stated.women * (sex == FEMALE)
    scale = size / published.elders
    home = quotas(round(home_persons(published, stated) * scale), stated.home_levels)
    institution = quotas(round(published.institution_persons * scale), stated.institution_levels)
    idle = np.rint((home + institution) * stated.idle).astype(np.int64)
    held = home + institution + idle
    score = _score(latent, _level_counts(size, held, stated))
    true_level = level_of(score)
    care_form = np.full(size, NO_CARE, dtype=np.int8)
    level = np.full(size, NOT_ASSESSED, dtype=np.int8)
    women, per_year = stated.institution_pull
    pull = np.exp(women * (sex == FEMALE) + per_year * np.maximum(age - 80.0, 0.0))
    assess = stream(seed, "assessed")
    for row, wanted in enumerate(_SERVED):
        free = ((true_level == wanted) & reachable).astype(np.float64)
        living_in = pick(assess, free * pull, int(institution[row]))
        free[living_in] = 0
        at_home = pick(assess, free, int(home[row]))
        free[at_home] = 0
        care_form[living_in], care_form[at_home] = INSTITUTION_CARE, HOME_CARE
        level[np.concatenate([living_in, at_home, pick(assess, free, int(idle[row]))])] = wanted
    for low, share in enumerate(stated.assessed_low):
        level[(true_level == low) & (assess.random(size) < share)] = low
    since, until = _validity(level, on, seed, stated)
    drift = (
        stated.drift_at_60
        + stated.drift_by_age * (age - 60.0)
        + stated.drift_spread * rng.standard_normal(size)
    )
    return Need(score, np.round(drift, 2), true_level, level, since, until, care_form)


def _level_counts(size: int, held: Ints, stated: NeedAssumptions) -> Ints:
    """How many people truly are at level 0 … 6: the holders, those who have not applied, the rest."""
    served = held + np.rint(held * np.asarray(stated.unmet)).astype(np.int64)
    one = round(size * stated.level_one)
    return np.concatenate([[max(size - one - int(served.sum()), 0), one], served])


def _score(latent: Floats, counts: Ints) -> Floats:
    """Map the latent order to scores so that ``counts`` people fall into each level."""
    ordered = np.sort(latent)
    ends = np.minimum(np.cumsum(counts)[:-1], len(latent) - 1)
    # An edge lies halfway between two neighbours: nobody stands on it.
    edges = (ordered[ends - 1] + ordered[ends]) / 2
    nodes = np.concatenate([[ordered[0] - 1e-6], edges, [ordered[-1] + 1e-6]])
    scores: Floats = np.interp(latent, nodes, np.arange(len(nodes)) * POINTS_PER_LEVEL)
    return scores


def _validity(level: Small, on: np.datetime64, seed: int, stated: NeedAssumptions) -> tuple[Dates, Dates]:
    """First and last day of validity: conclusions spread evenly over the last two years."""
    age_in_days = stream(seed, "validity").integers(0, stated.validity_days, size=len(level))
    since = on.astype("datetime64[D]") - age_in_days.astype("timedelta64[D]")
    until = since + np.timedelta64(stated.validity_days - 1, "D")
    nothing = np.datetime64("NaT", "D")
    assessed = level > NOT_ASSESSED
    return np.where(assessed, since, nothing), np.where(assessed, until, nothing)
