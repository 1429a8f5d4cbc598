"""Weekly minutes across the edges of months and providers, the bonus, and money to the fen."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songhe.care.ltci import judging
from songhe.care.ltci.facts import CarerFacts, Period, PlanFacts, Relation, home_care_since
from songhe.kernel import policy

from .scene import CARER, FOREVER, LONG_AGO, OCTOBER, PLAN, PROVIDER, SHEN, judge, key, person, visit

MONDAY = date(2026, 10, 26)  # its week ends on Sunday, 1 November


def on(day, hour=9, minutes=60, **changes):
    return visit(on=day, hour=hour, minutes=minutes, id=key(f"{day} {hour}"), **changes)


@pytest.mark.parametrize(("level", "hours"), [(2, 3), (3, 3), (4, 5), (5, 7), (6, 7)])
def test_a_week_holds_the_hours_of_the_level(level, hours):
    visits = [on(date(2026, 10, 5) + timedelta(days=n), h) for n in range(7) for h in (8, 14)]
    lines = judge(*visits, people={SHEN: person(level)})
    assert sum(line.quantity for line in lines) == hours * 60
    assert [line.quantity for line in lines] == [60] * hours + [0] * (14 - hours)


def test_the_visit_that_crosses_the_limit_is_paid_in_part():
    lines = judge(*(on(date(2026, 10, 5) + timedelta(days=n), minutes=50) for n in range(4)))
    assert [line.quantity for line in lines] == [50, 50, 50, 30]
    assert lines[3].refusals == ("over_week_budget",)
    assert lines[3].accepted
    assert lines[3].amount_fen == 3250


def test_a_week_that_began_last_month_remembers_what_was_paid_in_it():
    days = [date(2026, 11, 1), date(2026, 11, 2)]
    spent = {(SHEN, MONDAY): 150}
    lines = judge(*(on(d) for d in days), spent=spent, filed_on=date(2026, 12, 3))
    assert [line.quantity for line in lines] == [30, 60]


def test_minutes_of_another_provider_in_the_same_week_count():
    lines = judge(on(MONDAY), on(MONDAY + timedelta(days=1)), spent={(SHEN, MONDAY): 100})
    assert [line.quantity for line in lines] == [60, 20]


def test_a_higher_level_from_the_middle_of_the_week_opens_more_of_it():
    rise = person(levels=[Period(LONG_AGO, date(2026, 10, 8), 3), Period(date(2026, 10, 8), FOREVER, 5)])
    lines = judge(*(on(date(2026, 10, 5) + timedelta(days=n), h) for n in range(5) for h in (8, 14)), people={SHEN: rise})
    assert [line.quantity for line in lines] == [60, 60, 60, 0, 0, 0, 60, 60, 60, 60]
    assert [line.level for line in lines] == [3] * 6 + [5] * 4


def test_hours_changed_by_a_new_rule_hold_from_its_day():
    with policy.override("ltci.home.hours_per_week", 1, date(2026, 10, 12), level=3):
        lines = judge(*(on(date(2026, 10, 5) + timedelta(days=n)) for n in (0, 1, 2, 7, 8)))
    assert [line.quantity for line in lines] == [60, 60, 60, 60, 0]


def bonus_person(choice="hours", since=LONG_AGO, level=5):
    return {SHEN: person(level, enrolments=[Period(since, None, Relation(PROVIDER, "home", choice))])}


def test_the_bonus_is_drawn_when_the_week_is_used_up_and_once_a_month():
    visits = [on(date(2026, 10, 5) + timedelta(days=n), h) for n in range(7) for h in (8, 14)]
    lines = judge(*visits, people=bonus_person())
    assert sum(line.quantity for line in lines) == 9 * 60
    assert [line.bonus_minutes for line in lines] == [0] * 7 + [60, 60] + [0] * 5
    assert "over_week_budget" not in lines[8].refusals
    assert "over_week_budget" in lines[9].refusals
    assert [line.bonus_minutes for line in judge(*visits, people=bonus_person(), bonus_spent={(SHEN, OCTOBER): 90})] == (
        [0] * 7 + [30] + [0] * 6
    )


def test_who_chose_cash_or_nothing_has_no_more_hours():
    visits = [on(date(2026, 10, 5) + timedelta(days=n), h) for n in range(7) for h in (8, 14)]
    for choice in ("cash", ""):
        assert sum(line.quantity for line in judge(*visits, people=bonus_person(choice))) == 7 * 60


def test_a_change_of_provider_does_not_break_home_care_a_stay_in_a_home_does():
    def since(*periods):
        return home_care_since(person(enrolments=list(periods)), date(2026, 10, 20), 31)

    first = Period(date(2026, 1, 1), date(2026, 5, 10), Relation(key("a"), "home"))
    second = Period(date(2026, 5, 15), None, Relation(PROVIDER, "home"))
    assert since(first, second) == date(2026, 1, 1)
    assert since(first, Period(date(2026, 7, 1), None, Relation(PROVIDER, "home"))) == date(2026, 7, 1)
    assert since(first) is None
    assert since(Period(date(2026, 1, 1), None, Relation(PROVIDER, "institution"))) is None


@pytest.mark.parametrize(("minutes", "price", "fen"), [
    (60, 6500, 6500), (50, 6500, 5417), (1, 6500, 108), (30, 6500, 3250), (59, 8000, 7867), (0, 6500, 0), (45, 4000, 3000),
])
def test_minutes_become_fen_half_up(minutes, price, fen):
    assert judging.amount(minutes, price) == fen


@given(amount=st.integers(0, 10**9), percent=st.integers(0, 100), rule=st.sampled_from(["half-up", "down", "up"]))
def test_fund_and_person_always_add_up(amount, percent, rule):
    fund, rest = judging.shares(amount, percent, rule)
    assert fund + rest == amount
    assert 0 <= fund <= amount
    assert abs(100 * fund - amount * percent) < 100


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(7, 17), st.integers(1, 120), st.booleans(), st.sampled_from([0, 15, 60, 75])),
        max_size=25, unique_by=lambda v: (v[0], v[1]),
    ),
    st.integers(2, 6),
)
def test_whatever_is_claimed_no_week_is_overdrawn_and_no_fen_is_lost(claims, level):
    visits = [
        visit(on=OCTOBER + timedelta(days=d), hour=h, minutes=m, signed=signed, planned_minutes=max(1, planned), id=key(f"{d} {h}"))
        for d, h, m, signed, planned in claims
    ]
    lines = judge(*visits, people={SHEN: person(level)})
    weeks = {}
    for line in lines:
        assert line.fund_fen + line.person_fen == line.amount_fen
        assert 0 <= line.quantity <= min(line.served, 120)
        assert line.accepted is (line.quantity > 0)
        assert line.refused_fen >= 0
        assert line.amount_fen + line.refused_fen >= judging.amount(line.served, 6500) - 1
        monday = line.day - timedelta(days=line.day.weekday())
        weeks[monday] = weeks.get(monday, 0) + line.quantity
    hours = {2: 3, 3: 3, 4: 5, 5: 7, 6: 7}[level]
    assert all(total <= hours * 60 for total in weeks.values())
    assert len(lines) == len(visits)


def test_an_old_month_is_paid_at_its_old_price():
    old = date(2019, 12, 30)
    carers = {CARER: CarerFacts("carer_medical", (Period(date(2018, 1, 1), None, True),), (Period(date(2018, 1, 1), None, True),))}
    people = {SHEN: person(levels=[Period(date(2018, 1, 1), FOREVER, 3)], covers=[Period(date(2018, 1, 1), None, ("resident", True))],
                           enrolments=[Period(date(2018, 1, 1), None, Relation(PROVIDER, "home"))])}
    lines = judge(on(old), on(date(2020, 1, 2)), carers=carers, people=people, filed_on=date(2020, 1, 5),
                  contracted=[Period(date(2018, 1, 1), None, True)],
                  plans={PLAN: PlanFacts(date(2018, 1, 1), date(2018, 1, 1), None)})
    assert [line.amount_fen for line in lines] == [5000, 6500]
    assert [line.refusals for line in lines] == [(), ()]
