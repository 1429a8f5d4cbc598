"""我能享受什么: the insurance, the bonus, the subsidy and the allowance, each with its reasons; nothing for strangers."""

from datetime import date
from itertools import product

import pytest

from songhe.care.ltci import benefits, subsidies
from songhe.care.ltci.models import Enrolment
from songhe.kernel import registry
from songhe.register.people.models import CareLevel, Person

from .world import World

NOW = date(2026, 11, 18)
OLD = date(2023, 6, 1)
NEW_TABLE = {
    "dibao": {1: 111000, 2: 103600, 3: 103600, 4: 103600, 5: 74000, 6: 74000},
    "low": {1: 88800, 2: 74000, 3: 74000, 4: 74000, 5: 44400, 6: 44400},
    "modest": {1: 55500, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0},
}
OLD_TABLE = {
    "dibao": {1: 96000, 2: 89600, 3: 89600, 4: 89600, 5: 64000, 6: 64000},
    "low": {1: 76800, 2: 64000, 3: 64000, 4: 64000, 5: 38400, 6: 38400},
    "modest": {1: 48000, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0},
}


@pytest.mark.parametrize(("on", "table"), [(NOW, NEW_TABLE), (OLD, OLD_TABLE)])
def test_every_cell_of_the_subsidy_table_on_its_day(on, table):
    for income, level in product(("dibao", "low", "modest", "general"), (None, -1, 0, 1, 2, 3, 4, 5, 6)):
        answer = subsidies.service(income, 85, level, True, on)
        fen = table.get(income, {}).get(level or 0, 0)
        assert answer.entitled is bool(fen), (income, level)
        if fen:
            assert f"{fen // 100:,}" in answer.amount
            assert answer.reasons[0].source
        assert answer.reasons
        assert answer.how_to


@pytest.mark.parametrize(("income", "age", "level", "local", "why"), [
    ("dibao", 80, 3, False, "本市户籍"), ("dibao", 59, 3, True, "60 周岁"), ("modest", 79, 1, True, "80 周岁"),
    ("modest", 80, 2, True, "不设补贴"), ("general", 80, 3, True, "收入类别"), ("dibao", 80, None, True, "评估结论"),
])
def test_the_subsidy_says_what_stands_against_it(income, age, level, local, why):
    answer = subsidies.service(income, age, level, local, NOW)
    assert not answer.entitled
    assert why in answer.reasons[0].text


def test_the_addition_for_great_age_is_said_and_children_are_not_guessed():
    assert "另加 222.00 元" in subsidies.service("low", 92, 1, True, NOW).reasons[1].text
    assert "无子女的" in subsidies.service("low", 85, 1, True, NOW).reasons[1].text
    assert len(subsidies.service("dibao", 92, 1, True, NOW).reasons) == 1


@pytest.mark.parametrize(("age", "amount"), [
    (64, ""), (65, "75.00"), (69, "75.00"), (70, "150.00"), (79, "150.00"), (80, "180.00"), (90, "350.00"), (99, "350.00"),
    (100, "600.00"), (108, "600.00"),
])
def test_the_allowance_by_age(age, amount):
    answer = subsidies.allowance(age, True, NOW)
    assert answer.entitled is bool(amount)
    assert amount in answer.amount
    assert not subsidies.allowance(age, False, NOW).entitled


@pytest.fixture
def shen(cast) -> Person:
    CareLevel.objects.create(person=cast.shen, scheme="shanghai", level=5, label="照护五级", starts=date(2026, 1, 1), ends=date(2028, 1, 1))
    return cast.shen


def codes(person, post):
    return {e.code: e for e in benefits.insurance(person.pk, post)}


def test_the_insurance_offers_both_forms_with_their_reasons(shen, cast):
    found = codes(shen, cast.advisor)
    assert "每周最多 7 小时，基金支付 90%" in found["ltci.home"].amount
    assert "每天 30.00 元，基金支付 85%" in found["ltci.institution"].amount
    assert not found["ltci.bonus"].entitled
    statuses = {r.rule: r.status for r in found["ltci.home"].reasons}
    assert statuses["ltci.institution.day_rate_fen"] == "recalled"
    assert all(e.how_to for e in found.values())


def test_the_bonus_shows_what_was_chosen(world: World, cast):
    elder = world.elder(level=5)
    world.build()
    assert codes(elder, cast.advisor)["ltci.bonus"].amount == "每月增加 2 小时，或现金 80.00 元"
    Enrolment.objects.unscoped("test").filter(person=elder).update(bonus="cash")
    assert codes(elder, cast.advisor)["ltci.bonus"].amount == "每月现金 80.00 元"
    Enrolment.objects.unscoped("test").filter(person=elder).update(bonus="hours", started_on=date(2026, 10, 1))
    assert codes(elder, cast.advisor)["ltci.bonus"].amount == "每月增加 1 小时"


def test_before_the_level_begins_the_day_is_said(cast):
    CareLevel.objects.create(person=cast.shen, scheme="shanghai", level=3, label="照护三级", starts=date(2026, 12, 1), ends=date(2028, 1, 1))
    assert codes(cast.shen, cast.advisor)["ltci.home"].amount.startswith("自 2026-12-01 起，")


def test_without_a_level_the_way_to_the_assessment_is_shown_in_the_readers_words(cast):
    [answer] = benefits.insurance(cast.shen.pk, cast.daughter)
    assert not answer.entitled
    assert "还没有评估结论" in answer.reasons[0].text
    assert "评估" in answer.how_to


def test_strangers_learn_nothing(shen, cast):
    for outsider in (cast.neighbour_street, cast.stranger, cast.neighbour, cast.other_coordinator, cast.admin):
        assert benefits.insurance(shen.pk, outsider) == []
        assert subsidies.subsidies(shen.pk, outsider) == []
    for own in (cast.elder, cast.daughter, cast.street):
        assert benefits.insurance(shen.pk, own)
        assert subsidies.subsidies(shen.pk, own)


def test_the_dead_are_entitled_to_nothing(shen, cast):
    Person.objects.unscoped("test").filter(pk=shen.pk).update(death_date=date(2026, 11, 1))
    [answer] = benefits.insurance(shen.pk, cast.street)
    assert not answer.entitled
    assert subsidies.subsidies(shen.pk, cast.street) == []


def test_both_are_hung_up_for_advisor_and_portal(shen, cast):
    known = dict(registry.entitlements.items())
    answers = [e for name in ("ltci", "subsidy") for e in known[name](shen.pk, cast.elder)]
    assert [e.code for e in answers] == ["ltci.home", "ltci.institution", "ltci.bonus", "subsidy.service", "subsidy.allowance"]
