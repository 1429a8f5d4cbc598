"""A question about a day is answered with the rule of that day, and with its paper."""

import timeit
from datetime import date
from decimal import Decimal
from threading import Thread

import pytest

from songhe.kernel import policy
from songhe.kernel.policy import PolicyError, UnknownPolicy
from songhe.kernel.policy.values import say

HEAD = """
entries:
- key: home.hours
  title: 居家照护每周服务时长上限
  unit: hour/week
  area: "310000000000"
  values:
  - {since: 2017-01-01, until: 2024-01-01, where: {level: 2}, value: 3, status: sourced,
     citation: {document: 《办法》, clause: 第八条, source: L8, read_on: 2026-11-21}}
  - {since: 2024-01-01, until: null, where: {level: 2}, value: 4, status: recalled, citation: {document: 《新办法》}}
  - {since: 2017-01-01, where: {level: 3}, value: 5, status: sourced, citation: {document: 《办法》}}
  - {since: 2017-01-01, where: {level: 3, mode: family}, value: 6, status: assumed, citation: {document: 平台设定}}
  - {since: 2017-01-01, value: 1, status: assumed, citation: {document: 平台设定}, note: 其余}
- key: nothing.found
  title: 未见规定之事
  unit: fen
  area: "310000000000"
  values:
  - {since: 2017-01-01, value: null, status: not-found, citation: {document: 查过}}
"""
DISTRICT = """
key: home.hours
title: 居家照护每周服务时长上限
unit: hour/week
area: "310107000000"
values:
- {since: 2025-01-01, where: {level: 2}, value: 8, status: assumed, citation: {document: 区设定}}
"""
D = date(2026, 11, 21)


@pytest.fixture
def library(tmp_path, settings):
    settings.POLICIES, settings.DISTRICTS = tmp_path / "policies", tmp_path / "districts"

    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        policy.reload()

    write("policies/shanghai/home.yaml", HEAD)
    write("policies/shanghai/sources.yaml", "sources: []")
    yield write
    policy.reload()


def hours(on=D, area="310000000000", **where):
    return policy.value("home.hours", on=on, area=area, **where).value


def test_the_rule_of_the_day_answers(library):
    assert hours(date(2023, 12, 31), level=2) == 3
    assert hours(date(2024, 1, 1), level=2) == 4


def test_the_value_whose_conditions_match_most_wins(library):
    assert hours(level=3, mode="family") == 6
    assert hours(level=3, mode="other") == 5
    assert hours(level=6) == 1
    assert hours() == 1


def test_the_narrowest_area_wins_and_neighbours_do_not_see_it(library):
    library("districts/putuo/policies/home.yaml", DISTRICT)
    assert hours(area="310107005000", level=2) == 8
    assert hours(area="310107000000", level=2) == 8
    assert hours(area="310105000000", level=2) == 4
    assert hours(date(2024, 6, 1), area="310107005000", level=2) == 4


def test_a_value_brings_its_reason(library):
    found = policy.value("home.hours", on=date(2020, 1, 1), level=2)
    why = found.because()
    assert why.text == "居家照护每周服务时长上限：3小时/周"
    assert (why.rule, why.source, why.status) == ("home.hours", "《办法》 第八条", "sourced")
    assert policy.value("home.hours", on=D, level=2).status_label == "凭记忆，待核对"
    assert not policy.value("home.hours", on=D, level=2).certain


def test_what_is_not_there_is_said_and_never_guessed(library):
    with pytest.raises(UnknownPolicy, match=r"没有“no\.such”"):
        policy.value("no.such", on=D)
    with pytest.raises(UnknownPolicy, match="没有在 2016-12-31 适用的规定（level=2）"):
        hours(date(2016, 12, 31), level=2)
    with pytest.raises(UnknownPolicy, match="经查未见规定") as refused:
        policy.value("nothing.found", on=D)
    assert refused.value.remedy


def test_a_table_gives_every_condition_once(library):
    library("districts/putuo/policies/home.yaml", DISTRICT)
    rows = policy.table("home.hours", on=D, area="310107005000")
    assert [(v.where, v.value) for v in rows] == [
        ({}, 1),
        ({"level": 2}, 8),
        ({"level": 3}, 5),
        ({"level": 3, "mode": "family"}, 6),
    ]
    assert [v.value for v in policy.table("home.hours", on=D, level=3)] == [1, 5, 6]
    assert policy.table("nothing.found", on=D) == []


