"""The list of visits, one visit with its evidence, the file's section, indicators, forgetting."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from songhe.delivery.conftest import TODAY, slot
from songhe.delivery.visits import erasing, invariants, phone_evidence
from songhe.delivery.visits.actions import report
from songhe.delivery.visits.models import Evidence, Punch, Visit
from songhe.kernel import clock
from songhe.kernel.access.models import ReadEntry
from songhe.kernel.ids import uuid7
from songhe.kernel.registry import indicators
from songhe.register.people.models import Person

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 200


@pytest.fixture
def visit(delivery, cast, settings, tmp_path):
    """A visit of today, served: checked in from afar with a reason, signed, photographed."""
    settings.MEDIA_ROOT = tmp_path
    visit = delivery.assigned(slot(2, items=(1, 9, 24)))
    start = visit.planned_start
    with clock.frozen(start + timedelta(minutes=65)):
        report([
            delivery.punch(visit, "in", start, lng=121.43, reason="长者在女儿家"),
            delivery.punch(visit, "out", start + timedelta(minutes=60), items=(1, 9, 32), vitals=(("systolic", 135), ("diastolic", 80)), note="胃口好"),
        ], by=cast.carer)
        phone_evidence.keep(phone_evidence.Piece(uuid7(), visit.pk, "photo", start, JPEG), by=cast.carer)
    return Visit.objects.unscoped("test").get(pk=visit.pk)


def listed(client, **query):
    return client.get(reverse("visits:list"), query).content.decode()


def test_the_provider_sees_its_visits_and_a_neighbour_nothing(sign_in, cast, visit):
    assert "沈桂芳" in listed(sign_in(cast.coordinator))
    for part in ("other_coordinator", "neighbour_street"):
        for query in ({}, {"q": "沈"}, {"flag": "any"}, {"state": "done"}):
            page = listed(sign_in(cast.posts[part]), **query)
            assert "沈桂芳" not in page
            assert "共 " not in page


@pytest.mark.parametrize(("query", "found"), [
    ({"q": "沈"}, True), ({"q": "shen"}, True), ({"q": "戴"}, False), ({"state": "done"}, True), ({"state": "missed"}, False),
    ({"flag": "any"}, True), ({"flag": "outside_fence"}, True), ({"flag": "mocked"}, False), ({"flag": "late"}, False),
    ({"from": "2026-11-18", "to": "2026-11-18"}, True), ({"from": "2026-11-26"}, False), ({"to": "2026-11-17"}, False),
    ({"from": "gestern"}, True),
])
def test_search_and_filters(sign_in, cast, visit, query, found):
    assert (reverse("visits:page", args=[visit.pk]) in listed(sign_in(cast.coordinator), **query)) == found


def test_the_carer_filter_knows_only_ones_own_crew(sign_in, cast, visit):
    client = sign_in(cast.coordinator)
    page = listed(client, carer=str(visit.carer_id))
    assert reverse("visits:page", args=[visit.pk]) in page
    assert "赵琴" not in page


@pytest.mark.parametrize("part", ["daughter", "elder", "admin", "assessor", "carer"])
def test_others_have_no_list(sign_in, cast, part):
    assert sign_in(cast.posts[part]).get(reverse("visits:list")).status_code == 403


def test_the_export_obeys_the_scope(sign_in, cast, visit):
    def words(part):
        body = sign_in(cast.posts[part]).get(reverse("visits:list"), {"export": "xlsx", "state": "done"})
        sheet = openpyxl.load_workbook(BytesIO(b"".join(body.streaming_content))).worksheets[0]
        return " ".join(str(c) for line in sheet.iter_rows(values_only=True) for c in line if c)

    assert "沈桂芳" in words("coordinator")
    assert "沈桂芳" not in words("other_coordinator")
    assert sign_in(cast.street).get(reverse("visits:list"), {"export": "xlsx"}).status_code == 403


def test_the_list_costs_the_same_however_long(sign_in, cast, delivery, django_assert_max_num_queries):
    client = sign_in(cast.coordinator)
    delivery.active(slot(2))
    with django_assert_max_num_queries(40) as few:
        listed(client)
    for n in range(10):
        delivery.active(slot(2), slot(4), person=delivery.person(f"长者{n}", n + 1))
    with django_assert_max_num_queries(len(few)):
        listed(client)


def test_one_visit_tells_all_its_evidence(sign_in, cast, visit):
    page = sign_in(cast.coordinator).get(reverse("visits:page", args=[visit.pk])).content.decode()
    for words in ("不在住处范围内", "长者在女儿家", "2.5 公里", "血压 135/80 mmHg", "胃口好", "计划外", "未做", "已签字", "上门服务完成"):
        assert words in page, words
    assert "曹杨路 505 弄" not in page
    assert ReadEntry.objects.unscoped("test").filter(what="visit", person_id=visit.person_id, purpose="2026-11-18").exists()


def test_a_street_sees_the_visit_but_not_the_positions(sign_in, cast, visit):
    page = sign_in(cast.street).get(reverse("visits:page", args=[visit.pk])).content.decode()
    assert "沈桂芳" in page
    assert "2.5 公里" not in page
    assert "人工派单" not in page


@pytest.mark.parametrize("part", ["other_coordinator", "neighbour_street"])
def test_a_neighbours_visit_is_404(sign_in, cast, visit, part):
    assert sign_in(cast.posts[part]).get(reverse("visits:page", args=[visit.pk])).status_code == 404


@pytest.mark.parametrize(
    ("address", "words"),
    [("曹杨新村街道枣阳路1号", "曹杨新村街道 ****"), ("枣阳路1号", "曹杨新村街道 ****"), ("", "曹杨新村街道 ")],
)
def test_the_town_stands_once_before_an_address(sign_in, cast, visit, address, words):
    Person.objects.unscoped("test").filter(pk=visit.person_id).update(address=address)
    page = sign_in(cast.coordinator).get(reverse("visits:page", args=[visit.pk])).content.decode()
    assert words in page
    assert "曹杨新村街道 曹杨新村街道" not in page


def test_a_carer_is_led_to_her_phone(sign_in, cast, visit):
    assert sign_in(cast.carer).get(reverse("visits:page", args=[visit.pk])).url == reverse("visits:phone", args=[visit.pk])


def test_a_picture_comes_from_the_vault_and_the_look_is_on_record(sign_in, cast, visit):
    row = Evidence.objects.unscoped("test").get(visit=visit)
    url = reverse("visits:evidence", args=[row.pk])
    for part in ("coordinator", "carer", "daughter", "elder", "insurer"):
        answer = sign_in(cast.posts[part]).get(url)
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/jpeg", JPEG)
        assert answer["Cache-Control"] == "no-store"
    assert ReadEntry.objects.unscoped("test").filter(purpose="照片与签字").count() == 4
    for part in ("other_coordinator", "other_carer", "stranger", "neighbour"):
        assert sign_in(cast.posts[part]).get(url).status_code == 404
    for part in ("street", "advisor", "admin"):
        assert sign_in(cast.posts[part]).get(url).status_code == 403


def test_a_carer_sees_the_people_on_her_list_for_a_week_and_nobody_else(cast, visit):
    def seen(part):
        return set(Person.objects.visible_to(cast.posts[part]).values_list("name", flat=True))

    assert seen("carer") == {"沈桂芳"}
    assert seen("nurse") == seen("other_carer") == set()
    with clock.frozen(clock.now() + timedelta(days=9)):
        assert seen("carer") == set()


def test_the_file_shows_the_last_visits(sign_in, cast, visit):
    page = sign_in(cast.street).get(reverse("people:file", args=[cast.shen.pk]) + "?tab=services").content.decode()
    assert reverse("visits:page", args=[visit.pk]) in page


def test_indicators_of_the_month(visit, delivery, cast):
    def value(code, prefix="310107"):
        return indicators.get(code).compute(prefix, TODAY)

    assert (value("visits.done"), value("visits.completion"), value("visits.minutes"), value("visits.outside"), value("visits.missed")) == (1, 100.0, 60.0, 100.0, 0)
    assert indicators.get("visits.done").by_town("310107", TODAY) == {"310107005000": 1}
    assert value("visits.done", "310107015") == 0
    assert value("visits.completion", "310107015") is None


def test_what_always_holds_holds(visit):
    for rule in (invariants.proved, invariants.folded, invariants.times, invariants.carers, invariants.grounded, invariants.kept):
        assert list(rule()) == []


def test_a_visit_that_was_made_up_is_found_out(visit):
    rows = Visit.objects.unscoped("test")
    rows.filter(pk=visit.pk).update(state="assigned")
    assert [v.what for v in invariants.folded()] == ["已有签到记录，状态却是 assigned"]
    other = rows.exclude(pk=visit.pk).order_by("day").first()
    rows.filter(pk=other.pk).update(state="done", started_at=clock.now(), ended_at=clock.now(), minutes=0)
    assert {v.what for v in invariants.proved()} == {"没有签到记录却已开始", "没有签退记录却已完成"}
    assert [v.what for v in invariants.carers()] == ["没有护理员"]


def test_forgetting_a_person_keeps_the_visit_and_loses_the_rest(visit, cast, tmp_path, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.erase([cast.shen.pk], TODAY) >= 1
    punches = Punch.objects.unscoped("test").filter(visit=visit)
    assert {(p.lng, p.note, p.reason, str(p.vitals)) for p in punches} == {(None, "", "", "{}")}
    assert not Evidence.objects.unscoped("test").exists()
    assert not [f for f in tmp_path.rglob("*") if f.is_file()]
    kept = Visit.objects.unscoped("test").get(pk=visit.pk)
    assert (kept.state, kept.minutes) == ("done", 60)
