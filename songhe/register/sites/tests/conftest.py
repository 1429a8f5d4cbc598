"""A home of the cast with two rooms, and a home in the neighbouring street."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from songhe.register.sites import actions, bedding
from songhe.register.sites.models import Bed, Site
from songhe.simulation.cast import Cast

OPENED = date(2024, 1, 1)


@dataclass(frozen=True)
class Homes:
    """Our home, the neighbour's, and our beds."""

    ours: Site
    other: Site
    beds: list[Bed]


@pytest.fixture
def homes(cast: Cast) -> Homes:
    ours, other = actions.add_sites(
        [
            {"name": "示例·曹杨养老院", "kind": "care_home", "area_code": "310107005000", "capacity": 6,
             "organisation_id": cast.organisations["care_home"].pk, "mode": "public", "address": "曹杨路1号",
             "lng": 121.4035, "lat": 31.2415, "position_status": "surveyed"},
            {"name": "示例·长寿养老院", "kind": "care_home", "area_code": "310107015000", "capacity": 3,
             "organisation_id": cast.organisations["other_provider"].pk, "mode": "private"},
        ],
        by=cast.bureau,
    )  # fmt: skip
    beds = bedding.add_beds(ours, "101", ["001", "002", "003"], ["approved", "nursing"], OPENED, by=cast.bureau)
    beds += bedding.add_beds(ours, "102", ["001", "002", "003"], ["approved"], OPENED, by=cast.bureau)
    bedding.add_beds(other, "201", ["001", "002", "003"], ["approved"], OPENED, by=cast.bureau)
    return Homes(ours, other, beds)
