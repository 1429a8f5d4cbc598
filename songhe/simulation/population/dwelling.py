"""Where people are registered, where they live and with whom 居住情况."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .assumptions import DwellingAssumptions
from .codes import (
    ALONE,
    ELDERS_ONLY,
    HOME_CARE,
    INSIDE,
    INSTITUTION,
    INSTITUTION_CARE,
    LONE,
    OUTSIDE,
    SAME,
    WITH_FAMILY,
)
from .draw import Floats, Ints, Rng, Small, Strings, join, numerals, pick, quotas, stream
from .geography import BUILDINGS, Geography
from .published import Published

# The districts of the city 市辖区, where people who live outside their own are.
CITY_DISTRICTS = (
    "黄浦区", "徐汇区", "长宁区", "静安区", "普陀区", "虹口区", "杨浦区", "闵行区",
    "宝山区", "嘉定区", "浦东新区", "金山区", "松江区", "青浦区", "奉贤区", "崇明区",
)  # fmt: skip
_FLOORS, _FLATS = 6, 4


@dataclass(frozen=True)
class Homes:
    """Columns by person. Positions are NaN for those who live outside the district."""

    committee: Ints  # index into the geography: where the person lives (registered, if outside)
    registered_committee: Ints
    separation: Small
    address: Strings
    registered_address: Strings
    lng: Floats
    lat: Floats


def age_band(age: npt.NDArray[np.int16]) -> Small:
    """0 for 60–69, 1 for 70–79, 2 for 80 and over."""
    return ((age >= 70).astype(np.int8) + (age >= 80)).astype(np.int8)


def draw_separation(size: int, seed: int, stated: DwellingAssumptions) -> Small:
    """Registered and living in one place, in two within the district, or living outside it."""
    weights = [
        1 - stated.separated,
        stated.separated * (1 - stated.separated_outside),
        stated.separated * stated.separated_outside,
    ]
    column = np.repeat(np.array([SAME, INSIDE, OUTSIDE], dtype=np.int8), quotas(size, weights))
    return stream(seed, "separation").permutation(column)


def draw_homes(ground: Geography, separation: Small, district_name: str, seed: int) -> Homes:
    """Addresses and positions. Committees are of equal weight; see the assumptions."""
    size, committees = len(separation), len(ground.committee_codes)
    rng = stream(seed, "homes")
    each = quotas(size, np.ones(committees))
    # Shuffled, so that a small sample leaves out committees at random and not the last in the list.
    registered = rng.permutation(committees)[np.repeat(np.arange(committees), each)]
    registered = rng.permutation(registered)
    living = np.where(separation == INSIDE, rng.integers(committees, size=size), registered)
    estate, building, home = _home(ground, registered, rng)
    other_estate, other_building, other_home = _home(ground, living, rng)
    same, outside = separation == SAME, separation == OUTSIDE
    registered_address = join(ground.lane[estate], home)
    address = np.where(same, registered_address, join(ground.lane[other_estate], other_home))
    away = np.flatnonzero(outside)
    elsewhere = _outside_addresses(ground, other_home[away], district_name, rng)
    address = address.astype(np.result_type(address, elsewhere))
    address[away] = elsewhere
    estate, building = np.where(same, estate, other_estate), np.where(same, building, other_building)
    return Homes(
        committee=living,
        registered_committee=registered,
        separation=separation,
        address=address,
        registered_address=registered_address,
        lng=np.where(outside, np.nan, ground.building_lng[estate, building]),
        lat=np.where(outside, np.nan, ground.building_lat[estate, building]),
    )


def _home(ground: Geography, committee: Ints, rng: Rng) -> tuple[Ints, Ints, Strings]:
    """An estate of the committee, a building in it, and the text 「4号502室」."""
    size = len(committee)
    building = rng.integers(1, BUILDINGS + 1, size=size)
    flats = np.array(
        [f"号{floor}{flat:02d}室" for floor in range(1, _FLOORS + 1) for flat in range(1, _FLATS + 1)]
    )
    text = join(numerals(BUILDINGS)[building], flats[rng.integers(len(flats), size=size)])
    return ground.estates_of(committee, rng), building, text


def _outside_addresses(ground: Geography, homes: Strings, district_name: str, rng: Rng) -> Strings:
    others = np.array([name for name in CITY_DISTRICTS if name != district_name])
    roads = ground.roads.ravel()
    size = len(homes)
    lanes = numerals(1500)[rng.integers(12, 1501, size=size)]
    return join(
        others[rng.integers(len(others), size=size)],
        roads[rng.integers(len(roads), size=size)],
        lanes,
        "弄",
        homes,
    )


def draw_living(
    age: npt.NDArray[np.int16], care_form: Small, seed: int, published: Published, stated: DwellingAssumptions
) -> Small:
    """With whom people live. The number in each kind is set, who it is depends on age."""
    size = len(age)
    rng = stream(seed, "living")
    band = age_band(age)
    living = np.full(size, WITH_FAMILY, dtype=np.int8)
    free = np.ones(size)

    def settle(kind: int, share: float, by_age: tuple[float, ...]) -> None:
        chosen = pick(rng, free * np.asarray(by_age)[band], round(share * size))
        living[chosen], free[chosen] = kind, 0

    insured, at_home = care_form == INSTITUTION_CARE, care_form == HOME_CARE
    living[insured], free[insured | at_home] = INSTITUTION, 0
    residents = published.institution_persons / published.elders / stated.insured_among_residents
    settle(INSTITUTION, residents - insured.mean(), stated.residents_by_age)
    free[at_home] = 1
    settle(LONE, stated.lone, stated.lone_by_age)
    settle(ALONE, stated.alone, stated.alone_by_age)
    settle(ELDERS_ONLY, stated.elders_only, stated.elders_only_by_age)
    return living
