"""请人帮我: numbers to ring, a call back asked for once, answered by the street, read by the elder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse

from songhe.desk.intake.models import HelpRequest
from songhe.kernel.access.models import Post
from songhe.register.sites.models import Organisation
from songhe.simulation.cast import Cast

URL = "/my/help/"
SignIn = Callable[[Post], Client]


def calls(cast: Cast) -> list[HelpRequest]:
    return list(HelpRequest.objects.unscoped("test").filter(person=cast.shen))


def test_the_street_s_number_and_the_hotline_are_one_tap_away(cast: Cast, sign_in: SignIn) -> None:
    Organisation.objects.filter(pk=cast.organisations["street"].pk).update(phone="02152345678")
    html = sign_in(cast.elder).get(URL).content.decode()
    assert "tel:02152345678" in html
    assert "tel:12345" in html
    assert "tel:120" in html


def test_a_call_is_asked_for_once_and_answered(cast: Cast, sign_in: SignIn) -> None:
    elder, street = sign_in(cast.elder), sign_in(cast.street)
    elder.post(URL, {"topic": "money", "words": "账看不懂", "phone": ""})
    elder.post(URL, {"topic": "other", "words": "再点一次", "phone": ""})
    (call,) = calls(cast)
    assert (call.topic, call.phone, call.due_on) == ("money", "13800000001", date(2026, 11, 19))
    assert "已经告诉街道了" in elder.get(URL).content.decode()
    desk = street.get(reverse("intake:start")).content.decode()
    assert "沈桂芳" in desk
    assert "费用看不明白" in desk
    assert "沈桂芳" in street.get(reverse("worklist:index"), {"list": "help"}).content.decode()
    step = reverse("cases:step", args=["help", call.pk, "answer"])
    assert street.post(step, {"reason": ""}).status_code == 422
    street.post(step, {"reason": "已电话说明自付 10%"})
    assert calls(cast)[0].state == "answered"
    assert "已电话说明自付 10%" in elder.get(reverse("cases:page", args=["help", call.pk])).content.decode()


def test_another_street_and_another_elder_do_not_see_the_call(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.elder).post(URL, {"topic": "other"})
    (call,) = calls(cast)
    page = reverse("cases:page", args=["help", call.pk])
    for part in ("neighbour_street", "neighbour", "stranger"):
        assert sign_in(getattr(cast, part)).get(page).status_code == 404
    assert "沈桂芳" not in sign_in(cast.neighbour_street).get(reverse("intake:start")).content.decode()


def test_a_wrong_number_is_told_and_nothing_is_lost(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.elder).post(URL, {"topic": "other", "phone": "12", "words": "请帮我看看"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "请帮我看看" in html
    assert calls(cast) == []


def test_who_no_longer_needs_help_takes_the_call_back(cast: Cast, sign_in: SignIn) -> None:
    elder = sign_in(cast.elder)
    elder.post(URL, {"topic": "other"})
    elder.post(reverse("cases:step", args=["help", calls(cast)[0].pk, "withdraw"]))
    assert calls(cast)[0].state == "withdrawn"
    elder.post(URL, {"topic": "progress"})
    assert {c.state for c in calls(cast)} == {"withdrawn", "waiting"}
