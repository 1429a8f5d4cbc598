"""The people are repeatable, plausible, consistent with themselves, and nobody real."""

import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from songhe.kernel.identity import parse_identity
from songhe.simulation.population import District, Population, Published, conditions_of, decoded, generate
from songhe.simulation.population import codes as c

from .conftest import TODAY


def test_the_same_seed_gives_the_same_people(putuo: District, totals: Published) -> None:
    one, other = (generate(putuo, totals, on=TODAY, size=500, seed=3) for _ in range(2))
    assert decoded(one.people) == decoded(other.people)
    assert decoded(one.relatives) == decoded(other.relatives)


def test_another_seed_gives_other_people_on_the_same_ground(putuo: District, totals: Published) -> None:
    one, other = (generate(putuo, totals, on=TODAY, size=500, seed=seed) for seed in (3, 4))
    assert (one.people.name != other.people.name).any()
    assert (one.ground.lane == other.ground.lane).all()


@pytest.mark.parametrize("size", [1, 2, 30])
def test_a_handful_can_be_made(putuo: District, totals: Published, size: int) -> None:
    assert len(generate(putuo, totals, on=TODAY, size=size).people) == size


@pytest.mark.parametrize("size", [0, -5])
def test_no_people_is_refused(putuo: District, totals: Published, size: int) -> None:
    with pytest.raises(ValueError, match="正整数"):
        generate(putuo, totals, on=TODAY, size=size)


def test_every_column_has_one_value_per_person(sample: Population) -> None:
    assert {len(column) for column in vars(sample.people).values()} == {20_000}
    assert len({len(column) for column in vars(sample.relatives).values()}) == 1


@pytest.mark.parametrize("on", [TODAY, date(2024, 2, 29), date(2027, 1, 1)])
def test_ages_hold_on_the_day_of_generation(putuo: District, totals: Published, on: date) -> None:
    people = generate(putuo, totals, on=on, size=2000).people
    for born, age in zip(people.birth_date.tolist(), people.age.tolist(), strict=True):
        assert on.year - born.year - ((on.month, on.day) < (born.month, born.day)) == age


def test_identity_numbers_are_well_formed_different_and_of_a_county_never_issued(sample: Population) -> None:
    people = sample.people
    assert len(set(people.identity.tolist())) == len(people)
    for number, born, sex in zip(
        people.identity[:400].tolist(), people.birth_date.tolist(), people.sex.tolist(), strict=False
    ):
        read = parse_identity(number)
        assert read.synthetic
        assert read.birth_date == born
        assert read.sex.value == {c.MALE: "male", c.FEMALE: "female"}[sex]


def test_telephone_numbers_are_of_a_range_never_sold_and_different(sample: Population) -> None:
    numbers = [
        number for number in (*sample.people.phone.tolist(), *sample.relatives.phone.tolist()) if number
    ]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("154") and len(number) == 11 and number.isdigit() for number in numbers)
    assert 0.03 < (sample.people.phone == "").mean() < 0.09


def test_an_address_begins_with_the_town_of_its_area(sample: Population) -> None:
    people = sample.people
    towns = dict(zip(sample.ground.town_codes.tolist(), sample.ground.town_names.tolist(), strict=True))
    for area, address in zip(people.hukou_area_code.tolist(), people.hukou_address.tolist(), strict=True):
        assert address.startswith(towns[f"{area[:9]}000"])
    same = people.separation == c.SAME
    assert (people.address[same] == people.hukou_address[same]).all()
    assert (people.area_code[same] == people.hukou_area_code[same]).all()


def test_who_lives_outside_has_no_position_here_and_is_not_served_here(sample: Population) -> None:
    people = sample.people
    outside = people.separation == c.OUTSIDE
    assert outside.any()
    assert np.isnan(people.lng[outside]).all()
    assert not np.isnan(people.lng[~outside]).any()
    assert (people.care_form[outside] == c.NO_CARE).all()
    assert not any("普陀区" in address for address in people.address[outside].tolist())


def test_who_is_served_holds_a_valid_level_of_two_to_six(sample: Population) -> None:
    people = sample.people
    served = people.care_form != c.NO_CARE
    assert ((people.level[served] >= 2) & (people.level[served] <= 6)).all()
    held = people.level >= 0
    day = np.datetime64(TODAY)
    assert (people.level_from[held] <= day).all()
    assert (people.level_until[held] >= day).all()
    assert np.isnat(people.level_from[~held]).all()
    assert (people.level[held] == people.true_level[held]).all()
    assert (people.insurance[held] != c.UNINSURED).all()


def test_some_people_need_care_and_have_not_applied(sample: Population) -> None:
    people = sample.people
    assert ((people.true_level >= 2) & (people.level < 0)).sum() > 100


def test_need_rises_with_age(sample: Population) -> None:
    people = sample.people
    young, old = people.age < 70, people.age >= 85
    assert (people.true_level[old] >= 2).mean() > 8 * (people.true_level[young] >= 2).mean()
    assert people.need_drift[old].mean() > people.need_drift[young].mean()


def test_who_is_insured_in_a_home_lives_there(sample: Population) -> None:
    people = sample.people
    assert (people.living[people.care_form == c.INSTITUTION_CARE] == c.INSTITUTION).all()
    assert (people.living[people.care_form == c.HOME_CARE] != c.INSTITUTION).all()


def test_low_pension_of_the_old_is_for_the_old_only(sample: Population) -> None:
    assert (sample.people.age[sample.people.income == c.MODEST] >= 80).all()


def test_a_lone_elder_has_neither_spouse_nor_child(sample: Population) -> None:
    family = sample.relatives.relation[sample.people.living[sample.relatives.person] == c.LONE]
    assert set(family.tolist()) <= {c.NEPHEW}
    assert (sample.people.marital[sample.people.living == c.LONE] != c.MARRIED).all()


def test_nobody_has_more_than_three_relatives_and_the_first_can_act_if_anyone_can(sample: Population) -> None:
    relatives = sample.relatives
    assert np.bincount(relatives.person).max() == 3
    first = relatives.order == 1
    assert len(set(relatives.person[first].tolist())) == first.sum()
    able_later = set(relatives.person[~first & relatives.can_act].tolist())
    unable_first = set(relatives.person[first & ~relatives.can_act].tolist())
    assert not able_later & unable_first
    assert relatives.can_act[relatives.is_guardian].all()


def test_children_are_younger_than_their_parents(sample: Population) -> None:
    relatives = sample.relatives
    child = np.isin(relatives.relation, [c.SON, c.DAUGHTER])
    born = sample.people.birth_date.astype("datetime64[Y]").astype(int)[relatives.person] + 1970
    assert (relatives.birth_year[child] - born[child] >= 18).all()


def test_conditions_read_back_as_codes() -> None:
    assert conditions_of(0) == []
    assert conditions_of(0b100_0010_0000) == ["hypertension", "dementia"]


def test_a_slice_decodes_to_plain_values(sample: Population) -> None:
    plain = decoded(sample.people, 10, 13)
    assert {len(column) for column in plain.values()} == {3}
    assert plain["sex"][0] in {"m", "f"}
    assert isinstance(plain["birth_date"][0], date)
    assert all(value is None or isinstance(value, float) for value in plain["lng"])


def test_generation_needs_no_web_framework() -> None:
    code = "import sys, songhe.simulation.population; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
