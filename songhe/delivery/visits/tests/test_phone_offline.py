"""A day in a basement: the carer's phone in a real browser, without a network from check-in to check-out."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from songhe.delivery.conftest import Delivery, slot
from songhe.delivery.visits.models import Evidence, Punch, Visit
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.web.tests.conftest import (  # noqa: F401 - fixtures
    browser_context_args,
    browser_type_launch_args,
)

# The browser's driver runs an event loop in this thread, and Django would not touch the database beside one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = reverse("visits:today")
Phone = Callable[[Post], Page]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _ticking_clock() -> Iterator[None]:
    """The phone's time runs on while it has no network, so the server's has to run too."""
    with clock.travel(clock.now()):
        yield


@pytest.fixture
def visit(delivery: Delivery) -> Visit:
    return delivery.assigned(slot(2, "11:00"), risks=["步态不稳"])


@pytest.fixture
def phone(live_server: LiveServer, sign_in: Callable[[Post], Client], page: Page) -> Phone:
    """A carer's phone, signed in; it fails its test on any script error or request that leaves the machine."""
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("request", lambda r: None if re.match(r"(http://(localhost|127)|data:|blob:)", r.url) else pytest.fail(r.url))
    page.set_viewport_size({"width": 390, "height": 844})

    def of(post: Post) -> Page:
        cookie = sign_in(post).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        return page

    return of


def stand_at(page: Page, lng: float, lat: float) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lng, "latitude": lat, "accuracy": 15})


def open_today(page: Page, server: LiveServer) -> None:
    """Today's page, opened where there is a network, and everything that the basement needs is on the phone."""
    page.goto(server.url + TODAY)
    page.wait_for_selector("html[data-ready][data-kept]", state="attached")


def line(page: Page) -> Any:
    return expect(page.locator("[data-sync-word]"))


def sign(page: Page) -> None:
    pad = page.locator("[data-pad]")
    pad.scroll_into_view_if_needed()
    area = pad.bounding_box()
    assert area
    page.mouse.move(area["x"] + 40, area["y"] + 60)
    page.mouse.down()
    page.mouse.move(area["x"] + 160, area["y"] + 110, steps=5)
    page.mouse.up()


def fresh(visit: Visit) -> Visit:
    return Visit.objects.unscoped("test").get(pk=visit.pk)


def kept(page: Page, name: str) -> list[dict[str, Any]]:
    return page.evaluate("(name) => visitStore.all(name)", name)


def test_a_visit_is_served_in_a_basement_and_sent_once(
    delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone, tmp_path: Path
) -> None:
    page = phone(delivery.cast.carer)
    stand_at(page, visit.person.lng, visit.person.lat)
    open_today(page, live_server)
    line(page).to_have_text("全部已上传")

    # The phone is switched off, carried into the basement and switched on again.
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(live_server.url + TODAY)
    page.locator(".v-stop.is-next .v-main").click()
    expect(page.locator("[data-fill=name]")).to_have_text("沈桂芳")
    expect(page.locator("[data-fill=notes]")).to_contain_text("步态不稳")
    page.locator("[data-act=in]").click()
    expect(page.locator("[data-act=out]")).to_be_visible()
    expect(page.locator("[data-log]")).to_contain_text("已保存在手机")
    line(page).to_contain_text("1 条已保存在手机，待上传")

    # Half typed, then dark again: nothing is lost.
    page.locator("[data-planned] input").nth(0).check()
    page.locator("[data-planned] input").nth(1).check()
    page.locator("[data-vitals] summary").click()
    page.fill("#v-temperature", "52")
    page.fill("#note", "精神好")
    page.locator("#note").blur()
    page.wait_for_function("visitStore.all('drafts').then((rows) => rows.length && rows[0].texts.note === '精神好')")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#note")).to_have_value("精神好")
    expect(page.locator("[data-planned] input").nth(1)).to_be_checked()
    picture = page.evaluate(
        "() => { const c = document.createElement('canvas'); c.width = 2400; c.height = 1200;"
        " c.getContext('2d').fillRect(0, 0, 900, 900); return c.toDataURL('image/jpeg'); }"
    )
    file = tmp_path / "room.jpg"
    file.write_bytes(base64.b64decode(picture.split(",")[1]))
    page.locator("[data-photo]").set_input_files(str(file))
    expect(page.locator("[data-log]")).to_contain_text("照片")
    sign(page)
    page.locator("[data-act=out]").click()
    expect(page.locator("#w-temperature")).to_contain_text("体温 52 不在 34–42 ℃ 之间")
    page.fill("#v-temperature", "36.5")
    page.locator("[data-act=out]").click()
    expect(page.locator("[data-act=out]")).to_be_hidden()
    line(page).to_contain_text("4 条已保存在手机，待上传")
    assert fresh(visit).state == "assigned"
    built = kept(page, "reports")
    page.goto(live_server.url + TODAY)
    expect(page.locator("[data-none]")).to_be_visible()
    expect(page.locator("[data-over-count]")).to_have_text("1")

    page.context.set_offline(False)
    line(page).to_have_text("全部已上传", timeout=20_000)
    row = fresh(visit)
    assert (row.state, row.signed, row.done_items) == ("done", True, list(visit.items)[:2])
    assert "no_position" not in row.flags
    assert "outside_fence" not in row.flags
    assert sorted(Evidence.objects.unscoped("test").values_list("kind", flat=True)) == ["photo", "signature"]
    out = Punch.objects.unscoped("test").get(kind="out")
    assert (out.vitals, out.note) == ({"temperature": 36.5}, "精神好")
    # What was built in the basement is what arrived; what arrived does not stay on the phone.
    assert {r["id"] for r in built} == {str(p) for p in Punch.objects.unscoped("test").values_list("pk", flat=True)}
    assert all(r["status"] == "sent" and "body" not in r for r in kept(page, "reports"))
    assert all("blob" not in r for r in kept(page, "files"))
    for _ in range(2):
        page.reload()
        page.wait_for_selector("html[data-ready]", state="attached")
    assert Punch.objects.unscoped("test").count() == 2


