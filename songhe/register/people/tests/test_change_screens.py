"""The forms by which a file is opened and changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel import clock
from songhe.kernel.access.models import Consent
from songhe.register.people.models import Person, Relative, Stay
from songhe.simulation.cast import Cast

from .conftest import NORTH, someone

NEW = {"name": "张桂珍", "area_code": NORTH, "living": "alone", "income": "general", "language": "mandarin"}


@pytest.fixture
def client(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.street)


def post(client: Client, name: str, pk: object, /, **data: object) -> object:
    return client.post(reverse(f"people:{name}", args=[pk]), data)


def test_a_new_file_is_opened(cast: Cast, client: Client) -> None:
    number = someone(3).identity_number
    response = client.post(reverse("people:new"), {**NEW, "identity_number": number})
    person = Person.objects.visible_to(cast.street).get(name="张桂珍")
    assert response.status_code == 303
    assert response.url == reverse("people:file", args=[person.pk])


def test_what_was_typed_stays_when_something_is_wrong(cast: Cast, client: Client) -> None:
    response = client.post(reverse("people:new"), {**NEW, "identity_number": "310199194001010149"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "校验不符" in page
    assert 'value="张桂珍"' in page
    assert 'value="310199194001010149"' in page


def test_a_known_number_is_refused_at_its_field(cast: Cast, client: Client) -> None:
    response = client.post(reverse("people:new"), {**NEW, "identity_number": cast.shen.identity_number})
    assert "已建档" in str(response.context["form"].errors["identity_number"])


def test_a_number_tells_birth_date_and_sex_while_typing(cast: Cast, client: Client) -> None:
    def said(number: str) -> str:
        return client.post(reverse("people:identity"), {"identity_number": number}).content.decode()

    assert "1940-01-04" in said(someone(3).identity_number)
    assert "女" in said(someone(3).identity_number)
    assert "沈桂芳" in said(cast.shen.identity_number)
    assert "戴建国" not in said(cast.people["dai"].identity_number), "a neighbour's file is not named"
    assert "应为 18 位" in said("3101")


@pytest.mark.parametrize("part", ["advisor", "doctor", "insurer", "admin", "elder"])
def test_only_keepers_open_files(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    assert sign_in(cast.posts[part]).get(reverse("people:new")).status_code == 403


def test_a_correction_keeps_what_is_left_empty(cast: Cast, client: Client) -> None:
    form = client.get(reverse("people:correct", args=[cast.shen.pk])).context["form"]
    plain = {name: form[name].initial or "" for name in (*form.PLAIN, "seen")}
    response = post(client, "correct", cast.shen.pk, **{**plain, "living": "lone", "reason": "走访核实"})
    assert response.status_code == 303
    person = Person.objects.visible_to(cast.street).get(pk=cast.shen.pk)
    assert (person.living, person.phone) == ("lone", cast.shen.phone)


def test_the_correction_form_gives_no_number_away(cast: Cast, client: Client) -> None:
    page = client.get(reverse("people:correct", args=[cast.shen.pk])).content.decode()
    assert cast.shen.identity_number not in page
    assert cast.shen.phone not in page


def test_who_moves_out_of_sight_leads_back_to_the_list(cast: Cast, client: Client) -> None:
    away = {"area_code": "310107015001", "hukou_area_code": "310107015001", "reason": "搬迁"}
    response = post(client, "move", cast.shen.pk, **away)
    assert response.url == reverse("people:list")
    assert post(client, "move", cast.shen.pk, **away).status_code == 404


def test_a_move_needs_a_place(cast: Cast, client: Client) -> None:
    response = post(client, "move", cast.shen.pk, reason="搬迁", address="某路 1 号")
    assert response.status_code == 422
    assert "请同时选择居村委" in response.content.decode()


def test_family_is_entered_changed_and_removed(cast: Cast, client: Client, sign_in: Callable[..., Client]) -> None:
    data = {"name": "陆建", "relation": "儿子", "phone": "13712345678", "position": 2, "may_view": "on"}
    assert post(client, "relative_new", cast.shen.pk, **data).status_code == 303
    son = Relative.objects.visible_to(cast.street).get(name="陆建")
    assert son.may_view
    assert not son.may_act
    assert post(client, "relative_edit", son.pk, name="陆建", relation="儿子", position=1).status_code == 303
    son = Relative.objects.visible_to(cast.street).get(name="陆建")
    assert (son.may_view, son.phone) == (False, "13712345678")
    assert post(client, "relative_remove", son.pk, reason="误登").status_code == 303
    assert not Relative.objects.visible_to(cast.street).filter(pk=son.pk).exists()


def test_a_removed_relative_sees_nothing(cast: Cast, client: Client) -> None:
    post(client, "relative_remove", cast.relatives["daughter"].pk, reason="本人要求")
    assert not Person.objects.visible_to(cast.daughter).exists()
    assert not Consent.objects.visible_to(cast.street).filter(withdrawn_at__isnull=True).exists()


def test_consent_is_given_and_withdrawn(cast: Cast, client: Client) -> None:
    given = Consent.objects.visible_to(cast.street).get(purpose="family_view")
    assert post(client, "consent_withdraw", given.pk, reason="本人撤回").status_code == 303
    assert not Person.objects.visible_to(cast.daughter).exists()
    recipient = f"relative:{cast.relatives['daughter'].pk}"
    data = {"purpose": "family_view", "recipient": recipient, "given_by": "沈桂芳", "channel": "window"}
    assert post(client, "consent_new", cast.shen.pk, **data).status_code == 303
    assert Person.objects.visible_to(cast.daughter).exists()
    again = post(client, "consent_new", cast.shen.pk, **data)
    assert again.status_code == 422
    assert "无需重复登记" in again.content.decode()


def test_a_family_purpose_goes_to_family_only(cast: Cast, client: Client) -> None:
    recipient = f"organisation:{cast.organisations['provider'].pk}"
    data = {"purpose": "family_act", "recipient": recipient, "given_by": "沈桂芳", "channel": "window"}
    response = post(client, "consent_new", cast.shen.pk, **data)
    assert "只能提供给家属" in response.content.decode()
    stranger = f"relative:{cast.relatives['stranger'].pk}"
    response = post(client, "consent_new", cast.shen.pk, **{**data, "recipient": stranger})
    assert response.status_code == 422, "somebody else's relative is no choice"


def test_into_hospital_and_out(cast: Cast, client: Client) -> None:
    starts = clock.now() - timedelta(hours=3)
    data = {"kind": "hospital", "starts": f"{starts:%Y-%m-%dT%H:%M}", "organisation_name": "示例医院"}
    assert post(client, "stay_new", cast.shen.pk, **data).status_code == 303
    stay = Stay.objects.visible_to(cast.street).get()
    again = post(client, "stay_new", cast.shen.pk, **data)
    assert again.status_code == 422
    assert "不能重叠" in again.content.decode()
    assert "示例医院" in again.content.decode()
    assert post(client, "stay_end", stay.pk, ends=f"{clock.now():%Y-%m-%dT%H:%M}").status_code == 303
    assert Stay.objects.visible_to(cast.street).get().ends is not None


def test_a_doctor_records_a_stay_and_an_insurer_cover(cast: Cast, sign_in: Callable[..., Client]) -> None:
    address = reverse("people:stay_new", args=[cast.shen.pk])
    assert sign_in(cast.doctor).get(address).status_code == 200
    assert sign_in(cast.insurer).get(address).status_code == 403
    address = reverse("people:cover_new", args=[cast.shen.pk])
    assert sign_in(cast.insurer).get(address).status_code == 200
    assert sign_in(cast.doctor).get(address).status_code == 403


def test_cover_ends_after_its_last_day(cast: Cast, client: Client) -> None:
    cover = cast.shen.covers(manager="objects").unscoped("test").get()
    assert post(client, "cover_end", cover.pk, last="2026-10-31").status_code == 303
    data = {"kind": "resident", "starts": "2026-11-01", "pension_claimed": "on"}
    assert post(client, "cover_new", cast.shen.pk, **data).status_code == 303


def test_a_death_wants_to_be_sure(cast: Cast, client: Client) -> None:
    data = {"death_date": "2026-11-17", "reason": "死亡证明"}
    assert post(client, "death", cast.shen.pk, **data).status_code == 422
    assert post(client, "death", cast.shen.pk, **data, sure="on").status_code == 303
    page = client.get(reverse("people:file", args=[cast.shen.pk])).content.decode()
    assert "已故" in page
    assert f'"{reverse("people:death", args=[cast.shen.pk])}"' not in page
    assert post(client, "withdraw_death", cast.shen.pk, reason="误登").status_code == 303


def test_every_form_opens(cast: Cast, client: Client) -> None:
    for name in ("correct", "move", "move_out", "death", "relative_new", "consent_new", "stay_new", "cover_new"):
        assert client.get(reverse(f"people:{name}", args=[cast.shen.pk])).status_code == 200, name
