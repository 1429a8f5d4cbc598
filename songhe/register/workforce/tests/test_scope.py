"""Who sees workers: the neighbour test for list, count, search, export, page and interface."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from songhe.kernel.access.models import Post, ReadEntry
from songhe.kernel.access.scoping import Unscoped
from songhe.register.workforce import api
from songhe.register.workforce.models import Absence, Certificate, Shift, Worker
from songhe.simulation.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]
EVERYBODY = ("bureau", "coordinator", "other_coordinator", "carer", "agency", "insurer", "auditor", "street", "elder",
             "daughter", "admin", "volunteer", "advisor")  # fmt: skip


def test_each_post_sees_whom_it_answers_for(cast: Cast) -> None:
    seen = {name: Worker.objects.visible_to(getattr(cast, name)).count() for name in EVERYBODY}
    assert seen == {
        "bureau": 5, "insurer": 5, "auditor": 5, "coordinator": 2, "other_coordinator": 1, "carer": 1, "agency": 2,
        "street": 0, "elder": 0, "daughter": 0, "admin": 0, "volunteer": 0, "advisor": 0,
    }  # fmt: skip


@pytest.mark.parametrize("model", [Certificate, Shift, Absence])
def test_what_hangs_on_a_worker_follows_her(cast: Cast, model: type) -> None:
    own = Worker.objects.visible_to(cast.coordinator).values_list("pk", flat=True)
    rows = model.objects.visible_to(cast.coordinator)
    assert set(rows.values_list("worker", flat=True)) <= set(own)
    assert model.objects.visible_to(cast.street).count() == 0
    with pytest.raises(Unscoped):
        model.objects.count()


def test_a_neighbour_finds_nothing_by_list_search_export_or_address(cast: Cast, sign_in: Enter) -> None:
    wang, client = cast.workers["carer"], sign_in(cast.other_coordinator)
    for query in ("", "?q=王", "?q=wangxiu"):
        assert "王秀英" not in client.get(reverse("workforce:list") + query).content.decode()
    sheet = b"".join(client.get(reverse("workforce:list") + "?export=csv").streaming_content).decode()
    assert "王秀英" not in sheet
    assert "赵琴" in sheet
    for name in ("worker", "edit", "certificate", "shifts", "absence"):
        assert client.get(reverse(f"workforce:{name}", args=[wang.pk])).status_code == 404
    assert client.get(f"{reverse('workforce:list')}?organisation={wang.organisation_id}").status_code == 200


def test_the_interface_answers_in_the_same_scope_and_mask(cast: Cast) -> None:
    request = HttpRequest()
    request.post = cast.other_coordinator  # type: ignore[attr-defined]
    assert [w.name for w in api.workers(request)] == ["赵琴"]
    request.post = cast.bureau  # type: ignore[attr-defined]
    assert {w.phone for w in api.workers(request)} == {"139****0001"}
    request.post = cast.street  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="无权"):
        api.workers(request)


def test_roles_without_a_right_are_turned_away(cast: Cast, sign_in: Enter) -> None:
    for part in ("street", "elder", "admin", "carer"):
        assert sign_in(getattr(cast, part)).get(reverse("workforce:list")).status_code == 403
    assert Client().get(reverse("workforce:list")).status_code == 302


def test_a_worker_sees_herself_and_her_whole_number(cast: Cast, sign_in: Enter) -> None:
    found = sign_in(cast.carer).get(reverse("workforce:me")).content.decode()
    assert "王秀英" in found
    assert "13900000001" in found
    assert sign_in(cast.carer).get(reverse("workforce:worker", args=[cast.workers["carer"].pk])).status_code == 403


def test_an_office_reads_a_phone_masked_and_in_full_only_with_a_purpose(cast: Cast, sign_in: Enter) -> None:
    client, wang = sign_in(cast.bureau), cast.workers["carer"]
    page = client.get(reverse("workforce:worker", args=[wang.pk])).content.decode()
    assert "139****0001" in page
    assert "13900000001" not in page
    address = reverse("workforce:reveal", args=[wang.pk])
    assert "13900000001" not in client.post(address, {"purpose": ""}).content.decode()
    assert ReadEntry.objects.unscoped("test").count() == 0
    assert "13900000001" in client.post(address, {"purpose": "核实投诉"}).content.decode()
    entry = ReadEntry.objects.unscoped("test").get()
    assert (entry.person_id, entry.what, entry.purpose) == (wang.pk, "reveal", "核实投诉")
    assert sign_in(cast.coordinator).get(address).status_code == 403
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="dialog-head">') or '<div class="dialog-head">' in part[:60]
