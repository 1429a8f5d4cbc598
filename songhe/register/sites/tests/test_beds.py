"""Beds: counted from periods, opened to their home and offices, changed by their keeper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.kernel.access.scoping import Unscoped
from songhe.kernel.checks import run_all
from songhe.kernel.errors import Forbidden, Refused
from songhe.register.sites import bedding, queries
from songhe.register.sites.models import Bed, BedKind
from songhe.simulation.cast import Cast

from .conftest import OPENED, Homes

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]
TODAY = date(2026, 11, 18)


def counted(homes: Homes, day: date = TODAY) -> dict[str, int]:
    return {row.kind: row.number for row in queries.beds_of(homes.ours.pk, day)}


def test_counts_by_site_and_by_town_come_from_one_query(
    homes: Homes, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        sites = queries.beds_on(TODAY, "310107")
    assert sites == {homes.ours.pk: {"approved": 6, "nursing": 3}, homes.other.pk: {"approved": 3}}
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        towns = queries.beds_on(TODAY, "310107", by="town")
    assert towns == {"310107005000": {"approved": 6, "nursing": 3}, "310107015000": {"approved": 3}}
    assert queries.beds_on(TODAY, "310107005000") == {homes.ours.pk: {"approved": 6, "nursing": 3}}
    assert queries.beds_on(date(2023, 12, 31)) == {}


def test_a_kind_begins_and_ends_on_its_days(homes: Homes, cast: Cast) -> None:
    bedding.count_as(homes.ours, homes.beds[3:5], "dementia", date(2025, 3, 1), date(2025, 6, 1), by=cast.home)
    assert "dementia" not in counted(homes, date(2025, 2, 28))
    assert counted(homes, date(2025, 3, 1))["dementia"] == 2
    assert counted(homes, date(2025, 5, 31))["dementia"] == 2
    assert "dementia" not in counted(homes, date(2025, 6, 1))


def test_an_overlap_is_refused_in_words_and_by_the_database(homes: Homes, cast: Cast) -> None:
    with pytest.raises(Refused, match="这段时间已按护理型计算"):
        bedding.count_as(homes.ours, homes.beds[:2], "nursing", date(2026, 1, 1), by=cast.home)
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        BedKind.objects.create(bed=homes.beds[0], kind="nursing", starts=date(2026, 1, 1))
    assert counted(homes)["nursing"] == 3


def test_approved_beds_are_the_bureaus_to_register(homes: Homes, cast: Cast) -> None:
    with pytest.raises(Forbidden, match="区民政局"):
        bedding.add_beds(homes.ours, "103", ["001"], ["approved"], OPENED, by=cast.home)
    with pytest.raises(Refused, match="还不是核定床位"):
        bedding.add_beds(homes.ours, "103", ["001"], ["nursing"], OPENED, by=cast.home)
    bedding.add_beds(homes.ours, "103", ["001"], [], OPENED, by=cast.home)
    assert counted(homes)["approved"] == 6


def test_the_same_number_stands_once_in_a_room(homes: Homes, cast: Cast) -> None:
    with pytest.raises(Refused, match="已有床号 003"):
        bedding.add_beds(homes.ours, "101", ["003", "004"], [], OPENED, by=cast.home)
    with pytest.raises(Refused, match="重复的床号"):
        bedding.move(homes.ours, homes.beds[:1], "102", by=cast.home)
    bedding.move(homes.ours, homes.beds[:1], "105", by=cast.home)
    assert Bed.objects.visible_to(cast.home).get(room="105").number == "001"


def test_stopping_ends_a_period_and_keeps_the_past(homes: Homes, cast: Cast) -> None:
    assert bedding.stop_counting(homes.ours, homes.beds[:2], "nursing", date(2026, 6, 1), by=cast.home) == 2
    assert counted(homes)["nursing"] == 1
    assert counted(homes, date(2026, 5, 31))["nursing"] == 3
    with pytest.raises(Refused, match="没有按护理型"):
        bedding.stop_counting(homes.ours, homes.beds[:2], "nursing", date(2026, 6, 1), by=cast.home)


def test_a_neighbour_sees_no_bed(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    address = reverse("sites:beds", args=[homes.ours.pk])
    seen = {name: Bed.objects.visible_to(getattr(cast, name)).count() for name in
            ("bureau", "street", "home", "insurer", "neighbour_street", "coordinator", "agency", "elder", "admin")}  # fmt: skip
    assert seen == {"bureau": 9, "street": 6, "home": 6, "insurer": 9, "neighbour_street": 3, "coordinator": 0,
                    "agency": 0, "elder": 0, "admin": 0}  # fmt: skip
    kinds = {name: BedKind.objects.visible_to(getattr(cast, name)).count() for name in ("street", "neighbour_street")}
    assert kinds == {"street": 9, "neighbour_street": 3}
    assert sign_in(cast.home).get(address).status_code == 200
    assert sign_in(cast.neighbour_street).get(address).status_code == 404
    assert sign_in(cast.home).get(reverse("sites:beds", args=[homes.other.pk])).status_code == 404
    assert sign_in(cast.coordinator).get(address).status_code == 403
    with pytest.raises(Unscoped):
        Bed.objects.count()


def test_a_home_acts_on_the_beds_it_ticked(homes: Homes, cast: Cast, sign_in: Enter) -> None:
    address = reverse("sites:beds_change", args=[homes.ours.pk])
    client = sign_in(cast.home)
    ticked = [str(bed.pk) for bed in homes.beds[3:]]
    form = {"act": "count", "kind": "nursing", "starts": "2026-11-18", "room": "", "bed": ticked}
    assert client.post(address, form).status_code == 302
    assert counted(homes)["nursing"] == 6
    none = client.post(address, {**form, "bed": ["not-an-id"]})
    assert none.status_code == 422
    assert "没有勾选床位" in none.content.decode()
    twice = client.post(address, form)
    assert twice.status_code == 422
    assert "已按护理型计算" in twice.content.decode()
    others = Bed.objects.unscoped("test").filter(site=homes.other).values_list("pk", flat=True)
    assert client.post(address, {**form, "bed": [str(pk) for pk in others]}).status_code == 422
    assert sign_in(cast.neighbour_street).post(address, form).status_code == 403


def test_the_bed_page_costs_the_same_for_many_beds(
    homes: Homes, cast: Cast, sign_in: Enter, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    bedding.add_beds(homes.ours, "", [f"{n:03d}" for n in range(1, 101)], ["approved"], OPENED, by=cast.bureau)
    client = sign_in(cast.home)
    client.get(reverse("sites:beds", args=[homes.ours.pk]))
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        found = client.get(reverse("sites:beds", args=[homes.ours.pk])).content.decode()
    assert "未分房" in found


def test_what_should_not_be_is_found(homes: Homes, cast: Cast) -> None:
    keys = ["beds.kind_within_bed", "beds.special_is_approved", "beds.area_of_site"]
    assert run_all(keys) == []
    opened = BedKind.objects.unscoped("test")
    opened.filter(bed=homes.beds[0], kind="approved").delete()
    opened.filter(bed=homes.beds[1], kind="nursing").update(starts=date(2023, 1, 1))
    Bed.objects.unscoped("test").filter(pk=homes.beds[2].pk).update(area_code="310107015000")
    assert {violation.key for violation in run_all(keys)} == set(keys)
