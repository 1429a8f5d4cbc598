"""What is on file, as it may be read; sizes without a script."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from songhe.kernel.access.models import Account, Post
from songhe.simulation.cast import Cast

SignIn = Callable[[Post], Client]


def test_an_elder_reads_her_own_number_and_her_daughter_a_masked_one(cast: Cast, sign_in: SignIn) -> None:
    number = cast.shen.identity_number
    assert number in sign_in(cast.elder).get("/my/profile/").content.decode()
    html = sign_in(cast.daughter).get("/my/profile/").content.decode()
    assert number not in html
    assert number[:6] in html


def test_a_size_is_kept_in_the_account_and_on_the_device(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.elder)
    client.post("/my/size/", {"size": "30"})
    assert Account.objects.get(pk=cast.elder.account_id).elder_mode == "30"
    assert 'data-size="30"' in client.get("/my/").content.decode()
    elsewhere = sign_in(Post.objects.select_related("account").get(pk=cast.elder.pk))
    assert 'data-size="30"' in elsewhere.get("/my/").content.decode()


def test_an_unknown_size_changes_nothing_and_leads_nowhere_else(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.elder).post("/my/size/", {"size": "9", "next": "https://elsewhere.example/"})
    assert answer.url == "/my/profile/"
    assert Account.objects.get(pk=cast.elder.account_id).elder_mode == ""


def test_contrast_is_switched_on_and_off(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.elder)
    client.post("/my/size/", {"contrast": "high"})
    assert 'data-contrast="high"' in client.get("/my/").content.decode()
    client.post("/my/size/", {"contrast": "normal"})
    assert 'data-contrast="high"' not in client.get("/my/").content.decode()
