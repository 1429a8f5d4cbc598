"""Who may work, who may do what, at what class a visit is paid."""

from __future__ import annotations

from datetime import date

import pytest

from songhe.register.workforce.rules import Held, certificate_valid, may_do, may_work, pay_class

CARER_CARD = "养老护理员职业技能等级证书"


@pytest.mark.parametrize(
    ("on", "valid"), [("2024-12-31", False), ("2025-01-01", True), ("2026-06-30", True), ("2026-07-01", False)]
)
def test_a_certificate_holds_from_its_first_to_its_last_day(on: str, valid: bool) -> None:
    held = Held(CARER_CARD, date(2025, 1, 1), date(2026, 6, 30))
    assert certificate_valid(held, date.fromisoformat(on)) is valid


def test_an_expired_certificate_opens_no_work_and_says_since_when() -> None:
    over = [Held(CARER_CARD, date(2020, 1, 1), date(2025, 12, 31))]
    reasons = may_work("carer", over, date(2026, 11, 18))
    assert [r.text for r in reasons] == ["上岗证书已于 2025-12-31 到期"]
    assert reasons[0].status == "recalled", "the rule itself is recalled, and says so"
    assert may_work("carer", [*over, Held("医疗照护员证书", date(2026, 1, 1))], date(2026, 11, 18)) == []


def test_a_certificate_of_another_trade_does_not_help() -> None:
    assert may_work("nurse", [Held(CARER_CARD, date(2020, 1, 1))], date(2026, 11, 18))
    assert may_work("carer", [Held("健康证明", date(2020, 1, 1))], date(2026, 11, 18))


def test_an_occupation_without_a_rule_needs_no_certificate() -> None:
    assert may_work("manager", [], date(2026, 11, 18)) == []


@pytest.mark.parametrize(
    ("has", "wanted", "may"),
    [
        ("carer_health", {"carer_health"}, True), ("carer_medical", {"carer_health"}, True),
        ("nurse", {"carer_health", "carer_medical"}, True), ("carer_health", {"carer_medical"}, False),
        ("carer_medical", {"nurse"}, False), ("", {"carer_health"}, False), ("carer_health", set(), True),
    ],
)  # fmt: skip
def test_a_higher_class_stands_in_for_a_lower_never_the_other_way(has: str, wanted: set[str], may: bool) -> None:
    assert (may_do(has, wanted) == []) is may


@pytest.mark.parametrize(
    ("staff_class", "grade", "on", "paid"),
    [
        ("carer_health", "中级", "2023-12-31", "carer_health"),
        ("carer_health", "中级", "2024-01-01", "carer_medical"),
        ("carer_health", "四级", "2024-01-01", "carer_medical"),
        ("carer_health", "高级技师", "2026-11-18", "carer_medical"),
        ("carer_health", "初级", "2026-11-18", "carer_health"),
        ("carer_health", "", "2026-11-18", "carer_health"),
        ("carer_medical", "初级", "2026-11-18", "carer_medical"),
        ("nurse", "中级", "2026-11-18", "nurse"),
        ("", "中级", "2026-11-18", ""),
        ("carer_health", "中级", "2010-01-01", "carer_health"),
    ],
)
def test_the_grade_raises_the_class_from_2024_on_and_never_lowers_it(
    staff_class: str, grade: str, on: str, paid: str
) -> None:
    assert pay_class(staff_class, grade, date.fromisoformat(on))[0] == paid


def test_a_raised_class_names_the_paper_it_rests_on() -> None:
    _, why = pay_class("carer_health", "中级", date(2026, 11, 18))
    assert "2023-12-29" in why.source
    assert why.status == "sourced"
    assert why.since == date(2024, 1, 1)
