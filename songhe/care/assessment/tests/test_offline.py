"""The on-site form in a real browser: a basement without a network in the middle, and nothing is lost."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from songhe.care.assessment import instruments, queries
from songhe.care.assessment.models import Assessment, Attachment
from songhe.engines import scoring
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.ids import uuid7
from songhe.simulation.cast import Cast
from songhe.web.tests.conftest import (  # noqa: F401 - fixtures
    browser_context_args,
    browser_type_launch_args,
)

from .conftest import Bring

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
NATIONAL = "ltci_national_2021"


@pytest.fixture(autouse=True)
def _ticking_clock() -> Iterator[None]:
    """The phone's time runs on while it has no network, so the server's has to run too."""
    with clock.travel(clock.now()):
        yield


@pytest.fixture
def phone(live_server: LiveServer, sign_in: Callable[[Post], Client], page: Page) -> Callable[[Post], Page]:
    """An assessor's phone, signed in; it fails its test on any script error or request that leaves the machine."""

    def of(post: Post) -> Page:
        cookie = sign_in(post).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("request", lambda r: None if re.match(r"(http://(localhost|127)|data:|blob:)", r.url) else pytest.fail(r.url))
        return page

    return of


def open_form(page: Page, server: LiveServer, case: Assessment) -> None:
    page.goto(server.url + reverse("assessment:survey", args=[case.pk]))
    page.wait_for_selector("[data-survey][data-ready]")


def sync(page: Page) -> Any:
    return expect(page.locator("[data-sync-word]"))


def choose(page: Page, name: str, place: int) -> None:
    """Tap the card at a place, on whatever page it is."""
    page.evaluate(
        "([name, place]) => { const all = document.querySelectorAll(`[name='${name}']`);"
        " location.hash = all[0].closest('[data-page]').id; }", [name, place],
    )
    page.locator(f"[name='{name}']").nth(place).check()


def sign(page: Page, who: str) -> None:
    page.evaluate("location.hash = 'signatures'")
    box = page.locator(f"[data-sign='{who}']")
    box.locator("canvas").scroll_into_view_if_needed()
    area = box.locator("canvas").bounding_box()
    assert area
    page.mouse.move(area["x"] + 40, area["y"] + 60)
    page.mouse.down()
    page.mouse.move(area["x"] + 160, area["y"] + 110, steps=5)
    page.mouse.up()
    box.locator("[data-keep]").click()
    expect(box.locator("[data-signed]")).to_be_visible()


def answers(case: Assessment, name: str = NATIONAL) -> dict[str, int]:
    return queries.surveys_of(case)[name].answers


def test_a_survey_survives_a_basement(
    cast: Cast, bring: Bring, live_server: LiveServer, phone: Callable[[Post], Page], sign_in: Callable[[Post], Client]
) -> None:
    case = bring("scheduled")
    page = phone(cast.assessor)
    open_form(page, live_server, case)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_selector("[data-survey][data-ready]")
    choose(page, f"{NATIONAL}.answer.eating", 0)
    sync(page).to_have_text("已同步")
    assert answers(case) == {"eating": 10}

    page.context.set_offline(True)
    choose(page, f"{NATIONAL}.answer.dressing", 1)
    choose(page, f"{NATIONAL}.answer.eating", 1)
    sync(page).to_contain_text("已保存到本机 · 2 条待上传")
    # The phone is switched off and on again in the basement: the form opens, with what was typed.
    page.reload()
    page.wait_for_selector("[data-survey][data-ready]")
    assert page.locator(f"[name='{NATIONAL}.answer.dressing']").nth(1).is_checked()
    assert page.locator(f"[name='{NATIONAL}.answer.eating']").nth(1).is_checked()
    assert answers(case) == {"eating": 10}

    # Meanwhile the colleague, who has a network, fills in another item.
    line = {"id": str(uuid7()), "instrument": NATIONAL, "kind": "answer", "item": "memory", "value": 4, "at": clock.now().isoformat()}
    sign_in(cast.assessor_b).post(
        reverse("assessment:save", args=[case.pk]), json.dumps({"entries": [line]}), content_type="application/json"
    )
    for name in instruments.NAMES:
        for item in scoring.load(name).items:
            if item.id != "memory" or name != NATIONAL:
                choose(page, f"{name}.answer.{item.id}", 1)
    for who in ("assessor_a", "assessor_b", "family"):
        sign(page, who)
    page.evaluate("location.hash = 'summary'")
    page.locator("[data-hand-in]").click()
    expect(page.locator("[data-say-text]")).to_contain_text("联网上传后才能提交")

    page.context.set_offline(False)
    sync(page).to_have_text("已同步", timeout=20_000)
    assert answers(case)["memory"] == 4
    assert answers(case)["eating"] == 5
    assert {a.signer for a in queries.attachments_of(case)} == {"assessor_a", "assessor_b", "family"}
    expect(page.locator("[data-verdict]")).to_contain_text("可以提交")
    page.locator("[data-hand-in]").click()
    page.wait_for_url("**/done/")
    case.refresh_from_db(from_queryset=Assessment.objects.unscoped("test"))
    assert case.state == "surveyed"
    assert case.national_level is not None
    # Nothing of it stays on the phone.
    page.wait_for_function("surveyStore.all('forms').then((rows) => rows.length === 0)")


def test_a_photo_waits_for_consent_and_goes_when_it_is_given(
    cast: Cast, bring: Bring, live_server: LiveServer, phone: Callable[[Post], Page], tmp_path: Any
) -> None:
    case = bring("scheduled")
    page = phone(cast.assessor)
    open_form(page, live_server, case)
    picture = page.evaluate(
        "() => { const c = document.createElement('canvas'); c.width = 2400; c.height = 1200;"
        " c.getContext('2d').fillRect(0, 0, 900, 900); return c.toDataURL('image/jpeg'); }"
    )
    file = tmp_path / "room.jpg"
    file.write_bytes(base64.b64decode(picture.split(",")[1]))
    page.evaluate("location.hash = 'materials'")
    page.locator("[data-photo]").set_input_files(str(file))
    expect(page.locator("[data-photos]")).to_contain_text("未取得长者或家属同意")
    page.locator("#recording").fill("沈桂芳")
    page.locator("[data-agree]").click()
    sync(page).to_have_text("已同步")
    page.locator("[data-photos] button", has_text="再试一次").click()
    expect(page.locator("[data-photos]")).to_contain_text("已同步")
    (row,) = Attachment.objects.unscoped("test").all()
    assert (row.kind, row.media_type) == ("photo", "image/jpeg")


def test_what_the_colleague_types_appears_and_does_not_overwrite(
    cast: Cast, bring: Bring, live_server: LiveServer, phone: Callable[[Post], Page], sign_in: Callable[[Post], Client]
) -> None:
    case = bring("scheduled")
    page = phone(cast.assessor)
    open_form(page, live_server, case)
    choose(page, f"{NATIONAL}.answer.eating", 0)
    sync(page).to_have_text("已同步")
    later = {"id": str(uuid7()), "instrument": NATIONAL, "kind": "answer", "item": "dressing", "value": 5, "at": clock.now().isoformat()}
    sign_in(cast.assessor_b).post(
        reverse("assessment:save", args=[case.pk]), json.dumps({"entries": [later]}), content_type="application/json"
    )
    choose(page, f"{NATIONAL}.answer.face_mouth", 0)
    expect(page.locator(f"[name='{NATIONAL}.answer.dressing']").nth(1)).to_be_checked()
    assert answers(case) == {"eating": 10, "dressing": 5, "face_mouth": 5}
