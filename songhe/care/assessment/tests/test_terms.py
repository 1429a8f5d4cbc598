"""Time limits: one clock to the report, whoever holds the case; holidays do not count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from songhe.care.assessment import actions, terms
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.process import PROCESS
from songhe.kernel import clock, policy
from songhe.simulation.cast import Cast

from .conftest import Bring, carry

pytestmark = pytest.mark.django_db
AREA = "310107005001"


def limit(state: str, start: date, **facts: Any) -> date | None:
    case = Assessment(area_code=AREA, **facts)
    found = case.limit(PROCESS.by_state[state], start)
    return found.on if found else None


def test_fifteen_working_days_step_over_the_national_day() -> None:
    # 2026: 1–7 October off, 20 September and 10 October worked. Accepted on Thursday 24 September.
    assert limit("accepted", date(2026, 9, 24), accepted_on=date(2026, 9, 24)) == date(2026, 10, 22)


def test_the_clock_does_not_start_anew_when_the_case_changes_hands() -> None:
    accepted = date(2026, 11, 2)
    ends = {limit(s, accepted + timedelta(days=n), accepted_on=accepted) for n, s in enumerate(sorted(terms.ON_THE_CLOCK))}
    assert ends == {date(2026, 11, 23)}


@pytest.mark.parametrize(
    ("facts", "ends"),
    [
        ({}, date(2026, 11, 23)),
        ({"green_channel": True}, date(2026, 11, 5)),
        ({"kind": "review"}, date(2026, 11, 23)),
        ({"kind": "final"}, date(2026, 11, 23)),
        ({"reworked_on": date(2026, 12, 1)}, date(2026, 12, 8)),
    ],
)
def test_each_kind_of_case_has_its_own_limit(facts: dict[str, Any], ends: date) -> None:
    assert limit("surveyed", date(2026, 11, 3), accepted_on=date(2026, 11, 2), **facts) == ends


def test_the_notice_counts_calendar_days_and_fewer_since_june_2024() -> None:
    assert limit("noticed", date(2026, 11, 18), noticed_on=date(2026, 11, 18)) == date(2026, 11, 25)
    assert limit("noticed", date(2024, 5, 20), noticed_on=date(2024, 5, 20)) == date(2024, 6, 4)


def test_an_objection_not_upheld_leaves_the_notice_where_it_was() -> None:
    assert limit("noticed", date(2026, 11, 24), noticed_on=date(2026, 11, 18)) == date(2026, 11, 25)


def test_telling_the_applicant_takes_five_working_days_and_one_through_the_green_channel() -> None:
    assert limit("concluded", date(2026, 11, 18)) == date(2026, 11, 25)
    assert limit("concluded", date(2026, 11, 18), green_channel=True) == date(2026, 11, 19)


def test_a_year_without_published_holidays_is_marked_uncertain() -> None:
    case = Assessment(area_code=AREA, accepted_on=date(2026, 12, 25))
    found = case.limit(PROCESS.by_state["accepted"], date(2026, 12, 25))
    assert found is not None
    assert not found.certain


@pytest.mark.parametrize(
    ("green", "concluded", "until"),
    [
        (False, date(2026, 11, 26), date(2028, 11, 25)),
        (True, date(2026, 11, 26), date(2027, 2, 25)),
        (True, date(2026, 11, 30), date(2027, 2, 27)),
        (False, date(2026, 2, 28), date(2028, 2, 27)),
    ],
)
def test_a_conclusion_holds_to_the_eve_of_its_anniversary(green: bool, concluded: date, until: date) -> None:
    assert terms.valid_until(green, concluded, AREA) == until


def test_levels_begin_with_the_month_after_the_conclusion() -> None:
    until = date(2028, 12, 30)
    assert terms.level_period("shanghai", date(2026, 12, 31), until, AREA) == (date(2027, 1, 1), date(2028, 12, 31))
    assert terms.level_period("gbt42195", date(2026, 12, 31), until, AREA) == (date(2027, 1, 1), date(2027, 12, 31))


def test_another_start_rule_is_policy_not_code() -> None:
    with policy.override("ltci.benefit.start_rule", "conclusion_day"):
        assert terms.level_period("shanghai", date(2026, 11, 26), date(2028, 11, 25), AREA)[0] == date(2026, 11, 26)


class TestObjectionDuringTheNotice:
    """Who disagrees while the result is on notice."""

    def test_within_the_notice_it_is_heard_and_after_it_is_not(self, cast: Cast, bring: Bring) -> None:
        from songhe.kernel.errors import Conflict

        case = bring("noticed")
        assert case.due_on
        clock.set_clock(case.due_on + timedelta(days=1))
        with pytest.raises(Conflict, match="公示期已于") as refusal:
            actions.object_to(case, by=cast.elder, reason="行走一项与事实不符")
        assert "复核" in refusal.value.remedy
        clock.set_clock(case.due_on)
        assert actions.object_to(case, by=cast.elder, reason="行走一项与事实不符")[0].state == "objected"

    def test_not_upheld_the_case_concludes_when_the_first_notice_is_over(self, cast: Cast, bring: Bring) -> None:
        case = bring("objected")
        ends = case.noticed_on + timedelta(days=7)
        clock.set_clock(ends + timedelta(days=2))
        actions.uphold(case, by=cast.agency, reason="评估录像核实无误")
        assert case.due_on == ends
        assert actions.run_due() == 1

    def test_upheld_the_panel_sits_again_and_the_old_level_is_gone(self, cast: Cast, bring: Bring) -> None:
        case = bring("objected", level=3)
        actions.rework(case, by=cast.agency, reason="行走一项应为二分")
        assert (case.state, case.official_level, case.official_number, case.panel) == ("surveyed", None, "", [])
        assert case.due_on == date(2026, 11, 25)
        carry(cast, case, "delivered", level=4)
        assert case.official_level == 4

    def test_nothing_concludes_before_the_notice_is_over(self, bring: Bring) -> None:
        case = bring("noticed")
        clock.set_clock(case.due_on)
        assert actions.run_due() == 0
