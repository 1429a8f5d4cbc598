"""The programs' door: the same scope, masks and record as the screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from songhe.kernel.access.models import ReadEntry
from songhe.simulation.cast import Cast

URL = "/api/v1/people"


def test_a_street_lists_its_elders_masked(cast: Cast, sign_in: Callable[..., Client]) -> None:
    body = sign_in(cast.street).get(URL).json()
    assert [item["name"] for item in body["items"]] == ["沈桂芳"]
    assert body["total"] == 1
    [item] = body["items"]
    assert item["identity_number"] != cast.shen.identity_number
    assert item["phone"].endswith(cast.shen.phone[-4:])
    assert "****" in item["phone"]
    assert ReadEntry.objects.visible_to(cast.elder).get().what == "api"


def test_search_and_filters_are_those_of_the_screen(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.bureau)
    assert [i["name"] for i in client.get(URL, {"q": "dai"}).json()["items"]] == ["戴建国"]
    assert [i["name"] for i in client.get(URL, {"area": "310107005"}).json()["items"]] == ["沈桂芳"]
    assert client.get(URL, {"living": "lone"}).json()["items"] == []
    assert client.get(URL, {"living": "nonsense"}).status_code == 422
    assert client.get(URL, {"area": "曹杨"}).status_code == 422


def test_a_neighbour_gets_nothing(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.neighbour_street)
    assert client.get(URL, {"q": cast.shen.identity_number}).json() == {
        "items": [], "next": "", "total": 0, "total_is_capped": False,
    }  # fmt: skip
    assert client.get(f"{URL}/{cast.shen.pk}").status_code == 404


def test_a_file_is_read_as_far_as_the_post_may(cast: Cast, sign_in: Callable[..., Client]) -> None:
    body = sign_in(cast.doctor).get(f"{URL}/{cast.shen.pk}").json()
    assert body["name"] == "沈桂芳"
    assert body["address"] != cast.shen.address
    assert body["levels"] == []


@pytest.mark.parametrize("part", ["admin", "volunteer", "elder", "daughter"])
def test_other_roles_are_refused(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    assert sign_in(cast.posts[part]).get(URL).status_code == 403


def test_signed_out_is_refused(cast: Cast) -> None:
    assert Client().get(URL).status_code in (401, 403)
