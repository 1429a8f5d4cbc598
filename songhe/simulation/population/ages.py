"""Age by single year and sex 年龄性别结构, from the published bands.

The bands (60–64, 65–69, 70–79, 80+, 100+ and the share of men in each tail) are met exactly. Inside
them the shape is assumed to be smooth: below 80 a monotone cubic through the tails, above 80 the
survivors of the fitted mortality law, thinned by cohort at a rate found from the 100+ figure.
"""

import numpy as np

from .codes import FEMALE, MALE
from .draw import Floats
from .mortality import Mortality
from .published import Published

YOUNGEST, OLDEST = 60, 105
SEXES = (MALE, FEMALE)
_KNOTS = np.array([60.0, 65.0, 70.0, 80.0])


def age_sex_shares(published: Published, mortality: Mortality) -> Floats:
    """Shares of the 60+ by age 60 … 105 (rows) and sex, men then women (columns); they sum to 1.

    The last row holds everybody of 105 and over.
    """
    columns = []
    for sex in SEXES:
        tail = {
            age: share * (published.male[age] if sex == MALE else 1 - published.male[age])
            for age, share in published.tail.items()
        }
        old = _over_80(tail, mortality, sex)
        columns.append(np.concatenate([_under_80(tail, float(old[0])), old]))
    shares = np.stack(columns, axis=1)
    summed: Floats = shares / shares.sum()
    return summed


def _over_80(tail: dict[int, float], mortality: Mortality, sex: int) -> Floats:
    """Shares at 80 … 105, thinned so that the published part is 100 or older."""
    ages = np.arange(80, OLDEST + 1)
    lived = mortality.survival(ages + 0.5, sex)
    wanted = tail[100] / tail[80]
    low, high = -0.5, 0.5
    for _ in range(60):
        thinning = (low + high) / 2
        weights = lived * np.exp(-thinning * (ages - 80))
        if weights[ages >= 100].sum() / weights.sum() > wanted:
            low = thinning
        else:
            high = thinning
    shares: Floats = weights / weights.sum() * tail[80]
    return shares


def _under_80(tail: dict[int, float], at_80: float) -> Floats:
    """Shares at 60 … 79: differences of a monotone cubic through the four published tails."""
    values = np.array([tail[int(age)] for age in _KNOTS])
    widths = np.diff(_KNOTS)
    chords = np.diff(values) / widths
    slopes = np.empty(4)
    # Fritsch and Butland's weighted harmonic mean keeps the curve falling between the knots.
    w1, w2 = 2 * widths[1:] + widths[:-1], widths[1:] + 2 * widths[:-1]
    slopes[1:3] = (w1 + w2) / (w1 / chords[:-1] + w2 / chords[1:])
    slopes[0] = 1.5 * chords[0] - 0.5 * slopes[1]
    # The curve leaves at 80 with the density that the older ages begin with.
    slopes[3] = max(-at_80, 3 * chords[2])
    ages = np.arange(YOUNGEST, 81, dtype=np.float64)
    part = np.clip(np.searchsorted(_KNOTS, ages, side="right") - 1, 0, 2)
    t = (ages - _KNOTS[part]) / widths[part]
    curve = (
        values[part] * (1 + 2 * t) * (1 - t) ** 2
        + values[part + 1] * t**2 * (3 - 2 * t)
        + widths[part] * (slopes[part] * t * (1 - t) ** 2 - slopes[part + 1] * t**2 * (1 - t))
    )
    shares: Floats = -np.diff(curve)
    return shares
