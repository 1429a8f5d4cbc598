"""Loading lists that changed, lists with faults, and registers that an office has put right."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from songhe.kernel.access.models import Account, Post
from songhe.register.loading import load_district
from songhe.register.sites import actions, queries
from songhe.register.sites.models import Bed, BedKind, Site

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 18)
Edit = Callable[[str, Callable[[list[dict[str, str]]], None]], None]


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """A small 普陀 (eight homes) in a folder of the test's own, and a function that rewrites one of its lists."""
    source = Path(settings.DISTRICTS)
    for path in source.glob("*/*"):
        if path.is_file():
            (tmp_path / path.parent.name).mkdir(exist_ok=True)
            shutil.copy(path, tmp_path / path.parent.name)
    monkeypatch.setattr(settings, "DISTRICTS", tmp_path)
    for file, keep in (("institutions.csv", 8), ("committees.csv", 12)):
        path = tmp_path / "putuo" / file
        path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[: keep + 1]), "utf-8")

    def rewrite(file: str, change: Callable[[list[dict[str, str]]], None]) -> None:
        path = tmp_path / "putuo" / file
        with path.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened)
            names, rows = list(reader.fieldnames or ()), list(reader)
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, names)
            writer.writeheader()
            writer.writerows(rows)

    return rewrite


@pytest.fixture
def bureau(db: None) -> Post:
    account = Account.objects.create_user("chenli", name="陈立")
    return Post.objects.create(account=account, role="bureau", area_code="310107", starts=date(2020, 1, 1))


def first_home() -> Site:
    return Site.objects.get(source_id="mzj-2025-429")


def beds_of_first() -> int:
    return {row.kind: row.number for row in queries.beds_of(first_home().pk, DAY)}["approved"]


def test_a_changed_line_is_reported_with_what_changed(edit: Edit) -> None:
    load_district("putuo")
    edit("institutions.csv", lambda rows: rows[0].update(address="上海市普陀区富水路714号"))
    report = load_district("putuo")
    assert {line.what for line in report.of("changed")} == {"上海中环逸仙敬老院"}
    assert all("地址" in line.why for line in report.of("changed"))
    assert first_home().address == "上海市普陀区富水路714号"


def test_more_licensed_beds_are_added_and_fewer_are_ended_never_deleted(edit: Edit) -> None:
    load_district("putuo")
    edit("institutions.csv", lambda rows: rows[0].update(beds_licensed="370"))
    load_district("putuo")
    assert beds_of_first() == 370
    edit("institutions.csv", lambda rows: rows[0].update(beds_licensed="300", as_of="2026-06"))
    report = load_district("putuo")
    assert beds_of_first() == 300
    assert any("核定减少 70 张" in line.why for line in report.of("changed"))
    assert Bed.objects.unscoped("test").filter(site=first_home()).count() == 370
    then = {row.kind: row.number for row in queries.beds_of(first_home().pk, date(2026, 1, 1))}
    assert then["approved"] == 370, "the past keeps its number"
    assert set(load_district("putuo").counts) == {"same"}


def test_a_home_that_left_the_list_is_reported_and_stays(edit: Edit) -> None:
    load_district("putuo")
    edit("institutions.csv", lambda rows: rows.pop(0))
    report = load_district("putuo")
    assert [line.what for line in report.of("gone")] == ["上海中环逸仙敬老院"]
    assert first_home().ends is None


def test_faults_are_refused_line_by_line_and_the_rest_is_loaded(edit: Edit) -> None:
    def spoil(rows: list[dict[str, str]]) -> None:
        rows[0].update(town_code="310107999000")
        rows[1].update(beds_licensed="四百")
        rows[2].update(operation_mode="公私合营")
        rows[3].update(as_of="去年")
        rows[4].update(source_id=rows[5]["source_id"])

    edit("institutions.csv", spoil)
    edit("published_facts.csv", lambda rows: rows[0].update(value="约九十万"))
    edit("committees.csv", lambda rows: rows[0].update(town_code="310107999000"))
    report = load_district("putuo")
    refused = {(line.file, line.line): line.why for line in report.of("refused")}
    assert "310107999000" in refused["institutions.csv", 2]
    assert "四百" in refused["institutions.csv", 3]
    assert "公建民营" in refused["institutions.csv", 4]
    assert "2025-10-09" in refused["institutions.csv", 5]
    assert "重复" in refused["institutions.csv", 7]
    assert ("published_facts.csv", 2) in refused
    assert ("committees.csv", 2) in refused
    assert Site.objects.filter(kind="care_home").count() == 3
    assert "拒收 7" in str(report)


def test_what_an_office_put_right_is_kept_and_said(edit: Edit, bureau: Post) -> None:
    load_district("putuo")
    actions.change_site(first_home(), {"address": "富水路712号甲", "lng": 121.36, "lat": 31.26,
                                       "position_status": "surveyed"}, by=bureau)
    edit("institutions.csv", lambda rows: rows[0].update(operation_mode="公建民营"))
    load_district("putuo")
    home = first_home()
    assert (home.address, home.position_status, home.lng) == ("富水路712号甲", "surveyed", 121.36)
    assert home.mode == "public_private", "what nobody corrected still follows the list"
    again = [line for line in load_district("putuo").of("same") if line.what == home.name and line.why]
    assert any("地址" in line.why for line in again)


def test_beds_follow_a_home_to_another_town(edit: Edit) -> None:
    load_district("putuo")
    edit("institutions.csv", lambda rows: rows[0].update(town_code="310107005000"))
    load_district("putuo")
    areas = set(Bed.objects.unscoped("test").filter(site=first_home()).values_list("area_code", flat=True))
    assert areas == {"310107005000"}


def test_a_missing_list_is_refused_before_anything_is_written(edit: Edit) -> None:
    (Path(settings.DISTRICTS) / "putuo" / "canteens.csv").unlink()
    with pytest.raises(Exception, match="canteens"):
        load_district("putuo")
    assert Site.objects.count() == 0
    assert BedKind.objects.unscoped("test").count() == 0
