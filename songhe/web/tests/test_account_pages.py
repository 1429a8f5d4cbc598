"""Sign-in, second factor, lock-out and the choice of a post: the pages say what to do in our words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post
from songhe.simulation.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _password(cast: Cast) -> None:
    account = cast.street.account
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])


def test_the_sign_in_page_offers_the_easy_view_and_no_reset_by_mail(client: Client) -> None:
    html = client.get(LOGIN).content.decode()
    assert "长辈版" in html
    assert "忘记密码？</a>" not in html
    assert "data-keep-drafts" in html


def test_the_easy_sign_in_has_no_kit_and_calls_the_hotline(client: Client) -> None:
    html = client.get(LOGIN, {"elder": "1"}).content.decode()
    assert 'data-face="elder"' in html
    assert "bootstrap" not in html
    assert 'href="tel:' in html


def test_a_wrong_password_keeps_the_user_name(client: Client, cast: Cast) -> None:
    html = client.post(LOGIN, {"login": cast.street.account.username, "password": "nope"}).content.decode()
    assert f'value="{cast.street.account.username}"' in html
    assert 'value="nope"' not in html
    assert "没有提交成功" in html


def test_too_many_wrong_passwords_show_the_lock_out(client: Client, cast: Cast) -> None:
    for _ in range(6):
        answer = client.post(LOGIN, {"login": cast.street.account.username, "password": "nope"})
    assert answer.status_code == 429
    assert "登录已暂停" in answer.content.decode()


def test_the_right_password_leads_in(client: Client, cast: Cast) -> None:
    answer = client.post(LOGIN, {"login": cast.street.account.username, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.url == reverse("home")


@pytest.mark.parametrize("name", ["mfa_index", "account_change_password", "choose_post", "second_factor", "account_logout"])
def test_a_page_about_the_account_is_in_our_look(name: str, cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    answer = sign_in(cast.street).get(reverse(name))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "songhe/tokens.css" in html
    assert "Menu:" not in html


def test_the_second_factor_page_shows_a_code_to_scan(client: Client, cast: Cast) -> None:
    client.post(LOGIN, {"login": cast.street.account.username, "password": PASSWORD})
    asked = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "确认本人操作" in asked.content.decode()
    client.post(asked.redirect_chain[-1][0], {"password": PASSWORD})
    html = client.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg' in html
    assert "不能扫码" in html
    assert "style=" not in html.replace("stylesheet", "")


def test_the_choice_of_posts_lists_only_ones_own(cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    html = sign_in(cast.street).get(reverse("choose_post")).content.decode()
    assert str(cast.street.pk) in html
    others = [post for post in cast.posts.values() if post.account_id != cast.street.account_id]
    assert others
    assert all(str(post.pk) not in html for post in others)


def test_the_sample_pages_are_for_staff_only(client: Client, cast: Cast, sign_in: Callable[[Post], Client]) -> None:
    assert client.get("/styles/").status_code == 302
    assert sign_in(cast.street).get("/styles/").status_code == 200
    assert sign_in(cast.daughter).get("/styles/").status_code == 403
    assert sign_in(cast.street).get("/styles/none/").status_code == 404
