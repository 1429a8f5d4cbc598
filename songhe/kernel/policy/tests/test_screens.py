"""The policy library on screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]


def test_an_old_day_shows_the_old_price(cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.coordinator)
    page = client.get("/policies/?q=ltci.home.price_fen_per_hour&on=2018-05-01").content.decode()
    assert "75.00元/小时" in page and "80.00元/小时" not in page
    page = client.get("/policies/?q=ltci.home.price_fen_per_hour&on=2026-05-01").content.decode()
    assert "80.00元/小时" in page and "75.00元/小时" not in page


def test_what_is_not_certain_says_so(cast: Cast, sign_in: Enter) -> None:
    page = sign_in(cast.street).get("/policies/ltci.home.price_fen_per_hour/").content.decode()
    assert "凭记忆，待核对" in page and "已核对来源" in page


def test_an_unreadable_day_is_told_and_today_is_shown(cast: Cast, sign_in: Enter) -> None:
    answer = sign_in(cast.street).get("/policies/?on=昨天")
    assert answer.status_code == 200 and "日期应写作" in answer.content.decode()


def test_an_unknown_key_is_not_there(cast: Cast, sign_in: Enter) -> None:
    assert sign_in(cast.street).get("/policies/no.such.key/").status_code == 404


def test_a_search_that_finds_nothing_says_what_to_do(cast: Cast, sign_in: Enter) -> None:
    assert "没有符合条件的规定" in sign_in(cast.street).get("/policies/?q=zzzz").content.decode()


def test_the_library_goes_out_as_a_table(cast: Cast, sign_in: Enter) -> None:
    answer = sign_in(cast.bureau).get("/policies/?export=xlsx")
    assert answer.status_code == 200 and "spreadsheet" in answer["Content-Type"]


def test_an_elder_has_her_own_pages_instead(cast: Cast, sign_in: Enter) -> None:
    assert sign_in(cast.elder).get("/policies/").status_code == 403
