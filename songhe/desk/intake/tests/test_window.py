"""The window: find or register, see what stands against a request, hand it in, hand out what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from songhe.care.assessment.models import Assessment
from songhe.kernel.access.models import Post, ReadEntry
from songhe.kernel.identity import Sex, make_synthetic_identity
from songhe.register.people.models import Cover, Person
from songhe.simulation.cast import Cast

SignIn = Callable[[Post], Client]


def new_person(**changes: Any) -> dict[str, Any]:
    number = make_synthetic_identity(date(1946, 5, 6), Sex.FEMALE, 277)
    return {
        "name": "柳如烟", "identity_number": number, "phone": "13812345678", "area_code": "310107005002",
        "address": "梅岭北路 1 号", "hukou_here": "on", "living": "alone", **changes,
    }


def test_a_person_is_found_by_name_and_by_number_and_the_look_is_on_record(cast: Cast, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    for text in ("沈桂芳", "shengf", "sgf", cast.shen.identity_number, "13800000001"):
        html = street.get(reverse("intake:find"), {"q": text}).content.decode()
        if text == "shengf":
            assert "没有查到" in html
            continue
        assert reverse("intake:person", args=[cast.shen.pk]) in html, text
        assert f"<td data-label=\"身份证号\">{cast.shen.identity_number}" not in html
    looks = ReadEntry.objects.unscoped("test").filter(person_id=cast.shen.pk, what="search")
    assert looks.count() == 4


def test_another_street_finds_nobody_and_may_register_nobody_of_ours(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.neighbour_street)
    assert "没有查到" in client.get(reverse("intake:find"), {"q": cast.shen.identity_number}).content.decode()
    assert client.get(reverse("intake:person", args=[cast.shen.pk])).status_code == 404
    for name in ("offer", "check"):
        url = reverse(f"intake:{name}", args=[cast.shen.pk, "assessment"])
        assert client.post(url, {"kind": "first", "applicant": "self"}).status_code == 404
    answer = client.post(reverse("intake:register"), new_person(area_code="310107005002"))
    assert answer.status_code == 422
    assert not Person.objects.unscoped("test").filter(name="柳如烟").exists()


def test_who_is_not_there_is_registered_and_goes_straight_on(cast: Cast, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    number = new_person()["identity_number"]
    assert "新建档案" in street.get(reverse("intake:find"), {"q": number}).content.decode()
    assert f'value="{number}"' in street.post(reverse("intake:register"), {"prefill": number}).content.decode()
    answer = street.post(reverse("intake:register"), new_person(), follow=True)
    person = Person.objects.unscoped("test").get(name="柳如烟")
    assert answer.redirect_chain[-1][0] == reverse("intake:person", args=[person.pk])
    assert (person.birth_date, person.sex, person.hukou_area_code) == (date(1946, 5, 6), "f", "310107005002")
    assert "未查到参保记录" in answer.content.decode()


@pytest.mark.parametrize("change, said", [
    ({"identity_number": "310101194605061234"}, "身份证号"), ({"name": ""}, "请填写姓名"), ({"area_code": ""}, "请选择常住居村委"),
    ({"hukou_here": ""}, "请选择户籍街镇"), ({"phone": "123"}, "电话"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    change: dict[str, Any], said: str, cast: Cast, sign_in: SignIn
) -> None:
    answer = sign_in(cast.street).post(reverse("intake:register"), new_person(**change))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert "梅岭北路 1 号" in html


def test_who_has_a_file_is_not_registered_twice(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.street).post(reverse("intake:register"), new_person(identity_number=cast.shen.identity_number))
    assert answer.status_code == 422
    assert "已建档" in answer.content.decode()


def test_an_application_is_handed_in_and_the_sheet_says_what_follows(cast: Cast, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    url = reverse("intake:offer", args=[cast.shen.pk, "assessment"])
    assert "符合申请条件" in street.get(url).content.decode()
    answer = street.post(url, {"kind": "first", "applicant": "self", "documents": ["id_card"]}, follow=True)
    case = Assessment.objects.unscoped("test").get(person=cast.shen)
    html = answer.content.decode()
    assert case.state == "submitted"
    assert answer.redirect_chain[-1][0] == reverse("intake:receipt", args=["assessment", case.pk])
    assert case.number in html
    assert "最晚 2026-11-20" in html
    assert "12345" in html


def test_what_stands_against_it_is_said_before_anything_is_typed(cast: Cast, sign_in: SignIn) -> None:
    Cover.objects.unscoped("test").filter(person=cast.shen).delete()
    street = sign_in(cast.street)
    page = street.get(reverse("intake:person", args=[cast.shen.pk])).content.decode()
    assert "现在不符合条件" in page
    assert "未查到参保记录" in page
    answer = street.post(reverse("intake:offer", args=[cast.shen.pk, "assessment"]),
                         {"kind": "first", "applicant": "self", "statement": "走路要扶"})
    assert answer.status_code == 422
    assert "走路要扶" in answer.content.decode()
    assert not Assessment.objects.unscoped("test").exists()


def test_the_check_follows_what_is_chosen(cast: Cast, sign_in: SignIn) -> None:
    Cover.objects.unscoped("test").filter(person=cast.shen).delete()
    street = sign_in(cast.street)
    url = reverse("intake:check", args=[cast.shen.pk, "assessment"])
    assert "现在不符合条件" in street.post(url, {"kind": "first"}).content.decode()
    paid = street.post(url, {"kind": "first", "self_paid": "on"}).content.decode()
    assert "符合申请条件" in paid
    assert "个人全额负担" in paid
    late = street.post(url, {"kind": "first", "self_paid": "on", "green_channel": "on", "discharged_on": "2026-01-01"})
    assert "不适用绿色通道" in late.content.decode()
    odd = street.post(url, {"kind": "nonsense", "discharged_on": "yesterday", "green_channel": "on"})
    assert odd.status_code == 200


def test_who_lives_elsewhere_is_sent_there(cast: Cast, sign_in: SignIn) -> None:
    Person.objects.unscoped("test").filter(pk=cast.shen.pk).update(area_code="310107015001")
    street = sign_in(cast.street)
    url = reverse("intake:offer", args=[cast.shen.pk, "assessment"])
    assert "应由常住地街镇受理" in street.get(url).content.decode()
    assert street.post(url, {"kind": "first", "applicant": "self"}).status_code == 422


@pytest.mark.parametrize("part", ["bureau", "coordinator", "carer", "elder", "daughter", "doctor", "admin"])
def test_the_window_is_the_street_s_and_the_adviser_s(part: str, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(getattr(cast, part))
    for url in (reverse("intake:start"), reverse("intake:find"), reverse("intake:person", args=[cast.shen.pk])):
        assert client.get(url).status_code == 403


def test_an_adviser_applies_but_does_not_register(cast: Cast, sign_in: SignIn) -> None:
    adviser = sign_in(cast.advisor)
    assert adviser.get(reverse("intake:register")).status_code == 403
    assert "新建档案" not in adviser.get(reverse("intake:find"), {"q": "柳"}).content.decode()
    adviser.post(reverse("intake:offer", args=[cast.shen.pk, "assessment"]), {"kind": "first", "applicant": "office"})
    assert Assessment.objects.unscoped("test").get().state == "submitted"


def test_entitlements_are_for_advisers_of_people_in_sight(cast: Cast, sign_in: SignIn) -> None:
    url = reverse("intake:advice", args=[cast.shen.pk])
    for part in ("advisor", "street", "bureau"):
        html = sign_in(getattr(cast, part)).get(url).content.decode()
        assert "沈桂芳" in html
        assert "老年综合津贴" in html
        assert "来源" in html
    assert sign_in(cast.neighbour_street).get(url).status_code == 404
    assert sign_in(cast.coordinator).get(url).status_code == 403


def test_unknown_requests_and_receipts_lead_nowhere(cast: Cast, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    assert street.get(reverse("intake:offer", args=[cast.shen.pk, "nothing"])).status_code == 404
    assert street.get(reverse("intake:receipt", args=["nothing", cast.shen.pk])).status_code == 404
    assert street.get(reverse("intake:receipt", args=["assessment", cast.shen.pk])).status_code == 404


def test_pages_of_the_window_keep_to_their_budget(cast: Cast, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    budget = {
        reverse("intake:start"): 12, reverse("intake:find") + "?q=沈": 9, reverse("intake:person", args=[cast.shen.pk]): 30,
        reverse("intake:offer", args=[cast.shen.pk, "assessment"]): 18,
    }
    for url, most in budget.items():
        street.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert street.get(url).status_code == 200
        assert len(asked) <= most, (url, len(asked))
