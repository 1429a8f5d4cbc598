"""Visits and plans for programs: the same scope, roles and record as the screens."""

import pytest

from songhe.delivery.conftest import slot
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock
from songhe.kernel.access.models import ReadEntry
from songhe.kernel.ids import uuid7

VISITS, PLANS = "/api/v1/visits", "/api/v1/plans"


@pytest.fixture
def visit(delivery):
    return delivery.assigned(slot(2), slot(4))


def send(client, *reports, **more):
    return client.post(f"{VISITS}/reports", {"reports": list(reports), **more}, content_type="application/json")


def row(visit, kind="in", **more):
    return {"id": str(uuid7()), "visit": str(visit.pk), "kind": kind, "at": clock.now().isoformat(), **more}


def test_a_provider_reads_its_visits_in_order_of_time(sign_in, cast, visit):
    body = sign_in(cast.coordinator).get(VISITS, {"since": "2026-11-18", "until": "2026-11-20"}).json()
    assert [(v["day"], v["state"]) for v in body["items"]] == [("2026-11-18", "assigned"), ("2026-11-20", "planned")]
    assert body["next"] == ""
    assert ReadEntry.objects.unscoped("test").filter(what="api", person_id=visit.person_id).exists()


@pytest.mark.parametrize("part", ["other_coordinator", "neighbour_street", "stranger", "neighbour", "other_carer"])
def test_a_neighbour_gets_nothing(sign_in, cast, visit, part):
    client = sign_in(cast.posts[part])
    assert client.get(VISITS).json()["items"] == []
    assert client.get(VISITS, {"person": str(visit.person_id)}).json()["items"] == []
    assert client.get(f"{VISITS}/{visit.pk}").status_code == 404


@pytest.mark.parametrize("part", ["admin", "volunteer", "assessor", "agency"])
def test_roles_without_business_here_are_refused(sign_in, cast, visit, part):
    assert sign_in(cast.posts[part]).get(VISITS).status_code == 403


def test_signed_out_is_401(client, visit):
    assert client.get(VISITS).status_code == 401
    assert send(client, row(visit)).status_code == 401


def test_filters_are_checked(sign_in, cast, visit):
    client = sign_in(cast.coordinator)
    assert client.get(VISITS, {"state": "nonsense"}).status_code == 422
    assert client.get(VISITS, {"flag": "nonsense"}).status_code == 422
    assert client.get(VISITS, {"flag": "outside_fence"}).json()["items"] == []


def test_one_visit_with_its_reports(sign_in, cast, visit):
    send(sign_in(cast.carer), row(visit, lng=121.43, lat=31.24, accuracy=10, reason="长者在女儿家"))
    body = sign_in(cast.insurer).get(f"{VISITS}/{visit.pk}").json()
    [report] = body["reports"]
    assert (body["state"], report["kind"], report["reason"]) == ("started", "in", "长者在女儿家")
    assert report["distance"] > 1000
    # A street answers for the person, not for the evidence.
    assert sign_in(cast.street).get(f"{VISITS}/{visit.pk}").json()["reports"] == []


def test_a_carer_reports_and_repeats_without_harm(sign_in, cast, visit):
    client, report = sign_in(cast.carer), row(visit)
    assert send(client, report).json() == [{"id": report["id"], "status": "recorded", "message": "没有定位", "state": "started"}]
    assert send(client, report).json()[0]["status"] == "known"
    assert Visit.objects.unscoped("test").get(pk=visit.pk).state == "started"


def test_one_bad_report_costs_no_other(sign_in, cast, visit):
    answers = send(sign_in(cast.carer), {"id": "x"}, row(visit)).json()
    assert [a["status"] for a in answers] == ["refused", "recorded"]


@pytest.mark.parametrize("part", ["coordinator", "daughter", "insurer", "street"])
def test_only_a_carer_reports(sign_in, cast, visit, part):
    assert send(sign_in(cast.posts[part]), row(visit)).status_code == 403
    assert Visit.objects.unscoped("test").get(pk=visit.pk).state == "assigned"


def test_plans_with_their_week(sign_in, cast, visit):
    client = sign_in(cast.coordinator)
    [line] = client.get(PLANS, {"state": "active"}).json()["items"]
    assert line["id"] == str(visit.plan_id)
    body = client.get(f"{PLANS}/{visit.plan_id}").json()
    assert [(s["weekday"], s["earliest"], s["items"]) for s in body["slots"]] == [(2, "10:00:00", [1, 9, 24]), (4, "10:00:00", [1, 9, 24])]
    assert body["agreed_by"] == "沈桂芳"
    assert client.get(PLANS, {"state": "nonsense"}).status_code == 422


@pytest.mark.parametrize(("part", "status"), [("other_coordinator", 404), ("stranger", 404), ("neighbour_street", 404), ("carer", 403), ("admin", 403)])
def test_a_neighbour_reads_no_plan(sign_in, cast, visit, part, status):
    client = sign_in(cast.posts[part])
    assert client.get(f"{PLANS}/{visit.plan_id}").status_code == status
    if status == 404:
        assert client.get(PLANS).json()["items"] == []
