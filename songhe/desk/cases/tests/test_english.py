"""Refusals and reasons on English screens: raised and stored in Chinese, shown in English, and Chinese for the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from songhe.care.assessment import actions
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.tests.conftest import carry
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

SignIn = Callable[[Post], Client]


@pytest.fixture
def case(cast: Cast) -> Assessment:
    return actions.submit(actions.apply(actions.Application(cast.shen.pk), by=cast.street), by=cast.street)[0]


def in_english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def agreement(cast: Cast, number: str) -> dict[str, str]:
    return {
        "kind": "medical", "number": number, "party_a": str(cast.organisations["health_centre"].pk),
        "party_b": str(cast.organisations["care_home"].pk), "starts": "2026-12-01", "last": "2027-11-30",
    }  # fmt: skip


def test_a_refused_form_speaks_english_with_the_values_in_it(cast: Cast, sign_in: SignIn) -> None:
    client, new = sign_in(cast.home), reverse("agreements:new")
    assert client.post(new, agreement(cast, "YY-1")).status_code == 302
    chinese = client.post(new, agreement(cast, "YY-2"))
    english = in_english(client).post(new, agreement(cast, "YY-2"))
    assert (chinese.status_code, english.status_code) == (422, 422)
    assert "双方在这段时间已有医养签约（编号 YY-1，2026-12-01 至 2027-12-01）" in chinese.content.decode()
    assert "already have an agreement" not in chinese.content.decode()
    page = english.content.decode()
    assert "(number YY-1, 2026-12-01 to 2027-12-01)" in page
    assert "End that agreement first, or let this one begin after it." in page
    assert "双方在这段时间" not in page
    assert "YY-2" in page, "nothing typed is lost"


def test_a_stored_reason_speaks_english_and_stays_chinese_in_the_record(
    cast: Cast, case: Assessment, sign_in: SignIn
) -> None:
    actions.accept(case, by=cast.street)
    actions.assign(case, by=cast.street, agency=None)
    case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    stored = case.assignment["because"][0]["text"]
    assert "在办" in stored
    address = reverse("cases:page", args=["assessment", case.pk])
    assert stored in sign_in(cast.street).get(address).content.decode()
    page = in_english(sign_in(cast.street)).get(address).content.decode()
    assert "open cases" in page
    assert "在办" not in page


def test_a_refusal_page_speaks_english(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    address = reverse("cases:page", args=["assessment", case.pk])
    chinese = sign_in(cast.neighbour_street).get(address)
    english = in_english(sign_in(cast.neighbour_street)).get(address)
    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "没有找到该办件，或它不在您的管辖范围内" in chinese.content.decode()
    assert "No such case, or it is outside your area" in english.content.decode()
    assert "没有找到该办件" not in english.content.decode()


def test_what_a_phone_is_told_is_in_its_carer_s_language(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    carry(cast, case, "assigned")
    save = reverse("assessment:save", args=[case.pk])
    told = {}
    for language, client in (("zh", sign_in(cast.assessor)), ("en", in_english(sign_in(cast.assessor)))):
        answer = client.post(save, b"[]", content_type="application/json", headers={"accept": "application/json"})
        told[language] = answer.json()
    assert told["zh"]["message"] == "上传内容无法识别，没有保存"
    assert told["en"]["message"] == "The upload was not recognised and has not been saved"
    assert told["en"]["code"] == told["zh"]["code"]


def test_a_reason_that_the_system_gave_is_english_in_the_timeline_and_one_that_was_typed_is_not(
    cast: Cast, case: Assessment, sign_in: SignIn
) -> None:
    typed = "家属来电要求撤回，下周再说"
    street = in_english(sign_in(cast.street))
    answer = street.post(reverse("cases:step", args=["assessment", case.pk, "withdraw"]), {"reason": typed})
    assert answer.status_code == 302
    assert typed in street.get(reverse("cases:page", args=["assessment", case.pk])).content.decode()
    other = actions.submit(actions.apply(actions.Application(cast.shen.pk), by=cast.street), by=cast.street)[0]
    actions.end_with_death([cast.shen.pk], by=cast.street, at=clock.now())
    page = street.get(reverse("cases:page", args=["assessment", other.pk])).content.decode()
    assert "The elder has died" in page
    assert "长者去世" not in page
