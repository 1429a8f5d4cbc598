"""The list of plans, the plan's page at desk and portal, the file's section, the worklists."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from songhe.delivery.conftest import slot
from songhe.delivery.plans import erasing
from songhe.delivery.plans.models import CarePlan
from songhe.kernel.process.firing import fire
from songhe.kernel.registry import servers, worklists

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def proposed(delivery, cast):
    return fire(delivery.draft(slot(2, until="11:00"), risks=("跌倒",)), "propose", by=cast.coordinator)[0]


def listed(client, **query):
    return client.get(reverse("plans:list"), query).content.decode()


def test_the_provider_sees_its_plan_and_a_neighbour_nothing(sign_in, cast, proposed):
    assert "沈桂芳" in listed(sign_in(cast.coordinator))
    for part in ("other_coordinator", "neighbour_street"):
        page = listed(sign_in(cast.posts[part]))
        assert "沈桂芳" not in page
        assert proposed.number not in page
        assert "共 1 条" not in page
        assert "沈桂芳" not in listed(sign_in(cast.posts[part]), q="沈")


@pytest.mark.parametrize("part", ["carer", "daughter", "admin", "volunteer", "assessor"])
def test_others_have_no_list(sign_in, cast, part):
    assert sign_in(cast.posts[part]).get(reverse("plans:list")).status_code == 403


@pytest.mark.parametrize(("query", "found"), [
    ({"q": "沈"}, True), ({"q": "shengui"}, True), ({"q": "戴"}, False), ({"state": "proposed"}, True),
    ({"state": "active"}, False), ({"level": "4"}, True), ({"level": "5"}, False),
])
def test_search_and_filters(sign_in, cast, proposed, query, found):
    assert (proposed.number in listed(sign_in(cast.coordinator), **query)) == found
    assert proposed.number in listed(sign_in(cast.coordinator), q=proposed.number)


def test_the_export_obeys_the_scope(sign_in, cast, proposed):
    def rows(part):
        body = sign_in(cast.posts[part]).get(reverse("plans:list"), {"export": "xlsx"})
        sheet = openpyxl.load_workbook(BytesIO(b"".join(body.streaming_content))).worksheets[0]
        return " ".join(str(c) for line in sheet.iter_rows(values_only=True) for c in line if c)

    assert "沈桂芳" in rows("coordinator")
    assert "沈桂芳" not in rows("other_coordinator")
    assert sign_in(cast.street).get(reverse("plans:list"), {"export": "xlsx"}).status_code == 403


def test_the_list_costs_the_same_however_long(sign_in, cast, delivery, django_assert_max_num_queries):
    client = sign_in(cast.coordinator)
    delivery.draft(slot())
    with django_assert_max_num_queries(30) as one:
        client.get(reverse("plans:list"))
    for n in range(12):
        delivery.draft(slot(), slot(3), person=delivery.person(f"长者{n}", n + 1))
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("plans:list"))


def test_the_desk_page_has_the_week(sign_in, cast, proposed):
    page = sign_in(cast.coordinator).get(reverse("cases:page", args=["plan", proposed.pk])).content.decode()
    for words in ("每周安排", "头面部清洁梳理", "10:00–<wbr>11:00", "跌倒", "每周安排 60 分钟，额度 300 分钟"):
        assert words in page


def test_the_daughter_reads_it_in_plain_words_and_agrees(sign_in, cast, proposed):
    client = sign_in(cast.daughter)
    page = client.get(reverse("cases:page", args=["plan", proposed.pk])).content.decode()
    assert "每周谁来、做什么" in page
    assert "周三 10:00–11:00" in page
    url = reverse("cases:step", args=["plan", proposed.pk, "agree"])
    refused = client.post(url, {"signature": ""})
    assert "请先勾选，再确认计划" in refused.content.decode()
    client.post(url, {"read": "on", "signature": ""})
    proposed.refresh_from_db()
    assert (proposed.state, proposed.agreed_by) == ("active", "陆敏（女儿）")


def test_a_broken_signature_is_explained(sign_in, cast, proposed):
    url = reverse("cases:step", args=["plan", proposed.pk, "agree"])
    page = sign_in(cast.daughter).post(url, {"read": "on", "signature": "data:image/png;base64,###"}).content.decode()
    assert "签名没有传完整" in page
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


def test_the_signature_is_shown_to_those_who_see_the_plan(sign_in, cast, proposed, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    fire(proposed, "agree", by=cast.elder, data={"signature": PNG})
    url = reverse("plans:signature", args=[proposed.pk])
    answer = sign_in(cast.daughter).get(url)
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert sign_in(cast.coordinator).get(url).status_code == 200
    for part in ("stranger", "other_coordinator", "neighbour_street"):
        assert sign_in(cast.posts[part]).get(url).status_code == 404
    assert sign_in(cast.carer).get(url).status_code == 403


def test_each_waits_for_what_is_theirs(cast, delivery, proposed):
    draft = delivery.draft(slot(), person=delivery.person("另一位", 3))
    running = delivery.active(slot(), person=delivery.person("第三位", 4))
    CarePlan.objects.unscoped("test").filter(pk=running.pk).update(due_on="2026-12-01")

    def waiting(key, part):
        return set(worklists.get(key).cases(cast.posts[part]).values_list("pk", flat=True))

    assert waiting("plan.draft", "coordinator") == {draft.pk}
    assert waiting("plan.agree", "coordinator") == waiting("plan.agree", "daughter") == waiting("plan.agree", "elder") == {proposed.pk}
    assert waiting("plan.review", "coordinator") == {running.pk}
    for key in ("plan.draft", "plan.agree", "plan.review"):
        assert waiting(key, "other_coordinator") == set()
    assert waiting("plan.agree", "stranger") == set()


def test_who_serves_whom_is_known_for_avoidance(cast, delivery):
    assert servers.get("plans")({cast.shen.pk}) == {}
    delivery.active()
    assert servers.get("plans")({cast.shen.pk, cast.people["dai"].pk}) == {cast.shen.pk: {delivery.provider.pk}}


def test_the_file_shows_plans_as_far_as_the_post_sees_them(sign_in, cast, proposed):
    url = reverse("people:file", args=[cast.shen.pk]) + "?tab=services"
    assert proposed.number in sign_in(cast.street).get(url).content.decode()


def test_forgetting_a_person_takes_words_names_and_signature(cast, proposed, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    fire(proposed, "agree", by=cast.elder, data={"signature": PNG})
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.erase([cast.shen.pk], proposed.starts) == 1
    proposed.refresh_from_db()
    assert (proposed.agreed_by, proposed.signature, proposed.risks, proposed.number != "") == ("", "", [], True)
    assert not [f for f in tmp_path.rglob("*") if f.is_file()]
