"""The lived days draw at the stated rates, and nothing happens that the columns forbid."""

import numpy as np
import pytest

from songhe.simulation.population import Assumptions, Population, Published
from songhe.simulation.population import codes as c
from songhe.simulation.population.daily import (
    aged_need,
    applications_on_working_day,
    death_rates,
    draw_admissions,
    draw_choices,
    draw_deaths,
    draw_fates,
    draw_outcomes,
    draw_working_days,
    fate_shares,
    pick_first_applicants,
)
from songhe.simulation.population.draw import stream
from songhe.simulation.population.visiting import draw_absences, draw_visits

RATES = Assumptions()


def test_a_year_of_working_days_brings_the_published_applications(totals: Published) -> None:
    rng = stream(1, "test")
    year = sum(
        sum(applications_on_working_day(rng, totals, 1.0, RATES.assessment).values())
        for _ in range(RATES.assessment.working_days)
    )
    assert year == pytest.approx(39_600, rel=0.02)


def test_as_many_applications_end_in_an_assessment_as_published(totals: Published) -> None:
    fates = draw_fates(stream(1, "test"), 39_600, totals, RATES.assessment)
    assert (fates == 0).sum() == pytest.approx(34_000, rel=0.01)
    assert sum(fate_shares(totals, RATES.assessment)) == pytest.approx(1)


def test_first_applicants_hold_no_level_and_need_more_than_most(sample: Population) -> None:
    people = sample.people
    eligible = people.separation != c.OUTSIDE
    who = pick_first_applicants(
        stream(1, "test"), 60, people.true_level, people.level, eligible, RATES.assessment
    )
    assert len(set(who.tolist())) == 60
    assert (people.level[who] < 0).all()
    assert eligible[who].all()
    assert (people.true_level[who] >= 2).mean() > 0.5


def test_outcomes_stay_within_a_level_of_the_truth_or_send_to_hospital() -> None:
    truth = np.repeat(np.arange(7, dtype=np.int8), 2000)
    found = draw_outcomes(stream(1, "test"), truth, RATES.assessment)
    hospital = found == c.OUTCOME_HOSPITAL
    assert np.abs(found[~hospital] - truth[~hospital]).max() == 1
    assert found[~hospital].max() == 6
    assert found.min() == 0
    assert hospital.mean() == pytest.approx(RATES.assessment.to_hospital, abs=0.005)


def test_delays_stay_within_their_span() -> None:
    days = draw_working_days(stream(1, "test"), (2, 6, 12), 5000)
    assert days.min() >= 2
    assert days.max() <= 12
    assert draw_working_days(stream(1, "test"), (3, 3, 3), 4).tolist() == [3, 3, 3, 3]


def test_the_most_dependent_choose_an_institution_more_often() -> None:
    chosen = draw_choices(
        stream(1, "test"), np.repeat(np.array([2, 6], dtype=np.int8), 3000), RATES.assessment
    )
    assert (chosen[:3000] == c.INSTITUTION_CARE).mean() < 0.06 < (chosen[3000:] == c.INSTITUTION_CARE).mean()


def test_levels_shift_deaths_between_people_but_not_their_number(sample: Population) -> None:
    people, mortality = sample.people, sample.mortality
    rates = death_rates(people.age, people.sex, people.true_level, mortality, RATES.life)
    plain = mortality.force(people.age + 0.5, people.sex).sum()
    assert rates.sum() * 365 == pytest.approx(plain, rel=1e-9)
    same_age = (people.age >= 80) & (people.age < 85)
    assert (
        rates[same_age & (people.true_level == 6)].mean()
        > 3 * rates[same_age & (people.true_level == 0)].mean()
    )
    assert 0.015 < rates.sum() * 365 / len(people) < 0.03


def test_nobody_dies_at_rate_zero() -> None:
    assert not draw_deaths(stream(1, "test"), np.zeros(1000), days=365).any()


def test_only_the_free_go_to_hospital_and_for_whole_days(sample: Population) -> None:
    level = sample.people.true_level
    free = np.arange(len(level)) % 2 == 0
    stays = draw_admissions(stream(1, "test"), level, free, RATES.life, days=30)
    assert free[stays.person].all()
    assert stays.days.min() >= 1
    assert np.median(stays.days) == pytest.approx(8, abs=1.5)


def test_need_drifts_within_its_scale() -> None:
    later = aged_need(np.array([0.5, 35.0, 69.9]), np.array([-9.0, 2.0, 9.0]), 365)
    assert later.tolist() == pytest.approx([0.0, 37.0, 69.999])


def test_visits_go_wrong_at_the_stated_rates() -> None:
    stated = RATES.visit
    visits = draw_visits(stream(1, "test"), 300_000, stated)
    assert (visits.outcome == c.ELDER_ABSENT).mean() == pytest.approx(stated.elder_absent, rel=0.1)
    assert (visits.place == c.NO_PLACE).mean() == pytest.approx(stated.no_place, rel=0.1)
    assert (visits.sync_delay > 0).mean() == pytest.approx(stated.offline, rel=0.05)
    assert (visits.clock_error != 0).mean() == pytest.approx(stated.wrong_clock, rel=0.2)
    assert set(np.unique(visits.mistake).tolist()) == set(range(len(c.MISTAKE)))
    assert (visits.mistake > 0).mean() == pytest.approx(sum(stated.mistakes), rel=0.1)


def test_a_visit_that_did_not_happen_hides_no_mistake() -> None:
    visits = draw_visits(stream(1, "test"), 300_000, RATES.visit)
    assert (visits.mistake[visits.outcome != c.DONE] == 0).all()


def test_positions_match_the_fence() -> None:
    visits = draw_visits(stream(1, "test"), 50_000, RATES.visit)
    assert np.isnan(visits.metres[visits.place == c.NO_PLACE]).all()
    assert visits.metres[visits.place == c.ON_SITE].max() <= RATES.visit.fence_metres
    assert visits.metres[visits.place == c.OFF_SITE].min() > RATES.visit.fence_metres


def test_there_is_a_rate_for_every_kind_of_mistake() -> None:
    assert len(RATES.visit.mistakes) == len(c.MISTAKE)
    assert len(RATES.assessment.kinds) == len(c.APPLICATION_KIND)
    assert sum(RATES.assessment.kinds) == pytest.approx(1)
    assert sum(RATES.assessment.first_true_levels) == pytest.approx(1)


def test_only_carers_on_duty_fall_out() -> None:
    duty = np.arange(20_000) % 2 == 0
    away = draw_absences(stream(1, "test"), duty, RATES.visit)
    assert duty[away.carer].all()
    assert len(away.carer) == pytest.approx(10_000 * RATES.visit.absence_starts, rel=0.3)
    assert away.days.min() >= 1
