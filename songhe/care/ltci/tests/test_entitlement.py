"""Who is entitled to how much on which day: every level, age and cover, and the answers of old days."""

from datetime import date
from itertools import product

import pytest

from songhe.care.ltci.entitlement import Facts, age_on, bonus, entitle
from songhe.kernel import policy

NOW = date(2026, 11, 18)
LEVELS = (None, -1, 0, 1, 2, 3, 4, 5, 6)
COVERS = (("employee", True), ("employee", False), ("resident", True), ("resident", False), ("elsewhere", True), ("", False))
AGES = ((59, False), (60, True), (82, True))


def born(age, on=NOW):
    return on.replace(year=on.year - age)


@pytest.mark.parametrize(("level", "cover", "age"), list(product(LEVELS, COVERS, AGES)))
def test_each_combination_has_its_answer_and_its_reasons(level, cover, age):
    kind, claimed = cover
    answer = entitle(Facts(birth_date=born(age[0]), cover=kind, pension_claimed=claimed, level=level), NOW)
    wanted = set()
    if not age[1]:
        wanted.add("below_minimum_age")
    if kind not in ("employee", "resident"):
        wanted.add("not_insured")
    elif kind == "employee" and not claimed:
        wanted.add("pension_not_claimed")
    if level is None:
        wanted.add("level_missing")
    elif level < 2:
        wanted.add("level_not_eligible")
    assert set(answer.refusals) == wanted
    assert answer.entitled is (not wanted)
    assert all(b.rule and b.source and b.status for b in answer.because)
    if wanted:
        assert (answer.weekly_minutes, answer.day_rate_fen, answer.home_percent, answer.institution_percent) == (0, 0, 0, 0)


@pytest.mark.parametrize(("level", "hours", "rate"), [(2, 3, 2000), (3, 3, 2000), (4, 5, 2500), (5, 7, 3000), (6, 7, 3000)])
def test_hours_shares_and_day_rates_by_level(level, hours, rate):
    answer = entitle(Facts(birth_date=born(80), cover="resident", level=level), NOW)
    assert answer.weekly_minutes == hours * 60
    assert answer.day_rate_fen == rate
    assert (answer.home_percent, answer.institution_percent) == (90, 85)


def test_a_value_nobody_could_confirm_says_so_in_the_answer():
    answer = entitle(Facts(birth_date=born(80), cover="resident", level=4), NOW)
    by_rule = {b.rule: b for b in answer.because}
    assert by_rule["ltci.institution.day_rate_fen"].status == "recalled"
    assert by_rule["ltci.home.hours_per_week"].status == "sourced"


def test_an_old_day_is_answered_with_the_prices_of_that_day():
    def price(on):
        return {c: policy.value("ltci.home.price_fen_per_hour", on=on, staff_class=c).value for c in ("nurse", "carer_medical", "carer_health")}

    assert price(date(2019, 12, 31)) == {"nurse": 7500, "carer_medical": 5000, "carer_health": 4000}
    assert price(date(2020, 1, 1)) == {"nurse": 8000, "carer_medical": 6500, "carer_health": 4000}


def test_asked_again_about_an_old_day_the_answer_is_the_same():
    facts = Facts(birth_date=born(80), cover="resident", level=5)
    old = entitle(facts, date(2019, 5, 1))
    entitle(facts, NOW)
    assert entitle(facts, date(2019, 5, 1)) == old


def test_before_the_insurance_began_there_is_no_rule_and_no_guess():
    with pytest.raises(policy.UnknownPolicy):
        entitle(Facts(birth_date=born(80), cover="resident", level=5), date(2016, 12, 31))


@pytest.mark.parametrize(("day", "age"), [(date(2026, 2, 27), 59), (date(2026, 2, 28), 60), (date(2026, 3, 1), 60)])
def test_a_year_of_life_is_complete_on_the_birthday(day, age):
    assert age_on(date(1966, 2, 28), day) == age


def test_the_sixtieth_birthday_itself_counts():
    facts = Facts(birth_date=date(1966, 11, 18), cover="resident", level=3)
    assert entitle(facts, NOW).entitled
    assert not entitle(facts, date(2026, 11, 17)).entitled


def test_death_ends_it_the_day_after():
    facts = Facts(birth_date=born(80), cover="resident", level=3, death_date=NOW)
    assert entitle(facts, NOW).entitled
    assert entitle(facts, date(2026, 11, 19)).refusals == ("after_death",)


def test_a_lapsed_level_and_one_that_is_still_to_begin_are_told_apart_from_none():
    def codes(**facts):
        return entitle(Facts(birth_date=born(80), cover="resident", **facts), NOW).refusals

    assert codes() == ("level_missing",)
    assert codes(level_lapsed_on=NOW) == ("level_lapsed",)
    assert codes(level_coming=3, level_begins=date(2026, 12, 1)) == ("before_entitlement",)
    assert codes(level_coming=1, level_begins=date(2026, 12, 1)) == ("level_missing",)


SINCE = date(2026, 1, 15)


@pytest.mark.parametrize(("on", "minutes", "fen"), [
    (date(2026, 2, 15), 0, 0), (date(2026, 2, 16), 60, 4000), (date(2026, 7, 15), 60, 4000), (date(2026, 7, 16), 120, 8000),
])
def test_the_bonus_grows_with_unbroken_home_care(on, minutes, fen):
    assert bonus(5, SINCE, "hours", on)[:2] == (minutes, 0)
    assert bonus(6, SINCE, "cash", on)[:2] == (0, fen)


@pytest.mark.parametrize(("level", "since", "choice"), [(4, SINCE, "hours"), (5, None, "hours"), (5, SINCE, "")])
def test_without_level_or_time_or_choice_there_is_no_bonus(level, since, choice):
    minutes, fen, why = bonus(level, since, choice, NOW)
    assert (minutes, fen) == (0, 0)
    assert why
