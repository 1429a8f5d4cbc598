"""Every district folder holds together: codes, sums, sources, positions."""

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from songhe.engines.geo import approximate_point, contains, haversine_metres, read_shapes

DISTRICTS = Path(__file__).resolve().parents[1]
NAMES = ("putuo", "changning", "minhang")
LISTS = ("institutions.csv", "health_centres.csv", "canteens.csv")
STATUSES = {"published", "unverified", "assumed"}

# Known sums: towns, committees of which villages, boundaries, homes, beds, health-centre sites, canteens.
KNOWN = {
    "putuo": (10, 285, 7, 10, 39, 8370, 12, 3),
    "changning": (10, 189, 0, 10, 27, 5285, 12, 19),
    "minhang": (14, 596, 113, 3, 51, 15241, 14, 0),
}

every_district = pytest.mark.parametrize("district", NAMES)


def rows(district: str, name: str) -> list[dict[str, str]]:
    with (DISTRICTS / district / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def head(district: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        (DISTRICTS / district / "district.yaml").read_text(encoding="utf-8")
    )
    return content


def shapes(district: str, name: str = "boundaries.geojson") -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DISTRICTS / district / name).read_text(encoding="utf-8"))
    return content


@every_district
def test_the_known_sums_hold(district: str) -> None:
    committees, homes = rows(district, "committees.csv"), rows(district, "institutions.csv")
    assert KNOWN[district] == (
        len(rows(district, "towns.csv")),
        len(committees),
        sum(row["kind"] == "村委会" for row in committees),
        len(shapes(district)["features"]),
        len(homes),
        sum(int(row["beds_licensed"]) for row in homes),
        len(rows(district, "health_centres.csv")),
        len(rows(district, "canteens.csv")),
    )


@every_district
def test_the_head_agrees_with_the_lists(district: str) -> None:
    file = head(district)
    assert file["slug"] == district
    assert file["towns"] == len(rows(district, "towns.csv"))
    assert file["committees"] == len(rows(district, "committees.csv"))
    covered = {code for feature in shapes(district)["features"] for code in codes_of(feature)}
    missing = [row["name"] for row in rows(district, "towns.csv") if row["code"] not in covered]
    assert file["towns_without_boundary"] == missing


def codes_of(feature: dict[str, Any]) -> list[str]:
    said = feature["properties"]
    return [said["code"]] if said["code"] else list(said["covers"])


@every_district
def test_codes_are_twelve_digits_and_prefixes_of_each_other(district: str) -> None:
    code = head(district)["code"]
    towns = {row["code"] for row in rows(district, "towns.csv")}
    assert re.fullmatch(r"310\d{3}000000", code)
    assert all(re.fullmatch(code[:6] + r"\d{3}000", town) for town in towns)
    committees = rows(district, "committees.csv")
    assert len({row["code"] for row in committees}) == len(committees)
    for row in committees:
        assert row["town_code"] in towns
        assert re.fullmatch(row["town_code"][:9] + r"\d{3}", row["code"])
        assert row["code"] != row["town_code"]
        assert row["code_status"] == "unverified"


@every_district
def test_committees_are_counted_as_the_towns_say(district: str) -> None:
    counted = Counter((row["town_code"], row["kind"]) for row in rows(district, "committees.csv"))
    for town in rows(district, "towns.csv"):
        assert counted[town["code"], "居委会"] == int(town["resident_committees"])
        assert counted[town["code"], "村委会"] == int(town["village_committees"])


@every_district
def test_every_row_has_a_source_and_a_status(district: str) -> None:
    for name in ("towns.csv", "committees.csv", *LISTS, "published_facts.csv", "sites_published_counts.csv"):
        for row in rows(district, name):
            assert row["status"] in STATUSES, (name, row)
            assert row["source"], (name, row)


@every_district
def test_places_lie_in_a_known_town_and_admit_their_position(district: str) -> None:
    towns = {row["code"] for row in rows(district, "towns.csv")}
    seen: set[str] = set()
    for name in LISTS:
        for row in rows(district, name):
            assert row["source_id"] not in seen
            seen.add(row["source_id"])
            assert row["position"] == "approximate"
            assert row["town_code"] in towns or row["note"], row
            assert (row["town_status"] == "unknown") == (row["town_code"] == "")
            assert not {"lng", "lat", "phone"} & set(row), "no geocodes and no phone numbers"


