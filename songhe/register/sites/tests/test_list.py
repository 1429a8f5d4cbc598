"""The list of sites and the map: everybody at a desk sees public facts, with their source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.kernel.areas.models import Area
from songhe.register.sites import actions
from songhe.register.sites.models import Site
from songhe.simulation.cast import Cast

from .conftest import Homes

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_street_sees_the_facilities_of_the_whole_district(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    page = text(sign_in(cast.street), reverse("sites:list"))
    assert "示例·曹杨养老院" in page
    assert "示例·长寿养老院" in page


@pytest.mark.parametrize("query", ["q=caoyang", "q=曹杨路", "town=310107005000", "mode=public", "q=sl·cyyly".replace("·", "")])
def test_search_and_filters_narrow(homes: Homes, cast: Cast, sign_in: Enter, query: str) -> None:
    page = text(sign_in(cast.bureau), f"{reverse('sites:list')}?{query}")
    assert "示例·曹杨养老院" in page
    assert "示例·长寿养老院" not in page


def test_a_closed_site_is_found_by_its_state(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    Site.objects.filter(pk=homes.other.pk).update(ends="2026-01-01")
    page = text(sign_in(cast.bureau), f"{reverse('sites:list')}?status=closed")
    assert "示例·长寿养老院" in page
    assert "示例·曹杨养老院" not in page
    assert "示例·长寿养老院" not in text(sign_in(cast.bureau), reverse("sites:map"))


def test_the_export_holds_what_the_screen_shows(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    response = sign_in(cast.street).get(f"{reverse('sites:list')}?export=csv&town=310107005000")
    sheet = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "示例·曹杨养老院" in sheet
    assert "示例·长寿养老院" not in sheet


def test_elders_and_strangers_are_turned_away(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    for name in ("sites:list", "sites:map"):
        assert sign_in(cast.elder).get(reverse(name)).status_code == 403
        assert Client().get(reverse(name)).status_code == 302


def test_the_map_and_its_list_tell_of_the_same_sites(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    square = [[121.39, 31.23], [121.42, 31.23], [121.42, 31.25], [121.39, 31.25], [121.39, 31.23]]
    Area.objects.filter(code="310107005000").update(
        boundary={"type": "Polygon", "coordinates": [square]}, boundary_credit="© OpenStreetMap contributors"
    )
    page = text(sign_in(cast.bureau), reverse("sites:map"))
    drawn = json.loads(re.search(r'id="sites-map-places"[^>]*>(.*?)</script>', page, re.S)[1])
    listed = re.findall(r'data-place="([^"]+)"', page)
    assert [f["properties"]["id"] for f in drawn["features"]] == listed == [str(homes.ours.pk)]
    assert drawn["features"][0]["properties"]["href"] == reverse("sites:site", args=[homes.ours.pk])
    assert "© OpenStreetMap contributors" in page
    assert "不是法定界线" in page
    assert "1 处位置不明" in page


def test_the_list_costs_few_queries_however_long(
    homes: Homes, cast: Cast, sign_in: Enter, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    Site.objects.bulk_create(
        [Site(kind="canteen", name=f"食堂{n}", area_code="310107005000", source_id=f"t{n}") for n in range(60)]
    )
    client = sign_in(cast.bureau)
    client.get(reverse("sites:list"))
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        client.get(reverse("sites:list"))


def test_organisations_are_listed_with_the_licence_that_ends_first(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    home, provider = cast.organisations["care_home"], cast.organisations["provider"]
    terms = {"kind": "甲证", "number": "1", "starts": date(2020, 1, 1)}
    actions.add_licences(
        [(home, {**terms, "ends": date(2026, 12, 1)}), (provider, {**terms, "ends": date(2026, 1, 1)}),
         (provider, {**terms, "number": "2", "starts": date(2026, 1, 2), "ends": date(2030, 1, 1)})],
        by=cast.bureau,
    )  # fmt: skip
    client, address = sign_in(cast.street), reverse("sites:organisations")
    assert "13 天后到期" in text(client, address)
    soon = text(client, f"{address}?licence=soon")
    assert home.name in soon
    assert provider.name not in soon
    assert provider.name not in text(client, f"{address}?licence=expired"), "it was renewed"
    assert "示例·长护险经办中心" not in text(client, f"{address}?kind=care_home")
    assert sign_in(cast.elder).get(address).status_code == 403
