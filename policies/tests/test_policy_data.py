"""The policy files are complete, dated, cited and free of overlaps."""

from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

SHANGHAI = Path(__file__).resolve().parents[1] / "shanghai"
STATUSES = {"sourced", "recalled", "recalled-low", "assumed", "not-found"}
SEVERITIES = {"reject", "reduce", "hold", "flag"}


def load(name: str) -> Any:
    return yaml.safe_load((SHANGHAI / name).read_text(encoding="utf-8"))


FILES = sorted(path.name for path in SHANGHAI.glob("*.yaml") if "entries" in load(path.name))
ENTRIES = [entry for name in FILES for entry in load(name)["entries"]]
SOURCES = {source["key"] for source in load("sources.yaml")["sources"]}


def value(key: str, on: date, **where: Any) -> Any:
    """The one value of ``key`` in force on a day under exactly these conditions."""
    entry = next(entry for entry in ENTRIES if entry["key"] == key)
    found = [
        row["value"]
        for row in entry["values"]
        if row["since"] <= on
        and (row.get("until") is None or on < row.get("until"))
        and row.get("where", {}) == where
    ]
    assert len(found) == 1, (key, on, where, found)
    return found[0]


def test_every_key_is_written_once() -> None:
    keys = [entry["key"] for entry in ENTRIES]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["key"])
def test_an_entry_is_titled_measured_dated_and_cited(entry: dict[str, Any]) -> None:
    assert set(entry) == {"key", "title", "unit", "area", "values"}
    assert entry["title"]
    assert entry["unit"]
    assert len(entry["area"]) == 12
    assert entry["values"]
    for row in entry["values"]:
        assert set(row) <= {"since", "until", "where", "value", "status", "citation", "note"}
        assert isinstance(row["since"], date)
        assert row.get("until") is None or row["since"] < row.get("until")
        assert row["status"] in STATUSES
        assert set(row["citation"]) == {"document", "clause", "source", "read_on"}
        assert row["citation"]["document"]
        cited = [key.strip() for key in row["citation"]["source"].split(",") if key.strip()]
        if row["status"] == "sourced":
            assert cited, "a sourced value names its source"
        if row["status"] != "assumed":
            assert set(cited) <= SOURCES
        assert (row["value"] is None) == (row["status"] == "not-found")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["key"])
def test_no_two_values_hold_on_the_same_day(entry: dict[str, Any]) -> None:
    for one, other in combinations(entry["values"], 2):
        if one.get("where", {}) == other.get("where", {}):
            ends = [row.get("until") or date.max for row in (one, other)]
            assert max(one["since"], other["since"]) >= min(ends), (one, other)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["key"])
def test_all_conditions_of_a_key_ask_the_same_questions(entry: dict[str, Any]) -> None:
    assert len({frozenset(row.get("where", {})) for row in entry["values"]}) == 1


def test_money_is_whole_fen() -> None:
    for entry in ENTRIES:
        if entry["unit"].startswith("fen"):
            for row in entry["values"]:
                assert row["value"] is None or type(row["value"]) is int, entry["key"]


def test_every_unconfirmed_long_term_care_value_warns_of_the_2026_text() -> None:
    for entry in load("ltci.yaml")["entries"]:
        for row in entry["values"]:
            undated = entry["key"].endswith((".start", "governing_text"))
            if row.get("until") is None and row["status"] != "assumed" and not undated:
                assert "正文未见" in row.get("note", ""), entry["key"]


def test_weekly_hours_and_prices_answer_for_their_day() -> None:
    then, now = date(2019, 6, 1), date(2026, 11, 21)
    hours = {level: value("ltci.home.hours_per_week", now, level=level) for level in range(2, 7)}
    assert hours == {2: 3, 3: 3, 4: 5, 5: 7, 6: 7}
    price = "ltci.home.price_fen_per_hour"
    assert value(price, then, staff_class="nurse") == 7500
    assert value(price, now, staff_class="nurse") == 8000
    assert value(price, then, staff_class="carer_medical") == 5000
    assert value(price, now, staff_class="carer_medical") == 6500
    assert value(price, now, staff_class="carer_health") == 4000
    assert value("assessment.deadline.notice_days", then) == 15
    assert value("assessment.deadline.notice_days", now) == 7


def test_an_intermediate_carer_counts_as_medical_from_2024() -> None:
    key = "ltci.home.staff_class_equivalent"
    assert value(key, date(2023, 12, 31), grade="intermediate") == "carer_health"
    assert value(key, date(2024, 1, 1), grade="intermediate") == "carer_medical"
    assert value(key, date(2024, 1, 1), grade="beginner") == "carer_health"


def test_both_subsidy_tables_cover_every_level_and_group() -> None:
    key = "subsidy.service.monthly_fen"
    groups = ("dibao", "low_income", "aged80_low_pension")
    new = {
        level: tuple(value(key, date(2025, 1, 1), level=level, group=group) for group in groups)
        for level in range(1, 7)
    }
    assert new[1] == (111000, 88800, 55500)
    assert new[2] == new[3] == new[4] == (103600, 74000, 0)
    assert new[5] == new[6] == (74000, 44400, 0)
    old = [value(key, date(2024, 1, 31), level=level, group="dibao") for level in (1, 3, 6)]
    assert old == [96000, 89600, 64000]
    addition = value("subsidy.service.addition_fen", date(2025, 1, 1), level=1, group="low_income")
    assert addition == new[1][0] * 20 // 100


def test_the_catalogue_has_42_items_in_order() -> None:
    catalogue = load("catalogue.yaml")
    items = catalogue["items"]
    known = {row["code"] for row in catalogue["staff_classes"]}
    assert [item["number"] for item in items] == list(range(1, 43))
    assert len({item["name"] for item in items}) == 42
    groups = [item["group"] for item in items]
    assert groups == ["基本生活照料"] * 27 + ["常用临床护理"] * 15
    for item in items:
        assert item["default_minutes"] > 0
        assert item["minutes_status"] == "assumed"
        assert item["staff_classes"]
        assert set(item["staff_classes"]) <= known
        assert item["staff_status"] == "recalled-low"
    only_nurses = {item["number"] for item in items if item["staff_classes"] == ["nurse"]}
    assert only_nurses == {34, 35, 37, 38, 39, 40, 42}
    assert {item["number"] for item in items if item["certificate"]} == {42}


def test_every_refusal_says_why_and_what_to_do() -> None:
    reasons = load("refusals.yaml")["reasons"]
    codes = [reason["code"] for reason in reasons]
    keys = {entry["key"] for entry in ENTRIES} | {load("catalogue.yaml")["catalogue"]["key"]}
    assert len(codes) == len(set(codes)) >= 20
    for reason in reasons:
        assert reason["severity"] in SEVERITIES
        assert reason["rule"]["key"] in keys, reason["code"]
        assert reason["rule"]["status"] in STATUSES - {"not-found"}
        cited = [key.strip() for key in reason["rule"]["source"].split(",") if key.strip()]
        assert set(cited) <= SOURCES
        for field in ("title", "provider", "family", "remedy"):
            assert reason[field], (reason["code"], field)
