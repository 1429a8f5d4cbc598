"""Distance, datum and approximate places."""

import math

import pytest
from shapely.geometry import MultiPolygon, Polygon, box

from songhe.engines.geo import (
    Lonlat,
    approximate_point,
    contains,
    gcj02_to_wgs84,
    haversine_metres,
    in_china,
    read_shapes,
    wgs84_to_gcj02,
)

SQUARE = box(121.40, 31.24, 121.42, 31.26)


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert haversine_metres((121.4, 31.0), (121.4, 32.0)) == pytest.approx(111_195, abs=1)


def test_distance_is_the_same_both_ways_and_nothing_to_oneself() -> None:
    here, there = (121.40, 31.25), (121.43, 31.22)
    assert haversine_metres(here, there) == haversine_metres(there, here)
    assert haversine_metres(here, here) == 0


def test_opposite_ends_of_the_earth_are_half_its_girth_apart() -> None:
    assert haversine_metres((0.0, 0.0), (180.0, 0.0)) == pytest.approx(math.pi * 6_371_008.8)


@pytest.mark.parametrize(
    "ground, drawn",
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_known_points_of_three_cities_convert_as_published(ground: Lonlat, drawn: Lonlat) -> None:
    assert wgs84_to_gcj02(ground) == pytest.approx(drawn, abs=1e-6)


@pytest.mark.parametrize("lng", [121.0, 121.3, 121.47, 121.9])
@pytest.mark.parametrize("lat", [30.7, 31.0, 31.25, 31.8])
def test_there_and_back_is_within_a_centimetre(lng: float, lat: float) -> None:
    back = gcj02_to_wgs84(wgs84_to_gcj02((lng, lat)))
    assert haversine_metres((lng, lat), back) < 0.01


def test_the_shift_in_shanghai_is_some_hundred_metres() -> None:
    here = (121.40, 31.25)
    assert 300 < haversine_metres(here, wgs84_to_gcj02(here)) < 700


def test_abroad_nothing_is_shifted() -> None:
    paris = (2.35, 48.86)
    assert not in_china(paris)
    assert wgs84_to_gcj02(paris) == paris == gcj02_to_wgs84(paris)


def test_inside_outside_and_on_the_edge() -> None:
    assert contains(SQUARE, (121.41, 31.25))
    assert contains(SQUARE, (121.40, 31.25))
    assert not contains(SQUARE, (121.39, 31.25))


def test_an_approximate_point_is_inside_and_away_from_the_edge() -> None:
    for number in range(200):
        lng, lat = approximate_point(SQUARE, f"曹杨第{number}居民区")
        assert contains(SQUARE, (lng, lat))
        assert min(lat - 31.24, 31.26 - lat) * 111_195 >= 59.9


def test_the_same_seed_always_gives_the_same_point() -> None:
    assert approximate_point(SQUARE, "福利院") == approximate_point(SQUARE, "福利院")
    assert approximate_point(SQUARE, "福利院") == (121.41309, 31.243305)


def test_different_seeds_spread_over_the_area() -> None:
    points = {approximate_point(SQUARE, str(number)) for number in range(400)}
    assert len(points) == 400
    east = sum(lng > 121.41 for lng, _ in points)
    north = sum(lat > 31.25 for _, lat in points)
    assert 150 < east < 250
    assert 150 < north < 250


def test_a_hole_and_a_second_part_are_respected() -> None:
    ring = Polygon(SQUARE.exterior.coords, [box(121.402, 31.242, 121.418, 31.258).exterior.coords])
    island = box(121.50, 31.30, 121.51, 31.31)
    area = MultiPolygon([ring, island])
    points = [approximate_point(area, str(number)) for number in range(100)]
    assert all(contains(area, point) for point in points)
    assert any(lng > 121.5 for lng, _ in points)


def test_an_area_too_narrow_for_the_margin_still_gets_a_point() -> None:
    lane = box(121.40, 31.24, 121.4002, 31.26)
    assert contains(lane, approximate_point(lane, "弄堂"))


def test_a_sliver_across_its_box_still_gets_a_point() -> None:
    sliver = Polygon([(121.0, 31.0), (122.0, 32.0), (122.0, 32.000001)])
    lng, lat = approximate_point(sliver, "窄")
    assert sliver.distance(box(lng, lat, lng, lat)) < 1e-5


def test_an_empty_area_is_refused() -> None:
    with pytest.raises(ValueError, match="区域为空，无法取近似位置。"):
        approximate_point(Polygon(), "无")


def test_shapes_are_read_by_a_property_and_the_nameless_left_out() -> None:
    geometry = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    features = [{"properties": {"code": code}, "geometry": geometry} for code in ("310107005000", None)]
    shapes = read_shapes({"features": features}, "code")
    assert list(shapes) == ["310107005000"]
    assert contains(shapes["310107005000"], (0.75, 0.5))
