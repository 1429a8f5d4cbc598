"""The worklist: what waits for a post, counted and listed; a neighbour's work is not on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from songhe.care.assessment import actions
from songhe.care.assessment.tests.conftest import carry
from songhe.desk.worklist import queries
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

URL = "/work/"
SignIn = Callable[[Post], Client]


@pytest.fixture
def case(cast: Cast) -> actions.Assessment:
    return actions.submit(actions.apply(actions.Application(cast.shen.pk), by=cast.street), by=cast.street)[0]


def test_what_waits_is_counted_and_listed(cast: Cast, case: actions.Assessment, sign_in: SignIn) -> None:
    html = sign_in(cast.street).get(URL).content.decode()
    assert "沈桂芳" in html
    assert "剩 2 个工作日" in html
    tray = next(t for t in queries.trays(cast.street) if t.key == "assessment")
    assert (tray.total, tray.overdue, tray.today) == (1, 0, 0)


def test_what_is_late_is_counted_as_late(cast: Cast, case: actions.Assessment, sign_in: SignIn) -> None:
    clock.set_clock(clock.now() + timedelta(days=7))
    html = sign_in(cast.street).get(URL).content.decode()
    assert "超期 1" in html
    assert "已超" in html


def test_a_neighbour_s_work_is_neither_counted_nor_listed_nor_found(cast: Cast, case: actions.Assessment, sign_in: SignIn) -> None:
    other = sign_in(cast.neighbour_street)
    for query in ({}, {"list": "assessment", "q": "shenguifang"}, {"list": "assessment", "q": case.number}):
        assert "沈桂芳" not in other.get(URL, query).content.decode()
    assert "没有待办件" in other.get(URL, {"list": "assessment", "q": "沈桂芳"}).content.decode()
    assert queries.waiting(cast.neighbour_street) == 0


@pytest.mark.parametrize("text, found", [("沈桂芳", True), ("shen", True), ("PG2026", True), ("王", False), ("wang", False)])
def test_search_narrows_the_tray(text: str, found: bool, cast: Cast, case: actions.Assessment, sign_in: SignIn) -> None:
    html = sign_in(cast.street).get(URL, {"list": "assessment", "q": text}).content.decode()
    assert ("沈桂芳" in html) is found


def test_an_assessor_reads_her_list_on_a_phone(cast: Cast, case: actions.Assessment, sign_in: SignIn) -> None:
    empty = sign_in(cast.assessor).get(URL).content.decode()
    assert 'data-face="phone"' in empty
    assert "没有待办件" in empty
    carry(cast, case, "scheduled")
    html = sign_in(cast.assessor).get(URL).content.decode()
    assert "沈桂芳" in html
    assert "p-item" in html


@pytest.mark.parametrize("part", ["elder", "daughter", "admin"])
def test_who_has_no_work_list_gets_none(part: str, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(getattr(cast, part)).get(URL).status_code == 403


def test_a_role_without_trays_is_told_so(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.volunteer).get(URL)
    assert answer.status_code == 200
    assert "没有需要办理的环节" in answer.content.decode()


@pytest.mark.parametrize("part", ["carer", "nurse", "doctor", "volunteer"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_whoever_has_no_tray_cannot_export_one(part: str, kind: str, cast: Cast, case: actions.Assessment, sign_in: SignIn) -> None:
    client = sign_in(getattr(cast, part))
    for asked in ("", "ltci", "assessment"):
        answer = client.get(URL, {"list": asked, "export": kind})
        assert answer.status_code == 403, asked
        assert "沈桂芳" not in answer.content.decode()


def test_the_list_keeps_to_its_budget(cast: Cast, case: actions.Assessment, sign_in: SignIn) -> None:
    street = sign_in(cast.street)
    street.get(URL)
    with CaptureQueriesContext(connection) as asked:
        street.get(URL)
    assert len(asked) <= 5 + 2 * len(queries.lists_of(cast.street)) + 4, len(asked)
