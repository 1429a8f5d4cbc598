"""A stranger's daughter sees nothing of 沈桂芳: not on a page, not by an address, not through the interface."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from songhe.desk.conftest import Way
from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

PAGES = (
    "home", "journey", "visits", "bill", "levels", "entitled", "readers", "providers", "apply", "help", "consents", "profile",
)


@pytest.mark.parametrize("part", ["stranger", "neighbour"])
def test_a_neighbour_sees_nothing(part: str, cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    client = sign_in(getattr(cast, part))
    hidden = ("沈桂芳", way.case.number, way.enrolment.number, way.plan.number, "王秀英", "13800000001")
    for name in PAGES:
        html = client.get(reverse(f"portal:{name}")).content.decode()
        assert "戴建国" in html or name in ("visits", "bill", "levels", "entitled", "readers", "providers", "help", "consents")
        assert [word for word in hidden if word in html] == [], name


def test_addresses_of_another_elder_lead_nowhere(cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    client = sign_in(cast.stranger)
    for url in (
        reverse("portal:cancel", args=[way.coming[0].pk]),
        reverse("cases:page", args=["assessment", way.case.pk]),
        reverse("cases:step", args=["assessment", way.case.pk, "withdraw"]),
    ):
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"reason": "不是我家的"}).status_code in (404, 405), url
    receipt = client.get(reverse("portal:receipt", args=[way.case.pk]))
    assert receipt.status_code == 404
    way.coming[0].refresh_from_db(from_queryset=type(way.coming[0]).objects.unscoped("test"))
    assert way.coming[0].state == "assigned"


def test_the_interface_answers_a_stranger_with_nothing(cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    client = sign_in(cast.stranger)
    for path in (f"/api/v1/people/{cast.shen.pk}", f"/api/v1/assessments/{way.case.pk}"):
        assert client.get(path).status_code in (403, 404), path
    for path in ("/api/people", "/api/assessments"):
        answer = client.get(path)
        assert answer.status_code == 403 or "沈桂芳" not in answer.content.decode(), path


@pytest.mark.parametrize("part", ["street", "coordinator", "carer", "admin", "volunteer"])
def test_the_portal_is_for_elders_and_families(part: str, cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    client = sign_in(getattr(cast, part))
    assert {client.get(reverse(f"portal:{name}")).status_code for name in PAGES} == {403}


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    for name in PAGES:
        answer = client.get(reverse(f"portal:{name}"))
        assert answer.status_code == 302
        assert reverse("account_login") in answer.url
