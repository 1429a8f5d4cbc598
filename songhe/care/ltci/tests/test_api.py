"""The insurance's interface for programs: the same rows, refusals and record of looks as the screens."""

from datetime import date

import pytest

from songhe.care.ltci import settlement
from songhe.care.ltci.models import Enrolment, Statement
from songhe.kernel.access.models import ReadEntry

from .world import OCTOBER, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def october(world: World, cast) -> Statement:
    carer, elder = world.worker("王秀英"), world.elder(level=3, name="沈一一")
    world.visit(elder, carer, date(2026, 10, 6))
    world.visit(elder, carer, date(2026, 10, 8), signed=False)
    world.build()
    return settlement.draft(world.provider, OCTOBER, by=cast.coordinator)


def get(client, path, status=200):
    response = client.get(f"/api/v1/ltci{path}")
    assert response.status_code == status, response.content
    return response.json()


def test_relations_statements_and_lines_of_ones_own_provider(october, cast, sign_in):
    client = sign_in(cast.coordinator)
    [relation] = get(client, "")["items"]
    assert (relation["person"], relation["state"], relation["form"]) == ("沈一一", "serving", "home")
    [month] = get(client, "/statements?month=2026-10")["items"]
    assert (month["fund_fen"], month["lines_total"], month["digest"]) == (5850, 2, october.digest)
    found = get(client, f"/statements/{october.pk}/lines?outcome=held")
    assert [line["refusals"] for line in found["items"]] == [["no_signature"]]
    assert "签字" in found["items"][0]["reasons"][0]
    assert ReadEntry.objects.unscoped("test").filter(what="api").exists()


def test_a_neighbours_rows_are_not_there(october, cast, sign_in):
    client = sign_in(cast.other_coordinator)
    assert get(client, "")["total"] == 0
    assert get(client, "/statements")["items"] == []
    for path in (f"/statements/{october.pk}", f"/statements/{october.pk}/lines"):
        assert get(client, path, 404)["title"]
    assert client.post(f"/api/v1/ltci/statements/{october.pk}/file").status_code == 404
    person = Enrolment.objects.unscoped("test").get().person_id
    get(client, f"/people/{person}/entitlement", 404)


def test_wrong_roles_and_nobody_are_refused(october, cast, sign_in, client):
    for outsider in (cast.admin, cast.carer, cast.daughter, cast.agency):
        get(sign_in(outsider), "", 403)
        get(sign_in(outsider), "/statements", 403)
    assert client.get("/api/v1/ltci").status_code == 401


def test_the_entitlement_of_a_day_with_its_reasons(october, cast, sign_in):
    person = Enrolment.objects.unscoped("test").get().person_id
    now = get(sign_in(cast.advisor), f"/people/{person}/entitlement")
    assert (now["entitled"], now["weekly_minutes"], now["home_percent"]) == (True, 180, 90)
    assert all(r["rule"] and r["status"] for r in now["reasons"])
    old = get(sign_in(cast.advisor), f"/people/{person}/entitlement?on=2025-06-01")
    assert not old["entitled"]


def test_a_month_is_drafted_and_filed(october, cast, sign_in):
    client = sign_in(cast.coordinator)
    response = client.post("/api/v1/ltci/statements", {"month": "2026-10"}, content_type="application/json")
    assert [s["number"] for s in response.json()] == [october.number]
    assert client.post(f"/api/v1/ltci/statements/{october.pk}/file").json()["state"] == "submitted"
    assert client.post(f"/api/v1/ltci/statements/{october.pk}/file").status_code == 409
    for month, status in (("2026-11", 422), ("十月", 422)):
        answer = client.post("/api/v1/ltci/statements", {"month": month}, content_type="application/json")
        assert answer.status_code == status
        assert answer.json()["remedy"]


def test_a_value_that_no_filter_knows_is_said(october, cast, sign_in):
    assert "没有「nothing」" in get(sign_in(cast.coordinator), "?state=nothing", 422)["title"]
