"""Estates 小区, roads and points: a plausible ground for synthetic addresses.

Every committee gets a few estates at fixed points inside its town's outline; an estate has one
invented road and one lane number, and its buildings stand around its point. The ground depends on
the district alone, never on the seed of the people: two samples live in the same streets.
All positions are approximate and invented.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .district import District, Town
from .draw import Flags, Floats, Ints, Rng, Strings, join, numerals, stream

ESTATES_PER_COMMITTEE = 3
BUILDINGS = 60
ROADS_PER_TOWN = 16
_METRES_PER_DEGREE = 111_320.0
_CANDIDATES = 8  # the farthest of so many random points spreads committees over the town
_ESTATE_METRES = 160.0
_BUILDING_METRES = 8.0
_FALLBACK_METRES = 700.0  # radius of a town without an outline
_GROUND_SEED = 20240101


@dataclass(frozen=True)
class Geography:
    """The ground of one district. Positions are WGS-84 degrees."""

    committee_codes: Strings  # <U12, by committee
    committee_town: Ints  # index of the town, by committee
    town_codes: Strings
    town_names: Strings
    roads: Strings  # 2-d: town × road
    lane: Strings  # by estate: "曹杨新村街道松岚路123弄"
    building_lng: Floats  # 2-d: estate × building 0 … BUILDINGS (0 is unused)
    building_lat: Floats

    def estates_of(self, committee: Ints, rng: Rng) -> Ints:
        """A random estate of each committee."""
        return np.asarray(
            committee * ESTATES_PER_COMMITTEE + rng.integers(ESTATES_PER_COMMITTEE, size=len(committee))
        )


def lay_out(district: District) -> Geography:
    """Place committees, estates and buildings of a district."""
    town_index = {town.code: index for index, town in enumerate(district.towns)}
    committee_town = np.array([town_index[committee.town] for committee in district.committees])
    roads = _road_names(len(district.towns))
    estates = len(district.committees) * ESTATES_PER_COMMITTEE
    points = np.empty((estates, 2))
    lane = np.empty(estates, dtype="<U40")
    offsets = _building_offsets()
    buildings = np.empty((estates, BUILDINGS + 1, 2))
    for index, town in enumerate(district.towns):
        rng = stream(_GROUND_SEED, town.code)
        here = np.flatnonzero(committee_town == index)
        if not len(here):
            continue
        mine = (here[:, None] * ESTATES_PER_COMMITTEE + np.arange(ESTATES_PER_COMMITTEE)).ravel()
        points[mine] = _estate_points(town, _spread(town, rng, len(here)), rng)
        numbers = numerals(1500)[rng.choice(np.arange(12, 1500), size=len(mine), replace=False)]
        lane[mine] = join(
            town.name, roads[index][rng.integers(ROADS_PER_TOWN, size=len(mine))], numbers, "弄"
        )
        stand = points[mine][:, None, :] + offsets
        inside = _inside(town, stand.reshape(-1, 2)).reshape(stand.shape[:2])
        buildings[mine] = np.where(inside[:, :, None], stand, points[mine][:, None, :])
    return Geography(
        committee_codes=np.array([committee.code for committee in district.committees]),
        committee_town=committee_town,
        town_codes=np.array([town.code for town in district.towns]),
        town_names=np.array([town.name for town in district.towns]),
        roads=roads,
        lane=lane.astype(f"<U{np.strings.str_len(lane).max()}"),
        building_lng=np.round(buildings[:, :, 0], 6),
        building_lat=np.round(buildings[:, :, 1], 6),
    )


def _road_names(towns: int) -> Strings:
    """Sixteen invented roads a town; no road runs through two towns as long as the names last."""
    with (files(__package__) / "data" / "roads.csv").open(encoding="utf-8") as source:
        row = next(csv.DictReader(line for line in source if not line.startswith("#")))
    names = [
        f"{head}{stem}{tail}"
        for tail in row["tails"].split()
        for stem in row["stems"].split()
        for head in row["heads"].split()
    ]
    wanted = towns * ROADS_PER_TOWN
    return np.array([names[index % len(names)] for index in range(wanted)]).reshape(towns, ROADS_PER_TOWN)


def _degrees(metres: Floats, latitude: float) -> Floats:
    """Metres east and north (last axis) as degrees of longitude and latitude."""
    scale = np.array([_METRES_PER_DEGREE * np.cos(np.radians(latitude)), _METRES_PER_DEGREE])
    return np.asarray(metres / scale)


def _inside(town: Town, points: Floats) -> Flags:
    if town.outline is None:
        return np.ones(len(points), dtype=np.bool_)
    shapely.prepare(town.outline)
    return np.asarray(shapely.contains_xy(town.outline, points[:, 0], points[:, 1]))


def _scatter(town: Town, rng: Rng, count: int) -> Floats:
    """Random points inside a town: its outline, or a disc round its anchor."""
    if town.outline is None:
        radius = _FALLBACK_METRES * np.sqrt(rng.random(count))
        angle = rng.random(count) * 2 * np.pi
        east_north = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return np.asarray(town.anchor) + _degrees(east_north, town.anchor[1])
    return _scatter_inside(town, town.outline, rng, count)


def _scatter_inside(town: Town, outline: BaseGeometry, rng: Rng, count: int) -> Floats:
    west, south, east, north = outline.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        tries = rng.random((count * 3 + 16, 2)) * [east - west, north - south] + [west, south]
        found = np.concatenate([found, tries[_inside(town, tries)]])
    return found[:count]


def _spread(town: Town, rng: Rng, count: int) -> Floats:
    """Committee points: each the farthest of some candidates from those already placed (Mitchell 1991)."""
    candidates = _scatter(town, rng, count * _CANDIDATES).reshape(count, _CANDIDATES, 2)
    placed = candidates[:1, 0]
    for choice in candidates[1:]:
        gaps = ((choice[:, None, :] - placed[None, :, :]) ** 2).sum(axis=2).min(axis=1)
        placed = np.concatenate([placed, choice[gaps.argmax()][None, :]])
    return placed


def _estate_points(town: Town, committees: Floats, rng: Rng) -> Floats:
    """Estates around each committee's point, kept inside the town."""
    around = np.repeat(committees, ESTATES_PER_COMMITTEE, axis=0)
    shifted = around + _degrees(rng.uniform(-_ESTATE_METRES, _ESTATE_METRES, around.shape), town.anchor[1])
    return np.where(_inside(town, shifted)[:, None], shifted, around)


def _building_offsets() -> Floats:
    """Where building 0 … BUILDINGS stands against its estate's point: a sunflower's even spacing."""
    number = np.arange(BUILDINGS + 1)
    radius, angle = _BUILDING_METRES * np.sqrt(number), number * np.pi * (3 - np.sqrt(5))
    # One latitude serves the whole city: the error over half a degree is below a metre here.
    return _degrees(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), 31.2)
