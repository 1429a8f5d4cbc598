"""The age structure is the published one and smooth in between; deaths follow the published expectation."""

import numpy as np
import pytest

from songhe.simulation.population import Published
from songhe.simulation.population.ages import OLDEST, YOUNGEST, age_sex_shares
from songhe.simulation.population.codes import FEMALE, MALE
from songhe.simulation.population.mortality import fit

YEARS = np.arange(YOUNGEST, OLDEST + 1)


def test_every_published_tail_and_share_of_men_is_met(totals: Published) -> None:
    shares = age_sex_shares(totals, fit(totals))
    assert shares.shape == (46, 2)
    assert shares.sum() == pytest.approx(1)
    for age, tail in totals.tail.items():
        old = shares[age - YOUNGEST :]
        assert old.sum() == pytest.approx(tail, rel=1e-6)
        assert old[:, 0].sum() / old.sum() == pytest.approx(totals.male[age], rel=1e-6)


def test_no_age_is_empty_and_the_very_old_become_fewer_every_year(totals: Published) -> None:
    shares = age_sex_shares(totals, fit(totals))
    assert (shares > 0).all()
    assert (np.diff(shares[YEARS >= 80].sum(axis=1)) < 0).all()


def test_neighbouring_years_differ_by_less_than_a_third_below_ninety(totals: Published) -> None:
    both = age_sex_shares(totals, fit(totals))[:31].sum(axis=1)
    assert (np.abs(np.diff(both)) / both[:-1] < 1 / 3).all()


def test_the_fitted_law_gives_the_expected_years_at_sixty(totals: Published) -> None:
    mortality = fit(totals)
    for sex, birth, gained in ((MALE, 81.24, 1.8), (FEMALE, 86.2, 1.1)):
        years = float(np.trapezoid(mortality.survival(np.arange(60, 125, 0.05), sex), dx=0.05))
        assert years == pytest.approx(birth + gained - 60, abs=0.1)


def test_men_die_earlier_and_the_old_more_often(totals: Published) -> None:
    mortality = fit(totals)
    assert mortality.force(70, MALE) > mortality.force(70, FEMALE)
    assert mortality.force(90, FEMALE) > 5 * mortality.force(70, FEMALE)
