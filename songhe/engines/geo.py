"""Points and areas on the ground 坐标与区域: distance, datum, point in area, an approximate place.

Everything is stored in WGS-84 degrees, longitude first. GCJ-02 is what map vendors in China hand
out; it is converted at the border of the system and kept nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

Lonlat = tuple[float, float]

_EARTH_METRES = 6_371_008.8  # mean radius, IUGG
_METRES_PER_DEGREE = math.pi * _EARTH_METRES / 180
# Krasovsky 1940, on which GCJ-02 bends WGS-84; the constants are those in public use.
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
_CANDIDATES = 4_000


def haversine_metres(here: Lonlat, there: Lonlat) -> float:
    """Great-circle distance in metres between two WGS-84 points.

    >>> round(haversine_metres((121.40, 31.25), (121.41, 31.25)))
    951
    """
    (east, north), (east2, north2) = here, there
    half_north = math.radians(north2 - north) / 2
    half_east = math.radians(east2 - east) / 2
    slope = math.cos(math.radians(north)) * math.cos(math.radians(north2))
    chord = math.sin(half_north) ** 2 + slope * math.sin(half_east) ** 2
    return 2 * _EARTH_METRES * math.asin(math.sqrt(min(1.0, chord)))


def in_china(point: Lonlat) -> bool:
    """Whether GCJ-02 differs from WGS-84 here; outside this box they are the same."""
    lng, lat = point
    return 72.004 <= lng <= 137.8347 and 0.8293 <= lat <= 55.8271


def _bend(point: Lonlat) -> Lonlat:
    """How far GCJ-02 lies from WGS-84 at a point, in degrees."""
    lng, lat = point
    x, y = lng - 105.0, lat - 35.0
    root, pi = math.sqrt(abs(x)), math.pi
    waves = (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    latitude = math.radians(lat)
    flat = 1 - _ECCENTRICITY * math.sin(latitude) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / (flat * math.sqrt(flat))
    return (
        math.degrees(east / (_AXIS / math.sqrt(flat) * math.cos(latitude))),
        math.degrees(north / meridian),
    )


def wgs84_to_gcj02(point: Lonlat) -> Lonlat:
    """A GPS position as a Chinese map vendor draws it (火星坐标).

    >>> [round(value, 6) for value in wgs84_to_gcj02((121.5272106, 31.1774276))]
    [121.531542, 31.175304]
    """
    if not in_china(point):
        return point
    east, north = _bend(point)
    return point[0] + east, point[1] + north


def gcj02_to_wgs84(point: Lonlat) -> Lonlat:
    """A map vendor's position on the ground, to better than a centimetre."""
    if not in_china(point):
        return point
    guess = point
    for _ in range(10):
        seen = wgs84_to_gcj02(guess)
        guess = guess[0] + point[0] - seen[0], guess[1] + point[1] - seen[1]
    return guess


def read_shapes(collection: Mapping[str, Any], key: str) -> dict[str, BaseGeometry]:
    """Areas of a GeoJSON FeatureCollection by one of their properties; a feature without it is left out."""
    return {
        feature["properties"][key]: shape(feature["geometry"])
        for feature in collection["features"]
        if feature["properties"].get(key)
    }


def contains(area: BaseGeometry, point: Lonlat) -> bool:
    """Whether the point lies in the area or on its edge."""
    return bool(shapely.intersects_xy(area, *point))


def approximate_point(area: BaseGeometry, seed: str, *, margin_metres: float = 60.0) -> Lonlat:
    """A stand-in position inside an area for a place whose own is unknown 近似位置.

    The same area and seed always give the same point, on any machine. The point keeps
    ``margin_metres`` from the edge where the area is wide enough for that. Rounded to six decimals.

    Raises:
        ValueError: the area is empty.
    """
    if area.is_empty:
        raise ValueError("区域为空，无法取近似位置。")
    inner = area.buffer(-margin_metres / _METRES_PER_DEGREE)
    target = area if inner.is_empty else inner
    shapely.prepare(target)
    for point in _candidates(target, seed):
        if contains(target, point):
            return point
    inside = target.representative_point()  # a sliver that no candidate hit
    return round(inside.x, 6), round(inside.y, 6)


def _candidates(area: BaseGeometry, seed: str) -> Iterator[Lonlat]:
    """Points spread evenly over the bounding box, decided by the seed alone."""
    west, south, east, north = area.bounds
    for attempt in range(_CANDIDATES):
        digest = sha256(f"{seed}\n{attempt}".encode()).digest()
        across, up = (int.from_bytes(part, "big") / 2**64 for part in (digest[:8], digest[8:16]))
        yield round(west + across * (east - west), 6), round(south + up * (north - south), 6)
