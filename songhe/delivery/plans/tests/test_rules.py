"""What stands against a plan."""

from datetime import time

import pytest

from songhe.delivery.plans.forms import lowest_class
from songhe.delivery.plans.rules import SlotFacts, against, weekly_minutes


def visit(weekday=0, at="09:00", until="", minutes=60, items=(1,), staff_class="carer_health"):
    start = time.fromisoformat(at)
    return SlotFacts(weekday, start, time.fromisoformat(until) if until else start, minutes, items, staff_class)


def texts(*slots, budget=180):
    return [r.text for r in against(slots, budget)]


def test_nothing_stands_against_a_plan_within_its_budget():
    assert texts(visit(0), visit(2), visit(4)) == []
    assert weekly_minutes([visit(0), visit(2)]) == 120


def test_an_empty_plan_is_no_plan():
    assert texts() == ["计划还没有安排任何服务"]


def test_one_minute_too_many_is_too_many():
    assert texts(visit(0), visit(1), visit(2, minutes=61)) == ["每周安排 181 分钟，超过额度 180 分钟"]


def test_an_item_that_wants_a_nurse_says_how_sure_that_is():
    [reason] = against([visit(items=(34,))], 180)
    assert "须由执业护士完成" in reason.text
    assert reason.status == "recalled-low"
    assert texts(visit(items=(34,), staff_class="nurse")) == []


def test_a_visit_without_items_and_an_unknown_item():
    assert texts(visit(items=())) == ["周一 09:00 的服务没有选择项目"]
    assert texts(visit(items=(99,))) == ["周一 09:00：项目 99 不在服务目录内"]


def test_more_work_than_time_can_hold():
    assert texts(visit(minutes=20, items=(6, 24))) == ["周一 09:00：所选项目约需 60 分钟，远超所留 20 分钟"]


def test_two_visits_that_cannot_help_but_overlap():
    assert len(texts(visit(at="09:00"), visit(at="09:30"))) == 1
    assert texts(visit(at="09:00"), visit(at="09:30", until="11:00")) == []
    assert texts(visit(at="09:00", until="12:00"), visit(at="09:30")) == []
    assert texts(visit(0, at="09:00"), visit(1, at="09:30")) == []


@pytest.mark.parametrize(("items", "wanted"), [([1, 9], "carer_health"), ([1, 34], "nurse"), ([42], "nurse")])
def test_the_least_trained_class_that_may_do_it_all(items, wanted):
    assert lowest_class(items) == wanted