@every_district
def test_boundaries_carry_their_licence_and_lie_in_the_district(district: str) -> None:
    collection = shapes(district)
    assert collection["license"] == "ODbL-1.0"
    assert "OpenStreetMap" in collection["attribution"]
    outline = read_shapes(shapes(district, "outline.geojson"), "code")[head(district)["code"]]
    towns = {row["code"]: row for row in rows(district, "towns.csv")}
    for feature in collection["features"]:
        assert set(codes_of(feature)) <= set(towns)
    for code, shape in read_shapes(collection, "code").items():
        assert shape.is_valid
        assert shape.intersection(outline).area > 0.95 * shape.area, towns[code]["name"]
    for row in towns.values():
        centre = (float(row["centre_lng"]), float(row["centre_lat"]))
        assert contains(outline.buffer(0.01), centre), row["name"]
        assert row["centre_status"] == ("computed" if row["area_km2"] else "approximate")


@pytest.mark.parametrize("district", ["putuo", "changning"])
def test_every_institution_finds_a_place_inside_its_town(district: str) -> None:
    areas = read_shapes(shapes(district), "code")
    spots = {}
    for row in rows(district, "institutions.csv"):
        if row["town_code"]:
            spots[row["source_id"]] = approximate_point(areas[row["town_code"]], row["source_id"])
            assert contains(areas[row["town_code"]], spots[row["source_id"]])
    assert len(set(spots.values())) == len(spots)


@every_district
def test_the_centre_is_in_the_district(district: str) -> None:
    outline = read_shapes(shapes(district, "outline.geojson"), "code")[head(district)["code"]]
    lng, lat = head(district)["centre"]
    assert contains(outline, (lng, lat))
    assert haversine_metres((lng, lat), (outline.centroid.x, outline.centroid.y)) < 1_000


@every_district
def test_town_weights_cover_every_town_and_sum_to_one(district: str) -> None:
    said = {row["key"]: row for row in rows(district, "assumptions.csv")}
    assert all(row["status"] == "assumed" and row["reason"] for row in said.values())
    weights = {key.split(".")[1]: row["value"] for key, row in said.items() if key.startswith("town_weight.")}
    assert set(weights) == {row["code"] for row in rows(district, "towns.csv")}
    assert sum(round(float(value) * 1_000_000) for value in weights.values()) == 1_000_000


@every_district
def test_no_assumption_stands_where_a_figure_is_published(district: str) -> None:
    assumed = {row["key"] for row in rows(district, "assumptions.csv")}
    published = {
        row["indicator"] for row in rows(district, "published_facts.csv") if row["area_code"] != "310000"
    }
    assert ("elders_60plus" in assumed) != ("户籍60岁及以上人口" in published)


@every_district
def test_generated_sites_fill_up_to_the_published_count_and_no_further(district: str) -> None:
    for row in rows(district, "sites_published_counts.csv"):
        count, listed, more = (int(row[name]) for name in ("count", "listed", "to_generate"))
        if more:
            assert row["nature"] == "stock"
            assert listed + more == count, row["kind_name"]
        elif row["nature"] == "stock" and listed < count:
            assert row["note"], row["kind_name"]


@every_district
def test_facts_are_numbers_of_the_district_or_the_city(district: str) -> None:
    facts = rows(district, "published_facts.csv")
    assert {row["area_code"] for row in facts} == {head(district)["code"][:6], "310000"}
    for row in facts:
        float(row["value"])
        assert row["kind"] in {"stock", "flow", "target"}
        assert row["reference_date"]
        assert row["source_ref"]
    assert all(row["status"] == "unverified" for row in facts if row["source_ref"] in {"P3", "S1"})


def test_putuo_states_the_scale_of_2019() -> None:
    facts = {
        (row["indicator"], row["reference_date"]): float(row["value"])
        for row in rows("putuo", "published_facts.csv")
        if row["area_code"] == "310107"
    }
    assert facts["户籍60岁及以上人口", "2019-12-31"] == 354_900
    assert facts["长护险受理申请", "2019"] == 39_600
    assert facts["长护险完成评估", "2019"] == 34_000
    assert facts["长护险居家护理服务", "2019"] == 3_840_100
    assert facts["长护险养老机构服务人数", "2019"] == 5_310
    assert facts["长护险累计结算", "2019"] == 344_000_000


def test_putuo_has_eighty_long_term_care_providers_in_three_kinds() -> None:
    providers = {
        row["kind"]: int(row["count"])
        for row in rows("putuo", "sites_published_counts.csv")
        if row["role"] == "ltci_provider"
    }
    assert providers == {"care_home": 40, "home_service": 29, "nursing_station": 11}
    assert sum(providers.values()) == 80
