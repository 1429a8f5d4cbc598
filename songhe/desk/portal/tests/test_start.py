"""The public page: open to everybody, about nobody; sign-ins of the cast only where people are generated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.simulation.cast import PASSWORD, Cast, build

pytestmark = pytest.mark.django_db


def test_a_visitor_is_led_to_the_public_page(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.url == reverse("start")
    html = client.get(answer.url).content.decode()
    assert "我是长者或家属" in html
    assert "我是工作人员" in html
    assert "tel:12345" in html
    assert 'data-face="elder"' in html


def test_who_is_signed_in_goes_where_the_day_begins(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    assert sign_in(cast.elder).get("/").url == reverse("portal:home")
    assert sign_in(cast.street).get("/").url == reverse("worklist:index")


def test_conditions_come_with_their_sources(client: Client) -> None:
    html = client.get(reverse("start")).content.decode()
    assert "条件、期限和依据" in html
    assert "来源" in html


def test_the_cast_is_listed_only_where_people_are_generated(client: Client, cast: Cast, settings: Any) -> None:
    settings.SYNTHETIC = False
    html = client.get(reverse("start")).content.decode()
    assert "shenguifang" not in html
    assert PASSWORD not in html
    assert "沈桂芳" not in html
    settings.SYNTHETIC = True
    html = client.get(reverse("start")).content.decode()
    assert "shenguifang" in html
    assert "沈桂芳" in html


def test_accounts_that_do_not_exist_are_not_offered(client: Client, settings: Any) -> None:
    settings.SYNTHETIC = True
    assert "shenguifang" not in client.get(reverse("start")).content.decode()


def test_one_tap_signs_into_the_demonstration(client: Client, db: None, settings: Any) -> None:
    settings.SYNTHETIC = True
    build(PASSWORD)
    client.get(reverse("start"))
    answer = client.post(reverse("account_login"), {"login": "shenguifang", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("portal:home")
