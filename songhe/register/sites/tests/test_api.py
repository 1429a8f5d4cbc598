"""The register for programs: same facts, same scope, same refusals as the screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

from .conftest import Homes

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]


def test_sites_come_with_their_source_and_page_by_id(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.street)
    found = client.get("/api/v1/sites", {"area": "310107005", "kind": "care_home"}).json()
    assert [row["name"] for row in found] == ["示例·曹杨养老院"]
    assert found[0]["source"] == "普陀区民政局登记"
    assert found[0]["position_status"] == "surveyed"
    everything = client.get("/api/v1/sites").json()
    rest = client.get("/api/v1/sites", {"after": everything[0]["id"]}).json()
    assert rest == everything[1:]
    assert client.get(f"/api/v1/sites/{homes.ours.pk}").json()["capacity"] == 6


def test_beds_of_a_day_come_by_site_or_by_town(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.bureau)
    towns = {row["place"]: row["beds"] for row in client.get("/api/v1/sites/beds", {"by_town": True}).json()}
    assert towns == {"310107005000": {"approved": 6, "nursing": 3}, "310107015000": {"approved": 3}}
    assert client.get("/api/v1/sites/beds", {"on": "2023-01-01"}).json() == []


def test_strangers_and_faults_are_answered_in_words(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    assert Client().get("/api/v1/sites").status_code == 401
    assert sign_in(cast.elder).get("/api/v1/sites").status_code == 403
    client = sign_in(cast.bureau)
    assert client.get("/api/v1/sites/01a1ffea-7066-762b-ad83-b29110e69154").status_code == 404
    assert client.get("/api/v1/sites", {"open_on": "yesterday"}).status_code == 422
