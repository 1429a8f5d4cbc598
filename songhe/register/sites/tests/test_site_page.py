"""The page of a site: facts with their source, beds of a day, licences with a warning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.register.sites import actions
from songhe.register.sites.models import Licence, Site
from songhe.simulation.cast import Cast

from .conftest import Homes

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]


def page(client: Client, homes: Homes, query: str = "") -> str:
    response = client.get(reverse("sites:site", args=[homes.ours.pk]) + query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_facts_carry_their_source_and_how_sure_they_are(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    found = page(sign_in(cast.street), homes)
    assert "普陀区民政局登记" in found
    assert "官方" in found
    assert "实测位置" in found


def test_beds_are_counted_on_the_day_that_is_asked(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.street)
    assert ">6<" in page(client, homes)
    before = page(client, homes, "?on=2023-12-31")
    assert "当日没有登记的床位" in before
    assert "2024-01-01" in before


def test_a_day_that_is_none_means_today(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    assert ">6<" in page(sign_in(cast.street), homes, "?on=2026-02-30")


def test_licences_warn_before_they_run_out(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    home = cast.organisations["care_home"]
    terms = {"number": "1", "starts": date(2020, 1, 1)}
    actions.add_licences(
        [(home, {"kind": "甲证", "ends": date(2027, 1, 17), **terms}), (home, {"kind": "乙证", "ends": date(2027, 1, 18), **terms}),
         (home, {"kind": "丙证", "ends": date(2026, 11, 17), **terms}), (home, {"kind": "丁证", "ends": None, **terms})],
        by=cast.home,
    )  # fmt: skip
    found = page(sign_in(cast.street), homes)
    assert "60 天后到期" in found
    assert "61 天后到期" not in found
    assert "已过期" in found
    assert "长期" in found


def test_only_its_keepers_may_change_it(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    address = reverse("sites:edit", args=[homes.ours.pk])
    assert sign_in(cast.bureau).get(address).status_code == 200
    assert sign_in(cast.home).get(address).status_code == 200
    assert sign_in(cast.home).get(reverse("sites:edit", args=[homes.other.pk])).status_code == 403
    assert sign_in(cast.street).get(address).status_code == 403
    assert sign_in(cast.coordinator).get(address).status_code == 403
    assert f'href="{address}"' not in page(sign_in(cast.street), homes)


def test_a_site_that_is_not_there_is_404(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    for name in ("sites:site", "sites:organisation", "sites:edit", "sites:beds"):
        assert sign_in(cast.bureau).get(reverse(name, args=[uuid4()])).status_code == 404


def test_a_home_may_change_its_address_but_not_its_capacity(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    address = reverse("sites:edit", args=[homes.ours.pk])
    form = {"address": "曹杨路2号", "lng": "121.4035", "lat": "31.2415", "note": "", "capacity": "999", "name": "改名"}
    assert sign_in(cast.home).post(address, form).status_code == 302
    home = Site.objects.get(pk=homes.ours.pk)
    assert (home.address, home.capacity, home.name) == ("曹杨路2号", 6, "示例·曹杨养老院")
    assert home.corrected == ["address"]
    with pytest.raises(Exception, match="区民政局"):
        actions.change_site(home, {"capacity": 999}, by=cast.home)


def test_a_position_from_a_phone_map_is_brought_back_to_the_ground(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    form = {"address": "曹杨路1号", "lng": "121.408", "lat": "31.2395", "datum": "gcj02", "note": ""}
    sign_in(cast.home).post(reverse("sites:edit", args=[homes.ours.pk]), form)
    home = Site.objects.get(pk=homes.ours.pk)
    assert home.lng is not None
    assert 121.4 < home.lng < 121.406, "about 450 metres to the west"
    assert home.position_status == "surveyed"


def test_faults_stand_beside_their_field_and_nothing_typed_is_lost(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    form = {"name": "", "kind": "care_home", "area_code": "310107005000", "starts": "2026-05-01", "ends": "2026-04-01",
            "address": "新地址九号", "lng": "121.4"}
    response = sign_in(cast.bureau).post(reverse("sites:edit", args=[homes.ours.pk]), form)
    found = response.content.decode()
    assert response.status_code == 422
    assert "停用日期须晚于启用日期" in found
    assert "经度和纬度须一并填写" in found
    assert "新地址九号" in found
    assert Site.objects.get(pk=homes.ours.pk).address == "曹杨路1号"


def test_opening_hours_are_read_and_faults_named(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    address = reverse("sites:hours", args=[homes.ours.pk])
    client = sign_in(cast.home)
    wrong = client.post(address, {"day0": "8点到5点", "day1": "09:00-08:00", "day2": "08:00-12:00、11:00-13:00"})
    found = wrong.content.decode()
    assert wrong.status_code == 422
    assert "应写成 08:00-17:00" in found
    assert "须晚于开始" in found
    assert "有重叠" in found
    assert client.post(address, {"day0": "8:00至11:30，13:00-17:00"}).status_code == 302
    hours = list(homes.ours.hours.values_list("weekday", "opens", "closes"))
    assert hours == [(0, time(8), time(11, 30)), (0, time(13), time(17))]
    assert "08:00–11:30、13:00–17:00" in page(client, homes)


def test_a_licence_is_registered_once(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    address = reverse("sites:licence", args=[cast.organisations["care_home"].pk])
    form = {"kind": "养老机构备案", "number": "001", "starts": "2025-01-01", "ends": ""}
    client = sign_in(cast.home)
    assert client.post(address, form).status_code == 302
    again = client.post(address, form)
    assert again.status_code == 422
    assert "已登记" in again.content.decode()
    assert Licence.objects.count() == 1
    assert sign_in(cast.home).post(reverse("sites:licence", args=[cast.organisations["provider"].pk]), form).status_code == 403


def test_a_new_site_stands_in_for_itself_until_surveyed(cast: Cast) -> None:
    from songhe.kernel.areas.models import Area

    square = [[121.39, 31.23], [121.42, 31.23], [121.42, 31.25], [121.39, 31.25], [121.39, 31.23]]
    Area.objects.filter(code="310107005000").update(boundary={"type": "Polygon", "coordinates": [square]})
    row = {"name": "示例食堂", "kind": "canteen", "area_code": "310107005000"}
    made = actions.add_sites([row, {**row, "area_code": "310107015000"}], by=cast.bureau)
    assert made[0].position_status == "approximate"
    assert made[0].lng is not None
    assert 121.39 < made[0].lng < 121.42
    assert (made[1].position_status, made[1].lng) == ("unknown", None)


def test_the_bureau_registers_nothing_outside_its_area(cast: Cast, homes: Homes) -> None:
    with pytest.raises(Exception, match="本区域"):
        actions.add_sites([{"name": "外区", "kind": "canteen", "area_code": "310105001000"}], by=cast.bureau)
    with pytest.raises(Refused, match="本区域以外"):
        actions.change_site(homes.ours, {"area_code": "310105001000"}, by=cast.bureau)