def test_outside_the_fence_a_reason_is_asked_and_nothing_blocked(
    delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone
) -> None:
    page = phone(delivery.cast.carer)
    stand_at(page, visit.person.lng + 0.01, visit.person.lat)
    page.goto(live_server.url + reverse("visits:phone", args=[visit.pk]))
    page.locator("[data-act=in]").click()
    expect(page.locator("[data-ask-word]")).to_contain_text("不在住处范围内")
    assert not Punch.objects.unscoped("test").exists()
    page.locator("[data-chip]").first.click()
    page.locator("[data-ask-go]").click()
    expect(page.locator("[data-log]")).to_contain_text("不在住处范围内")
    punch = Punch.objects.unscoped("test").get()
    # The browser lives on another day than the test: its clock is corrected, and that is said too.
    assert (punch.reason, punch.flags) == ("陪同长者外出", ["clock_off", "outside_fence"])


def test_without_a_position_it_goes_on_with_a_remark(
    delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone
) -> None:
    page = phone(delivery.cast.carer)
    page.goto(live_server.url + reverse("visits:phone", args=[visit.pk]))
    page.locator("[data-act=in]").click()
    expect(page.locator("[data-log]")).to_contain_text("没有定位", timeout=15_000)
    assert fresh(visit).state == "started"


def test_another_carer_on_the_same_phone_neither_sees_nor_sends(
    delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone
) -> None:
    page = phone(delivery.cast.carer)
    stand_at(page, visit.person.lng, visit.person.lat)
    open_today(page, live_server)
    page.locator(".v-stop.is-next .v-main").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.context.set_offline(True)
    page.locator("[data-act=in]").click()
    line(page).to_contain_text("1 条已保存在手机，待上传")
    page.goto("about:blank")
    page.context.set_offline(False)

    phone(delivery.cast.other_carer)
    open_today(page, live_server)
    line(page).to_have_text("全部已上传")
    assert "沈桂芳" not in page.content()
    assert [d["stops"] for d in kept(page, "days")] == [[]]
    page.context.set_offline(True)
    page.goto(live_server.url + TODAY)
    assert "沈桂芳" not in page.content()
    page.goto(live_server.url + reverse("visits:phone", args=[visit.pk]))
    expect(page.locator("[data-say-text]")).to_contain_text("手机里没有这次服务的资料")
    page.context.set_offline(False)
    assert not Punch.objects.unscoped("test").exists()
    assert len(kept(page, "reports")) == 1

    phone(delivery.cast.carer)
    open_today(page, live_server)
    line(page).to_have_text("全部已上传")
    assert fresh(visit).state == "started"


