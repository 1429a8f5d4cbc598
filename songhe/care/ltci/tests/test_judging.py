"""Every reason for which a visit is not paid, each beside a clean visit that is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from songhe.care.ltci import refusals
from songhe.care.ltci.facts import Busy, CarerFacts, Decision, Period, PlanFacts, Relation
from songhe.kernel import policy

from .scene import (
    CARER,
    FOREVER,
    LONG_AGO,
    OCTOBER,
    PLAN,
    PROVIDER,
    SHEN,
    at,
    judge,
    key,
    month,
    person,
    visit,
)

TEN, ELEVEN = date(2026, 10, 10), date(2026, 10, 11)


def carer(staff_class="carer_medical", employed=(LONG_AGO, None), certified=(LONG_AGO, FOREVER)):
    return CarerFacts(staff_class, (Period(*employed, True),), (Period(*certified, True),) if certified else ())


def with_person(**changes):
    return {"people": {SHEN: person(**changes)}}


def with_carer(**changes):
    return {"carers": {CARER: carer(**changes)}}


# Each case: the code, what is changed in the visit of the 10th, what is changed in the month.
# The visit of the 6th stays clean in all of them.
CASES = {
    "not_insured": ({}, with_person(covers=[Period(LONG_AGO, TEN, ("employee", True))])),
    "below_minimum_age": ({}, None),
    "pension_not_claimed": (
        {}, with_person(covers=[Period(LONG_AGO, TEN, ("resident", False)), Period(TEN, None, ("employee", False))]),
    ),
    "level_missing": ({}, None),
    "level_lapsed": ({}, with_person(levels=[Period(LONG_AGO, TEN, 3)])),
    "level_not_eligible": ({}, with_person(levels=[Period(LONG_AGO, TEN, 3), Period(TEN, None, 1)])),
    "before_entitlement": ({}, None),
    "entitlement_stopped": ({}, with_person(enrolments=[Period(LONG_AGO, TEN, Relation(PROVIDER, "home"))])),
    "after_death": ({}, with_person(death_date=date(2026, 10, 9))),
    "in_hospital": ({}, with_person(stays=[(at(TEN, 8), None, "hospital")])),
    "in_institution_same_day": ({}, with_person(stays=[(at(TEN, 15), None, "institution")])),
    "wrong_form": (
        {}, with_person(enrolments=[
            Period(LONG_AGO, TEN, Relation(PROVIDER, "home")), Period(TEN, None, Relation(PROVIDER, "institution"))
        ]),
    ),
    "provider_not_contracted": ({}, {"contracted": [Period(LONG_AGO, TEN, True)]}),
    "provider_not_chosen": (
        {}, with_person(enrolments=[
            Period(LONG_AGO, TEN, Relation(PROVIDER, "home")), Period(TEN, None, Relation(key("other"), "home"))
        ]),
    ),
    "no_plan": ({"plan_id": key("nowhere")}, {}),
    "plan_not_agreed": (
        {"plan_id": key("draft")}, {"plans": {PLAN: PlanFacts(LONG_AGO, LONG_AGO, None), key("draft"): PlanFacts(None, LONG_AGO, None)}},
    ),
    "outside_service_period": (
        {"plan_id": key("old")},
        {"plans": {PLAN: PlanFacts(LONG_AGO, LONG_AGO, None), key("old"): PlanFacts(LONG_AGO, LONG_AGO, date(2026, 10, 9))}},
    ),
    "item_not_in_catalogue": ({"items": (1, 99)}, {}),
    "item_not_in_plan": ({"items": (1, 10)}, {}),
    "no_item_recorded": ({"items": ()}, {}),
    "wrong_staff_class": ({"items": (1, 39), "planned_items": (1, 39)}, {}),
    "certificate_expired": ({}, with_carer(certified=(LONG_AGO, TEN))),
    "worker_not_of_provider": ({}, with_carer(employed=(LONG_AGO, TEN))),
    "overlap_same_carer": ({}, None),
    "overlap_same_person": ({}, {"elsewhere": {SHEN: [Busy(at(TEN, 8, 30), at(TEN, 9, 30), key("theirs"))]}}),
    "duplicate": ({"id": key("twice")}, {"claimed": frozenset({key("twice")})}),
    "over_week_budget": ({}, {"spent": {(SHEN, date(2026, 10, 5)): 150}}),
    "over_plan_time": ({"minutes": 75}, {}),
    "too_short": ({"minutes": 20}, {}),
    "no_check_in": ({"started_at": None, "ended_at": None, "minutes": 0}, {}),
    "no_check_out": ({"ended_at": None, "minutes": 0}, {}),
    "no_signature": ({"signed": False}, {}),
    "far_from_home": ({"flags": ("outside_fence",)}, {}),
    "location_missing": ({"flags": ("no_position",)}, {}),
    "mocked_location": ({"flags": ("mocked",)}, {}),
    "impossible_travel": ({}, None),
    "carer_over_daily_cap": ({}, None),
    "carer_over_monthly_cap": ({}, None),
    "late_filing": ({}, None),
    "price_mismatch": ({"staff_class": "nurse"}, {}),
    "other_liability": ({"id": key("hit")}, {"decisions": {key("hit"): Decision("other_liability", "交通事故由肇事方负担")}}),
}


def check(code, clean, bad):
    """The bad line carries the code and what its severity means; the clean one is paid in full."""
    severity = refusals.catalogue()[code].severity
    assert clean.refusals == ()
    assert clean.accepted
    assert (clean.amount_fen, clean.fund_fen, clean.person_fen) == (6500, 5850, 650)
    assert clean.refused_fen == 0
    assert code in bad.refusals
    assert bad.amount_fen == bad.fund_fen + bad.person_fen
    if severity in ("reject", "hold"):
        assert not bad.accepted
        assert (bad.quantity, bad.amount_fen) == (0, 0)
    elif severity == "reduce":
        assert 0 < bad.amount_fen < 8000
        assert bad.refused_fen > 0
    else:
        assert bad.accepted
        assert bad.amount_fen == 6500


@pytest.mark.parametrize("code", [c for c, (_, changes) in CASES.items() if changes is not None])
def test_a_visit_is_refused_for_its_reason_and_the_clean_one_beside_it_is_paid(code):
    visit_changes, changes = CASES[code]
    # Over the week: two clean hours would draw on the same week, so the other visit is a week earlier.
    lines = judge(visit(6 if code != "over_week_budget" else 2), visit(10, **visit_changes), **changes)
    check(code, *lines)


def test_every_reason_of_the_catalogue_is_tested():
    assert set(CASES) == set(refusals.catalogue())
    assert len(CASES) >= 25


def test_on_the_sixtieth_birthday_the_entitlement_begins():
    lines = judge(visit(6), visit(10), people={SHEN: person(birth_date=date(1966, 10, 10))})
    assert [line.refusals for line in lines] == [("below_minimum_age",), ()]
    check("below_minimum_age", lines[1], lines[0])


def test_without_any_conclusion_the_level_is_missing():
    other = key("new")
    lines = judge(visit(6), visit(10, person_id=other, carer_id=key("c2")), people={SHEN: person(), other: person(levels=[])},
                  carers={CARER: carer(), key("c2"): carer()})
    check("level_missing", *lines)
    assert lines[1].level is None


def test_before_the_month_after_the_conclusion_nothing_is_paid():
    lines = judge(visit(6), visit(10), people={SHEN: person(levels=[Period(TEN, None, 4)])})
    check("before_entitlement", lines[1], lines[0])
    assert "level_missing" not in lines[0].refusals


def test_a_lapsed_level_stays_lapsed_while_the_next_is_still_to_come():
    lines = judge(visit(10), people={SHEN: person(levels=[Period(LONG_AGO, TEN, 3), Period(date(2026, 11, 1), None, 3)])})
    assert lines[0].refusals == ("level_lapsed",)


def test_the_later_of_two_visits_of_one_carer_bears_the_overlap():
    other = key("other elder")
    lines = judge(
        visit(6), visit(10, 9), visit(10, 9, id=key("b"), person_id=other, started_at=at(TEN, 9, 30), ended_at=at(TEN, 10, 30)),
        people={SHEN: person(), other: person()},
    )
    assert lines[1].accepted
    check("overlap_same_carer", lines[0], lines[2])
    assert lines[2].refusals == ("overlap_same_carer",)


def test_two_carers_with_one_elder_at_once_are_paid_once():
    second = key("second")
    lines = judge(visit(6), visit(10), visit(10, 9, id=key("b"), carer_id=second, started_at=at(TEN, 9, 15), ended_at=at(TEN, 10, 15)),
                  carers={CARER: carer(), second: carer()})
    assert [line.accepted for line in lines] == [True, True, False]
    assert lines[2].refusals == ("overlap_same_person",)


def test_sixty_days_after_the_visit_it_may_be_filed_and_no_later():
    lines = judge(visit(9), visit(10), filed_on=date(2026, 12, 9))
    check("late_filing", lines[1], lines[0])
    assert lines[0].refusals == ("late_filing",)


def test_of_two_providers_at_once_exactly_one_is_paid():
    """Each side judges alone; the earlier visit wins on both sides."""
    early, late = Busy(at(TEN, 8, 30), at(TEN, 9, 30), key("theirs")), Busy(at(TEN, 9, 30), at(TEN, 10, 30), key("theirs"))
    assert not judge(visit(10), elsewhere={SHEN: [early]})[0].accepted
    assert judge(visit(10), elsewhere={SHEN: [late]})[0].accepted


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_two_visits_begun_in_the_same_minute_are_told_apart_by_their_ids_on_both_sides(name):
    mine, theirs = visit(10), visit(10, id=key(name), carer_id=key("other carer"))
    here = judge(mine, elsewhere={SHEN: [Busy(theirs.started_at, theirs.ended_at, theirs.id)]})[0].accepted
    there = judge(
        theirs, elsewhere={SHEN: [Busy(mine.started_at, mine.ended_at, mine.id)]}, carers={key("other carer"): carer()}
    )[0].accepted
    assert here is not there


def test_nobody_is_at_two_ends_of_the_town_within_five_minutes():
    far = key("far")
    lines = judge(
        visit(6), visit(10), visit(10, 10, id=key("b"), person_id=far, started_at=at(TEN, 10, 5), ended_at=at(TEN, 11, 5)),
        people={SHEN: person(), far: person(home=(121.50, 31.30))},
    )
    check("impossible_travel", lines[0], lines[2])
    near = judge(
        visit(10), visit(10, 10, id=key("b"), person_id=far, started_at=at(TEN, 10, 5), ended_at=at(TEN, 11, 5)),
        people={SHEN: person(), far: person(home=(121.4060, 31.2420))},
    )
    assert near[1].refusals == ()


def many(days, per_day, **changes):
    """Visits of one carer to many elders, back to back, and the elders."""
    people = {}
    visits = []
    for d in days:
        for n in range(per_day):
            pid = key(f"elder {d} {n}")
            people[pid] = person()
            start = at(OCTOBER.replace(day=d), 7) + timedelta(minutes=n * 62)
            visits.append(visit(d, id=key(f"visit {d} {n}"), person_id=pid, started_at=start, ended_at=start + timedelta(minutes=60)))
    return visits, people


def test_after_eight_hours_a_day_the_ninth_is_looked_into():
    visits, people = many([10], 9)
    lines = judge(*visits, people=people)
    assert [bool(line.refusals) for line in lines] == [False] * 8 + [True]
    check("carer_over_daily_cap", lines[0], lines[8])


def test_after_two_hundred_and_eight_hours_a_month_the_next_is_looked_into():
    visits, people = many(range(1, 28), 8)
    lines = judge(*visits, people=people)
    assert [line.refusals for line in lines[207:209]] == [(), ("carer_over_monthly_cap",)]
    check("carer_over_monthly_cap", lines[0], lines[208])


def test_the_day_of_coming_home_may_be_served_the_day_of_moving_in_may_not():
    stay = [(at(date(2026, 10, 6), 15), at(TEN, 8), "institution")]
    lines = judge(visit(5), visit(6), visit(8), visit(10), people={SHEN: person(stays=stay, level=6)})
    assert [line.refusals for line in lines] == [(), ("in_institution_same_day",), ("in_institution_same_day",), ()]


def test_a_visit_while_she_had_not_left_the_home_yet_is_refused():
    stay = [(at(date(2026, 10, 6), 15), at(TEN, 14), "institution")]
    assert judge(visit(10), people={SHEN: person(stays=stay)})[0].refusals == ("in_institution_same_day",)


@pytest.mark.parametrize(("hour", "paid"), [(8, True), (9, False), (13, False), (16, True)])
def test_hospital_counts_by_the_hour(hour, paid):
    stay = [(at(TEN, 9, 30), at(TEN, 15), "hospital")]
    assert judge(visit(10, hour), people={SHEN: person(stays=stay)})[0].accepted is paid


def test_a_trip_out_of_town_is_no_reason_by_itself():
    assert judge(visit(10), people={SHEN: person(stays=[(at(TEN, 1), None, "away")])})[0].accepted


def test_days_of_a_pause_are_not_served_its_edges_are():
    paused = person(pauses=[Period(date(2026, 10, 7), date(2026, 10, 12), "manual")])
    lines = judge(visit(6), visit(7), visit(11), visit(12), people={SHEN: paused})
    assert [line.refusals for line in lines] == [(), ("entitlement_stopped",), ("entitlement_stopped",), ()]


def test_the_last_day_of_a_relation_and_of_a_plan_still_count():
    relation = [Period(LONG_AGO, ELEVEN, Relation(PROVIDER, "home"))]
    lines = judge(visit(10), people={SHEN: person(enrolments=relation)}, plans={PLAN: PlanFacts(LONG_AGO, LONG_AGO, TEN)})
    assert lines[0].refusals == ()


def test_the_day_of_the_familys_agreement_counts_the_day_before_does_not():
    lines = judge(visit(9), visit(10), plans={PLAN: PlanFacts(TEN, LONG_AGO, None)})
    assert [line.refusals for line in lines] == [("plan_not_agreed",), ()]


def test_several_reasons_are_told_the_harshest_first():
    line = judge(visit(10, minutes=75, signed=False, flags=("outside_fence",), items=(1, 99)))[0]
    assert line.refusals == ("item_not_in_catalogue", "no_signature", "over_plan_time", "far_from_home")


def test_what_was_released_by_hand_is_paid_and_what_a_rule_rejects_is_not():
    held, barred = visit(8, signed=False), visit(10, signed=False, items=(99,))
    decisions = {held.id: Decision("released", "电话核实"), barred.id: Decision("released", "电话核实")}
    lines = judge(held, barred, decisions=decisions)
    assert lines[0].accepted
    assert lines[0].amount_fen == 6500
    assert (lines[0].refusals, lines[0].decision, lines[0].note) == (("no_signature",), "released", "电话核实")
    assert not lines[1].accepted


def test_a_released_visit_without_check_out_is_paid_as_planned():
    lost = visit(10, ended_at=None, minutes=0)
    line = judge(lost, decisions={lost.id: Decision("released")})[0]
    assert (line.served, line.quantity, line.amount_fen) == (0, 60, 6500)


def test_a_nurse_on_a_carers_visit_is_paid_as_planned_a_junior_carer_by_her_class():
    assert judge(visit(10), **with_carer(staff_class="nurse"))[0].amount_fen == 6500
    line = judge(visit(10), **with_carer(staff_class="carer_health"))[0]
    assert (line.amount_fen, line.refused_fen, line.refusals) == (4000, 2500, ("price_mismatch",))


def test_a_refused_visit_takes_nothing_from_the_week():
    lines = judge(visit(5, signed=False), visit(6), visit(7), visit(8), visit(9))
    assert [line.quantity for line in lines] == [0, 60, 60, 60, 0]
    assert lines[4].refusals == ("over_week_budget",)
    assert not lines[4].accepted


def test_the_same_month_judged_again_gives_the_same_lines_whatever_the_order():
    visits = [visit(d, h, minutes=m) for d, h, m in [(5, 9, 60), (5, 9, 61), (7, 8, 40), (9, 9, 60), (9, 10, 60), (12, 9, 25)]]
    visits = [replace(v, id=key(str(n))) for n, v in enumerate(visits)]
    first = judge(*visits)
    assert judge(*reversed(visits)) == first


def test_a_try_out_of_the_policy_leaves_no_trace_in_the_next_judgment():
    with policy.override("ltci.eligible_levels", [5, 6]):
        assert judge(visit(10))[0].refusals == ("level_not_eligible",)
    assert judge(visit(10))[0].refusals == ()


def test_a_month_without_visits_has_no_lines():
    assert judge() == []
    assert month([]).rates == {}
