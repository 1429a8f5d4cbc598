"""The gate: a view without declared rights does not start; refusals become pages that help."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.urls import path

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused
from songhe.kernel.screens import ANYBODY, screen
from songhe.kernel.screens.rights import all_patterns, every_view_declares_its_rights, is_foreign
from songhe.simulation.cast import Cast
from songhe.web import urls

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]


def bare(request: object) -> None:
    """A view that says nothing of who may open it."""


def stubborn(request: object) -> None:
    raise Refused("test", "今天不办理", remedy="请明天再来")


urlpatterns = [
    *urls.urlpatterns, path("bare/", bare), path("stubborn/", screen("test.stubborn", roles=ANYBODY)(stubborn)),
]


def test_every_address_declares_its_rights() -> None:
    assert every_view_declares_its_rights(None) == []
    assert all(hasattr(p.callback, "screen") or is_foreign(p.callback) for _path, p in all_patterns())


@override_settings(ROOT_URLCONF=__name__)
def test_a_bare_view_neither_starts_nor_answers(cast: Cast, sign_in: Enter) -> None:
    assert any("bare/" in e.msg for e in every_view_declares_its_rights(None))
    assert sign_in(cast.bureau).get("/bare/").status_code == 403


@override_settings(ROOT_URLCONF=__name__)
def test_a_refusal_says_what_happened_and_what_to_do(client: Client) -> None:
    page = client.get("/stubborn/")
    assert page.status_code == 422
    assert "今天不办理" in page.content.decode()
    assert "请明天再来" in page.content.decode()


def test_nobody_comes_in_without_signing_in(client: Client) -> None:
    answer = client.get("/people/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_an_account_without_a_chosen_post_is_asked_for_one(cast: Cast, client: Client) -> None:
    Post.objects.create(account=cast.street.account, role="advisor", area_code="310107005", starts=cast.street.starts)
    client.force_login(cast.street.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "/posts/" in client.get("/people/")["Location"]


def test_staff_prove_a_second_factor_where_it_is_required(cast: Cast, sign_in: Enter) -> None:
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        assert "second-factor" in sign_in(cast.street).get("/people/")["Location"]
        assert sign_in(cast.elder).get("/my/").status_code == 200


def test_unknown_roles_and_empty_lists_are_mistakes() -> None:
    with pytest.raises(ValueError, match="admits nobody"):
        screen("test.nobody", roles=())
    with pytest.raises(ValueError, match="unknown roles"):
        screen("test.wizard", roles={"wizard"})


def test_pages_about_people_stay_in_no_cache(cast: Cast, sign_in: Enter) -> None:
    assert sign_in(cast.street).get("/people/")["Cache-Control"] == "no-store"