def test_history_shows_every_value(library):
    assert [v.value for v in policy.history("home.hours")] == [1, 3, 4, 5, 6]
    assert policy.keys("home.") == ["home.hours"]


def test_a_supposition_holds_only_inside_and_only_here(library):
    seen = []
    with policy.override("home.hours", 9, date(2026, 1, 1), level=2):
        supposed = policy.value("home.hours", on=D, level=2)
        assert (supposed.value, supposed.status, supposed.unit) == (9, "assumed", "hour/week")
        assert hours(date(2025, 12, 31), level=2) == 4
        assert hours(level=3) == 5
        assert [v.value for v in policy.table("home.hours", on=D)] == [1, 9, 5, 6]
        worker = Thread(target=lambda: seen.append(hours(level=2)))
        worker.start()
        worker.join()
    assert seen == [4]
    assert hours(level=2) == 4


def test_fractions_are_exact(library):
    library(
        "policies/x.yaml",
        'entries: [{key: x, title: x, unit: percent, area: "310000000000", values: '
        "[{since: 2020-01-01, value: 0.1, status: assumed, citation: {document: d}}]}]",
    )
    assert policy.value("x", on=D).value * 3 == Decimal("0.3")


@pytest.mark.parametrize(
    "change, words",
    [
        (("until: 2024-01-01", "until: 2024-01-02"), "有效期重叠"),
        (("status: recalled,", "status: sure,"), "status 应为"),
        (("since: 2024-01-01,", 'since: "2024",'), "应为日期"),
        (("until: 2024-01-01", "until: 2017-01-01"), "不晚于"),
        (("value: 4,", "worth: 4,"), "缺少或多出 value, worth"),
        (("value: 4,", "value: null,"), "当且仅当"),
        (("{document: 《新办法》}", "{paper: x}"), "citation"),
        (('area: "310000000000"', 'area: "31"'), "12 位"),
        (("unit: hour/week", "units: hour"), "缺少或多出 unit, units"),
        (("entries:", "entries: ["), "YAML"),
    ],
)
def test_a_fault_in_a_file_names_the_file_and_the_key(library, change, words):
    library("policies/shanghai/home.yaml", HEAD.replace(*change, 1))
    with pytest.raises(PolicyError, match=words) as fault:
        policy.keys()
    assert "home.yaml" in str(fault.value)
    if words != "YAML":
        assert "home.hours" in str(fault.value)


def test_two_files_may_not_differ_in_the_unit(library):
    library("districts/putuo/policies/home.yaml", DISTRICT.replace("hour/week", "minute"))
    with pytest.raises(PolicyError, match="单位 minute"):
        policy.keys()


def test_two_rules_that_fit_alike_are_a_fault_not_a_choice(library):
    library(
        "policies/x.yaml",
        'entries: [{key: x, title: x, unit: percent, area: "310000000000", values: ['
        "{since: 2020-01-01, where: {a: 1}, value: 1, status: assumed, citation: {document: d}},"
        "{since: 2020-01-01, where: {b: 1}, value: 2, status: assumed, citation: {document: d}}]}]",
    )
    assert policy.value("x", on=D, a=1).value == 1
    with pytest.raises(PolicyError, match="同样适用"):
        policy.value("x", on=D, a=1, b=1)


def test_a_warm_question_takes_microseconds(library):
    hours(level=3)
    rounds = 20_000
    seconds = min(timeit.repeat(lambda: policy.value("home.hours", on=D, level=3), number=rounds, repeat=5))
    assert seconds / rounds < 5e-6 * 4  # four times the aim, for a busy machine


def test_values_are_said_as_a_clerk_writes_them():
    assert say(6500, "fen/hour") == "65.00元/小时"
    assert say(90, "percent") == "90%"
    assert say(7, "working_day") == "7个工作日"
    assert say([1, 2], "level") == "1级、2级"
    assert say("居家", "text") == "居家"
    assert say(Decimal("0.5"), "month") == "0.5个月"
    assert say({"甲": 1}, "person/year") == "甲：1人/年"


def test_the_real_library_is_in_order():
    policy.reload()
    assert len(policy.keys()) > 100
    for key in policy.keys():  # noqa: SIM118
        for found in policy.history(key):
            assert found.shown
