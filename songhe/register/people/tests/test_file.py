"""The elder file: what each post reads in it, the reveal, the tabs, the budget."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access import reads
from songhe.kernel.access.models import ReadEntry
from songhe.register.people import actions
from songhe.register.people.models import Person
from songhe.simulation.cast import Cast

from .test_access import fill


def url(person: Person, tab: str = "") -> str:
    return reverse("people:file", args=[person.pk]) + (f"?tab={tab}" if tab else "")


def test_a_street_reads_the_file(cast: Cast, sign_in: Callable[..., Client]) -> None:
    fill(cast.shen)
    page = sign_in(cast.street).get(url(cast.shen)).content.decode()
    for word in ("沈桂芳", "陆敏", "女儿", "照护四级", "职工医保", "住院", "模拟人员", "家属查看长者"):
        assert word in page, word
    for secret in (cast.shen.identity_number, cast.shen.phone, cast.shen.address, "13700000001", "高血压"):
        assert secret not in page, secret


def test_a_neighbour_finds_no_file_under_any_address(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.neighbour_street)
    relative = cast.relatives["daughter"].pk
    fill(cast.shen)
    names = [
        ("file", cast.shen.pk), ("timeline", cast.shen.pk), ("looks", cast.shen.pk), ("correct", cast.shen.pk),
        ("move", cast.shen.pk), ("death", cast.shen.pk), ("relative_new", cast.shen.pk), ("relative_edit", relative),
        ("relative_remove", relative), ("reveal_relative", relative), ("consent_new", cast.shen.pk),
        ("stay_new", cast.shen.pk), ("cover_new", cast.shen.pk), ("move_out", cast.shen.pk),
        ("withdraw_death", cast.shen.pk),
    ]  # fmt: skip
    for name, pk in names:
        response = client.get(reverse(f"people:{name}", args=[pk]))
        assert response.status_code == 404, name
        assert "沈桂芳" not in response.content.decode()
    response = client.post(reverse("people:reveal", args=[cast.shen.pk, "phone"]), {"purpose": "0"})
    assert response.status_code == 404
    children = [
        ("consent_withdraw", cast.shen.pk), ("stay_end", cast.shen.stays(manager="objects").unscoped("t").get().pk),
        ("cover_end", cast.shen.covers(manager="objects").unscoped("t").get().pk),
    ]  # fmt: skip
    for name, pk in children:
        assert client.get(reverse(f"people:{name}", args=[pk])).status_code == 404, name


@pytest.mark.parametrize("part", ["admin", "elder", "daughter", "volunteer"])
def test_other_roles_are_refused(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    assert sign_in(cast.posts[part]).get(url(cast.shen)).status_code == 403


def test_an_open_file_is_on_record(cast: Cast, sign_in: Callable[..., Client]) -> None:
    sign_in(cast.doctor).get(url(cast.shen))
    entry = ReadEntry.objects.visible_to(cast.elder).get()
    assert (entry.what, entry.reader) == ("file", cast.doctor.label)


def test_diagnoses_are_shown_to_a_doctor(cast: Cast, sign_in: Callable[..., Client]) -> None:
    fill(cast.shen)
    assert "高血压" in sign_in(cast.doctor).get(url(cast.shen)).content.decode()
    assert "高血压" not in sign_in(cast.bureau).get(url(cast.shen)).content.decode()


def reveal(client: Client, person: Person, field: str = "phone", **data: str) -> object:
    return client.post(reverse("people:reveal", args=[person.pk, field]), data, headers={"HX-Request": "true"})


def test_a_whole_number_is_shown_for_a_purpose_and_on_record(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.street)
    asked = client.get(reverse("people:reveal", args=[cast.shen.pk, "phone"]), headers={"HX-Request": "true"})
    assert asked.content.decode().startswith('<div class="dialog-head">')
    assert cast.shen.phone not in asked.content.decode()
    answer = reveal(client, cast.shen, purpose="1", detail="约上门时间")
    assert cast.shen.phone in answer.content.decode()
    entry = ReadEntry.objects.visible_to(cast.elder).get(what="reveal")
    assert entry.fields == ["phone"]
    assert entry.purpose == "上门或约访前联系：约上门时间"


@pytest.mark.parametrize("data", [{}, {"purpose": "other"}, {"purpose": "other", "detail": " "}, {"purpose": "77"}])
def test_without_a_purpose_nothing_is_shown(cast: Cast, sign_in: Callable[..., Client], data: dict[str, str]) -> None:
    answer = reveal(sign_in(cast.street), cast.shen, **data)
    assert cast.shen.phone not in answer.content.decode()
    assert not ReadEntry.objects.visible_to(cast.elder).filter(what="reveal").exists()


def test_who_may_not_ask_is_refused(cast: Cast, sign_in: Callable[..., Client]) -> None:
    answer = reveal(sign_in(cast.advisor), cast.shen, "identity_number", purpose="0")
    assert answer.status_code == 403
    assert cast.shen.identity_number not in answer.content.decode()
    assert reveal(sign_in(cast.street), cast.shen, "name", purpose="0").status_code == 404


def test_a_relatives_number_is_revealed_on_the_elders_record(cast: Cast, sign_in: Callable[..., Client]) -> None:
    address = reverse("people:reveal_relative", args=[cast.relatives["daughter"].pk])
    answer = sign_in(cast.street).post(address, {"purpose": "2"}, headers={"HX-Request": "true"})
    assert "13700000001" in answer.content.decode()
    assert ReadEntry.objects.visible_to(cast.elder).get(what="reveal").person_id == cast.shen.pk


def test_the_timeline_goes_on_page_by_page(cast: Cast, sign_in: Callable[..., Client]) -> None:
    for n in range(35):
        living = ("lone", "alone")[n % 2]
        actions.correct(cast.shen.pk, {"living": living}, by=cast.street, reason=f"核对{n}")
    client = sign_in(cast.street)
    page = client.get(url(cast.shen, "timeline")).content.decode()
    assert page.count("更正档案信息") == 30
    assert "更早的记录" in page
    rest = client.get(reverse("people:timeline", args=[cast.shen.pk]), {"skip": 30}).content.decode()
    assert rest.count("更正档案信息") == 5
    assert "更早的记录" not in rest


def test_who_looked_is_shown_to_those_who_answer_for_it(cast: Cast, sign_in: Callable[..., Client]) -> None:
    reads.log(cast.doctor, [cast.shen.pk], what="file")
    assert cast.doctor.label in sign_in(cast.street).get(url(cast.shen, "looks")).content.decode()
    page = sign_in(cast.doctor).get(url(cast.shen, "looks")).content.decode()
    assert cast.doctor.label not in page.replace(str(cast.doctor), "", 1).split("</header>", 1)[1]
    assert sign_in(cast.doctor).get(reverse("people:looks", args=[cast.shen.pk])).status_code == 403


def test_buttons_are_those_of_the_post(cast: Cast, sign_in: Callable[..., Client]) -> None:
    street = sign_in(cast.street).get(url(cast.shen)).content.decode()
    doctor = sign_in(cast.doctor).get(url(cast.shen)).content.decode()
    for name in ("correct", "move", "death", "relative_new", "consent_new", "cover_new"):
        address = reverse(f"people:{name}", args=[cast.shen.pk])
        assert address in street, name
        assert address not in doctor, name
    assert reverse("people:stay_new", args=[cast.shen.pk]) in doctor


@pytest.mark.parametrize("tab", ["", "services", "timeline", "looks"])
def test_the_budget_of_a_full_file(
    cast: Cast, sign_in: Callable[..., Client], django_assert_max_num_queries: Callable[..., object], tab: str
) -> None:
    fill(cast.shen)
    client = sign_in(cast.street)
    client.get(url(cast.shen))
    with django_assert_max_num_queries(15) as few:  # type: ignore[attr-defined]
        assert client.get(url(cast.shen, tab)).status_code == 200
    actions.add_relatives([actions.NewRelative(cast.shen.pk, f"亲{n}", "孙辈") for n in range(40)], by=cast.street)
    with django_assert_max_num_queries(15) as many:  # type: ignore[attr-defined]
        client.get(url(cast.shen, tab))
    assert len(few) == len(many)
