"""The ground is inside the towns, invented, and the same for every sample."""

import numpy as np
import pytest
import shapely

from songhe.simulation.population import Committee, District, Town
from songhe.simulation.population.geography import ESTATES_PER_COMMITTEE, lay_out


def test_every_building_stands_inside_its_town(putuo: District) -> None:
    ground = lay_out(putuo)
    town = np.repeat(ground.committee_town, ESTATES_PER_COMMITTEE)
    for index, one in enumerate(putuo.towns):
        here = town == index
        assert here.any()
        assert one.outline is not None
        # Rounding to six places moves a point by a tenth of a metre at most.
        outline = one.outline.buffer(2e-6)
        assert shapely.contains_xy(outline, ground.building_lng[here], ground.building_lat[here]).all()


def test_the_ground_does_not_change_between_two_layings(putuo: District) -> None:
    one, other = lay_out(putuo), lay_out(putuo)
    assert (one.lane == other.lane).all()
    assert (one.building_lng == other.building_lng).all()


def test_no_two_estates_share_a_lane(putuo: District) -> None:
    lanes = lay_out(putuo).lane.tolist()
    assert len(set(lanes)) == len(lanes) == 285 * ESTATES_PER_COMMITTEE


def test_every_road_is_one_of_the_invented_ones(putuo: District) -> None:
    roads = lay_out(putuo).roads
    assert len(set(roads.ravel().tolist())) == roads.size
    assert all(road[0] in "松鹤" for road in roads.ravel().tolist())


def test_a_town_without_an_outline_gets_points_round_its_anchor() -> None:
    town = Town("310112001000", "江川路街道", (121.41, 31.01))
    ground = lay_out(District("310112", "闵行区", [town], [Committee("310112001001", "甲居委会", town.code)]))
    assert np.abs(ground.building_lng - 121.41).max() < 0.012
    assert np.abs(ground.building_lat - 31.01).max() < 0.012


def test_a_committee_of_an_unknown_town_is_refused() -> None:
    town = Town("310112001000", "江川路街道", (121.41, 31.01))
    with pytest.raises(ValueError, match="310112002000"):
        District("310112", "闵行区", [town], [Committee("310112002001", "乙居委会", "310112002000")])
    with pytest.raises(ValueError, match="无居村委"):
        District("310112", "闵行区", [town], [])
