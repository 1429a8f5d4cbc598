"""The pages of the carer's phone as a browser without scripts gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from songhe.delivery.conftest import Delivery, slot
from songhe.delivery.visits import rostering
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import clock
from songhe.kernel.access.models import Post, ReadEntry

SignIn = Callable[[Post], Client]
TODAY = reverse("visits:today")


@pytest.fixture
def visit(delivery: Delivery) -> Visit:
    return delivery.assigned(slot(2, "10:00"), slot(3, "14:00"), risks=["步态不稳"])


def page_of(visit: Visit) -> str:
    return reverse("visits:phone", args=[visit.pk])


def fresh(visit: Visit) -> Visit:
    return Visit.objects.unscoped("test").get(pk=visit.pk)


def day(delivery: Delivery, count: int) -> None:
    """Some visits of today and tomorrow at different doors."""
    for n in range(count):
        plan = delivery.active(slot(2, f"{10 + n}:00"), slot(3, f"{10 + n}:00"), person=delivery.person(f"长者{n}", 40 + n, lng=121.40 + n / 500))
        for visit in delivery.visits(plan)[:2]:
            rostering.assign([visit.pk], delivery.cast.workers["carer"], by=delivery.cast.system, reason="测试")


def test_today_says_where_to_go_and_what_to_mind(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    text = sign_in(delivery.cast.carer).get(TODAY).content.decode()
    for word in ("11-18 周三", "下一家", "10:00", "沈桂芳", "曹杨路 505 弄 3 号 201 室", "步态不稳", "独居", "从出发点向", "待上门", "去签到"):
        assert word in text, word
    assert 'href="tel:13800000001"' in text
    # Tomorrow's visit is not on the list: nobody was sent yet.
    assert "明天暂无安排" in text


def test_the_next_visit_stands_alone_at_the_top(delivery: Delivery, sign_in: SignIn) -> None:
    day(delivery, 3)
    client = sign_in(delivery.cast.carer)
    first = list(Visit.objects.unscoped("test").filter(day=clock.today()).order_by("planned_start"))
    text = client.get(TODAY).content.decode()
    assert re.findall(r'is-next" data-stop="([^"]+)"', text) == [str(first[0].pk)]
    clock.set_clock(first[0].planned_start)
    client.post(page_of(first[0]), {"kind": "in", "id": "11111111-1111-4111-8111-111111111111", "reason": "已到"})
    clock.advance(timedelta(minutes=60))
    client.post(page_of(first[0]), {"kind": "out", "id": "22222222-2222-4222-8222-222222222222", "items": ["1"]})
    text = client.get(TODAY).content.decode()
    assert re.findall(r'is-next" data-stop="([^"]+)"', text) == [str(first[1].pk)]
    folded = text[text.index('data-list="over"') : text.index("</details>", text.index('data-list="over"'))]
    assert str(first[0].pk) in folded
    assert str(first[1].pk) not in folded
    tomorrow = text[text.index("v-tomorrow") :]
    assert "3 家" in tomorrow


def test_a_day_without_visits_says_whom_to_ask(cast: Any, sign_in: SignIn) -> None:
    text = sign_in(cast.carer).get(TODAY).content.decode()
    assert "今天没有上门安排" in text
    assert "请联系本机构协调员" in text


def test_a_visit_left_open_yesterday_is_still_there(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(delivery.cast.carer)
    client.post(page_of(visit), {"kind": "in", "id": "11111111-1111-4111-8111-111111111111"})
    clock.advance(timedelta(days=1))
    text = client.get(TODAY).content.decode()
    assert re.findall(r'is-next" data-stop="([^"]+)"', text) == [str(visit.pk)]
    assert "去签退" in text


def test_a_neighbour_sees_nothing(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    for part in ("other_carer", "nurse"):
        client = sign_in(getattr(delivery.cast, part))
        assert "沈桂芳" not in client.get(TODAY).content.decode()
        assert client.get(page_of(visit)).status_code == 404
        assert client.post(page_of(visit), {"kind": "in"}).status_code == 404
    assert fresh(visit).state == "assigned"
    assert not ReadEntry.objects.unscoped("test").exists()


def test_the_phone_is_for_carers_and_nurses(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    for part in ("coordinator", "street", "bureau", "assessor", "elder", "daughter", "auditor", "admin", "volunteer"):
        client = sign_in(getattr(delivery.cast, part))
        for path in (TODAY, page_of(visit), reverse("visits:shell"), reverse("visits:sync")):
            assert client.get(path).status_code == 403, (part, path)


def test_whoever_is_signed_out_signs_in_first(visit: Visit) -> None:
    for path in (TODAY, page_of(visit), reverse("visits:shell")):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_every_look_is_on_the_elders_record(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(delivery.cast.carer)
    client.get(TODAY)
    client.get(page_of(visit))
    client.get(reverse("visits:shell"))
    entries = ReadEntry.objects.unscoped("test").filter(person_id=visit.person_id)
    assert [e.what for e in entries] == ["visit", "visit"]


# ---- without scripts ---------------------------------------------------------------------------------


def test_a_visit_is_served_by_plain_forms(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(delivery.cast.carer)
    clock.set_clock(visit.planned_start)
    form = client.get(page_of(visit)).content.decode()
    key = re.findall(r'name="id" value="([^"]+)"', form)[0]
    typed = {"kind": "in", "id": key, "reason": "网页不能定位，已到长者家中"}
    answer = client.post(page_of(visit), typed, follow=True)
    assert answer.redirect_chain[-1][0] == page_of(visit)
    assert "签到已记录，10:00（没有定位）" in answer.content.decode()
    assert fresh(visit).state == "started"
    # Sent twice by an impatient thumb: still one check-in.
    client.post(page_of(visit), typed)
    assert Punch.objects.unscoped("test").count() == 1

    clock.advance(timedelta(minutes=62))
    form = client.get(page_of(visit)).content.decode()
    typed = {"kind": "out", "id": re.findall(r'name="id" value="([^"]+)"', form)[0], "items": ["1", "24"], "pulse": "72", "note": "精神好"}
    text = client.post(page_of(visit), typed, follow=True).content.decode()
    assert "签退已记录，11:02" in text
    assert "62 分钟" in text
    row = fresh(visit)
    assert (row.state, row.minutes, row.done_items, row.flags) == ("done", 62, [1, 24], ["no_position", "no_signature"])
    out = Punch.objects.unscoped("test").get(kind="out")
    assert (out.vitals, out.note) == ({"pulse": 72}, "精神好")
    assert Punch.objects.unscoped("test").get(kind="in").reason == "网页不能定位，已到长者家中"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"temperature": "52"}, "体温 52 不在 34–42 ℃ 之间"), ({"pulse": "快"}, "心率请填数字"), ({"pulse": "nan"}, "心率"),
    ({"systolic": "80", "diastolic": "120"}, "是否填反"), ({"kind": "lunch"}, "既不是签到也不是签退"), ({"id": "x"}, "记录编号"),
    ({"items": ["99"]}, "没有第 99 项"),
]


def test_what_is_wrong_is_said_and_what_was_typed_stays(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(delivery.cast.carer)
    client.post(page_of(visit), {"kind": "in", "id": "11111111-1111-4111-8111-111111111111"})
    good = {"kind": "out", "id": "22222222-2222-4222-8222-222222222222", "items": ["1"], "note": "写了很多"}
    for wrong, word in WRONG:
        answer = client.post(page_of(visit), {**good, **wrong})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert word in text
        assert "写了很多" in text
    assert fresh(visit).state == "started"


def test_a_cancelled_visit_cannot_be_checked_into(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    Visit.objects.unscoped("test").filter(pk=visit.pk).update(state="cancelled")
    client = sign_in(delivery.cast.carer)
    answer = client.post(page_of(visit), {"kind": "in", "id": "11111111-1111-4111-8111-111111111111"})
    assert answer.status_code == 422
    assert "该次服务当前为「已取消」，请联系协调员" in answer.content.decode()


# ---- how much, how often -----------------------------------------------------------------------------


def test_the_list_asks_the_database_no_more_often_for_more_visits(delivery: Delivery, sign_in: SignIn) -> None:
    client = sign_in(delivery.cast.carer)

    def count() -> int:
        client.get(TODAY)
        with CaptureQueriesContext(connection) as asked:
            client.get(TODAY)
        return len(asked)

    day(delivery, 1)
    few = count()
    for n in range(5, 8):
        plan = delivery.active(slot(2, f"{10 + n}:00"), person=delivery.person(f"邻居{n}", 60 + n))
        rostering.assign([delivery.visits(plan)[0].pk], delivery.cast.workers["carer"], by=delivery.cast.system, reason="测试")
    assert count() == few
    assert few <= 12


def test_pages_are_small_enough_for_a_basement(delivery: Delivery, sign_in: SignIn) -> None:
    day(delivery, 8)
    client = sign_in(delivery.cast.carer)
    visit = Visit.objects.unscoped("test").filter(day=clock.today()).first()
    assert visit
    assert len(client.get(TODAY).content) < 80_000
    assert len(client.get(page_of(visit)).content) < 40_000
    assert len(client.get(reverse("visits:shell")).content) < 40_000
    assert len(client.get(reverse("visits:sync")).content) < 30_000
    ours = [f"visits/{n}.js" for n in ("store", "outbox", "phone", "today", "visit", "place", "worker")]
    found = [finders.find(name) for name in (*ours, "songhe/pad.js")]
    assert sum(Path(str(path)).stat().st_size for path in found) < 50_000


def test_the_shell_tells_of_nobody(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    text = sign_in(delivery.cast.carer).get(reverse("visits:shell")).content.decode()
    assert "沈桂芳" not in text
    assert "曹杨路" not in text
    assert 'data-visit=""' in text


def test_the_worker_is_served_for_this_room_alone() -> None:
    answer = Client().get(reverse("visits:worker"))
    assert answer["Service-Worker-Allowed"] == "/visits/"
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert TODAY == "/visits/"


def test_nothing_is_written_into_the_pages_that_the_policy_forbids(delivery: Delivery, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(delivery.cast.carer)
    for path in (TODAY, page_of(visit), reverse("visits:shell")):
        text = client.get(path).content.decode()
        assert not re.search(r"\son\w+=|\sstyle=|<style", text), path
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script, script