def test_an_expired_session_keeps_the_outbox_and_asks_to_sign_in(
    delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone
) -> None:
    page = phone(delivery.cast.carer)
    stand_at(page, visit.person.lng, visit.person.lat)
    page.goto(live_server.url + reverse("visits:phone", args=[visit.pk]))
    page.wait_for_selector("html[data-ready]", state="attached")
    page.context.clear_cookies()
    page.locator("[data-act=in]").click()
    line(page).to_contain_text("登录已过期，记录都在手机上")
    expect(page.locator("[data-login-again]")).to_be_visible()
    assert not Punch.objects.unscoped("test").exists()
    phone(delivery.cast.carer)
    page.goto(live_server.url + TODAY)
    line(page).to_have_text("全部已上传")
    assert fresh(visit).state == "started"


def test_a_refused_report_is_kept_and_says_why(delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone) -> None:
    page = phone(delivery.cast.carer)
    stand_at(page, visit.person.lng, visit.person.lat)
    page.goto(live_server.url + reverse("visits:phone", args=[visit.pk]))
    page.wait_for_selector("html[data-ready]", state="attached")
    Visit.objects.unscoped("test").filter(pk=visit.pk).update(state="cancelled")
    page.locator("[data-act=in]").click()
    expect(page.locator("[data-log]")).to_contain_text("该次服务当前为「已取消」，请联系协调员")
    page.goto(live_server.url + TODAY)
    expect(page.locator("[data-refused]")).to_contain_text("请联系协调员")
    (row,) = kept(page, "reports")
    assert row["status"] == "refused"
    assert row["body"]["visit"] == str(visit.pk)
    # The office puts it right; the very same report is taken now.
    Visit.objects.unscoped("test").filter(pk=visit.pk).update(state="assigned")
    page.locator("[data-refused] button").click()
    line(page).to_have_text("全部已上传")
    assert [str(p) for p in Punch.objects.unscoped("test").values_list("pk", flat=True)] == [row["id"]]


def test_signing_out_takes_the_day_off_the_phone(delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone) -> None:
    page = phone(delivery.cast.carer)
    open_today(page, live_server)
    assert [d["stops"][0]["name"] for d in kept(page, "days")] == ["沈桂芳"]
    page.locator("details.menu summary").click()
    page.locator("form[action*=logout] button").click()
    page.wait_for_url("**/login/**")
    page.goto(live_server.url + reverse("healthz"))
    assert page.evaluate("caches.has('visits-pages-1')") is False
    count = "new Promise((done) => { const o = indexedDB.open('songhe-visits', 1); o.onsuccess = () => {" \
        " const r = o.result.transaction('days').objectStore('days').count(); r.onsuccess = () => done(r.result); }; })"
    assert page.evaluate(count) == 0


@pytest.mark.parametrize("width", [320, 390])
def test_every_word_and_target_is_large_enough(
    delivery: Delivery, visit: Visit, live_server: LiveServer, phone: Phone, width: int
) -> None:
    page = phone(delivery.cast.carer)
    page.set_viewport_size({"width": width, "height": 700})
    sign_at = visit.planned_start + timedelta(minutes=1)
    Visit.objects.unscoped("test").filter(pk=visit.pk).update(state="started", started_at=sign_at)
    for path in (TODAY, reverse("visits:phone", args=[visit.pk])):
        page.goto(live_server.url + path)
        page.wait_for_selector("html[data-ready]", state="attached")
        page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            "() => [...document.querySelectorAll('main *')].filter((e) => e.offsetParent && e.className !== 'v-word'"
            " && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && parseFloat(getComputedStyle(e).fontSize) < 18)"
            ".map((e) => e.textContent.trim().slice(0, 30))"
        )
        assert small == []
        low = page.evaluate(
            "() => [...document.querySelectorAll('main a, main button, main summary, main input:not([type=hidden]):not([type=file])')]"
            ".filter((e) => e.offsetParent).map((e) => [(e.textContent || e.name).trim().slice(0, 30),"
            " Math.round((e.closest('label') || e).getBoundingClientRect().height)]).filter(([, high]) => high < 48)"
        )
        assert low == []
