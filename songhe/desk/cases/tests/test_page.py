"""The case page and its steps, for desk, phone and portal; and who never sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from songhe.care.assessment import actions
from songhe.care.assessment.models import Assessment
from songhe.care.assessment.tests.conftest import carry
from songhe.kernel.access.models import Post, ReadEntry
from songhe.simulation.cast import Cast

SignIn = Callable[[Post], Client]


@pytest.fixture
def case(cast: Cast) -> Assessment:
    return actions.submit(actions.apply(actions.Application(cast.shen.pk), by=cast.street), by=cast.street)[0]


def page(case: Assessment) -> str:
    return reverse("cases:page", args=["assessment", case.pk])


def step(case: Assessment, name: str) -> str:
    return reverse("cases:step", args=["assessment", case.pk, name])


def test_the_page_shows_state_clock_buttons_and_what_happened(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    html = sign_in(cast.street).get(page(case)).content.decode()
    assert case.number in html
    assert "待受理" in html
    assert "剩 2 个工作日" in html
    assert step(case, "accept") in html
    assert "2026-11-18 周三" in html
    assert "老年照护统一需求评估：提交申请" not in html
    assert "提交申请" in html
    assert ReadEntry.objects.unscoped("test").filter(person_id=cast.shen.pk, what="case").count() == 1


def test_a_neighbour_s_case_is_not_there(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    for part in ("neighbour_street", "neighbour", "stranger", "agency", "coordinator", "carer"):
        client = sign_in(getattr(cast, part))
        assert client.get(page(case)).status_code == 404, part
        assert client.post(step(case, "accept")).status_code in (403, 404), part
    assert sign_in(cast.admin).get(page(case)).status_code == 403
    case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    assert case.state == "submitted"
    assert not ReadEntry.objects.unscoped("test").filter(person_id=cast.shen.pk, what="case").exists()


def test_who_is_not_signed_in_is_asked_to(client: Client, case: Assessment) -> None:
    assert client.get(page(case)).status_code == 302


def test_unknown_processes_and_steps_lead_nowhere(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    assert street.get(reverse("cases:page", args=["nothing", case.pk])).status_code == 404
    assert street.get(step(case, "nothing")).status_code == 403
    assert street.get(step(case, "survey")).status_code == 403
    assert street.get(reverse("cases:process", args=["nothing"])).status_code == 404


def test_a_step_without_a_form_is_confirmed_and_taken(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    assert "确认对" in street.get(step(case, "accept")).content.decode()
    answer = street.post(step(case, "accept"), follow=True)
    assert "受理：已办理" in answer.content.decode()
    case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    assert case.state == "accepted"


def test_a_reason_is_asked_for_and_what_was_typed_stays(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    answer = street.post(step(case, "refuse"), {"reason": "短"})
    assert answer.status_code == 422
    assert "理由太短" in answer.content.decode()
    assert ">短<" in answer.content.decode().replace("\n", "")
    street.post(step(case, "refuse"), {"reason": "材料不齐，限期未补"})
    case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    assert case.state == "refused"


def test_a_case_that_moved_on_is_a_conflict_and_changes_nothing(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    actions.accept(case, by=cast.street)
    answer = sign_in(cast.street).post(step(case, "accept"))
    assert answer.status_code == 409
    assert "已不能受理" in answer.content.decode()


def test_an_assessor_works_on_the_phone_s_face(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    carry(cast, case, "scheduled")
    html = sign_in(cast.assessor).get(page(case)).content.decode()
    assert 'data-face="phone"' in html
    assert 'data-face="phone"' in sign_in(cast.assessor).get(step(case, "reschedule")).content.decode()


def test_the_elder_reads_her_case_in_her_sizes_without_inner_matters(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    carry(cast, case, "assigned")
    html = sign_in(cast.elder).get(page(case)).content.decode()
    assert 'data-face="elder"' in html
    assert "派单说明" not in html
    assert step(case, "withdraw") in html
    assert reverse("people:file", args=[cast.shen.pk]) not in html


def test_the_page_keeps_to_its_budget_however_long_the_way_was(cast: Cast, case: Assessment, sign_in: SignIn) -> None:
    carry(cast, case, "delivered")
    street = sign_in(cast.street)
    street.get(page(case))
    with CaptureQueriesContext(connection) as asked:
        street.get(page(case))
    assert len(asked) <= 16, len(asked)
