"""The portal in a real browser: large at every size, in measure at 320 px and at 200 %, accessible, without a script too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from songhe.care.assessment.models import Assessment
from songhe.desk.conftest import Way
from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast
from songhe.web.tests.conftest import (  # noqa: F401 - fixtures
    browser_context_args,
    browser_type_launch_args,
    quiet_page,
)
from songhe.web.tests.test_looks import SIDEWAYS, SMALLEST_TEXT, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/my/", "/my/journey/", "/my/visits/", "/my/visits/?week=2026-10-12", "/my/bill/", "/my/levels/", "/my/entitled/",
    "/my/readers/", "/my/providers/", "/my/apply/", "/my/help/", "/my/consents/", "/my/profile/",
]
#: Whatever can be touched: a control inside its label counts as large as the label.
SMALL_TARGETS = """least => [...document.querySelectorAll(
  'main a, main button, main summary, main input:not([type=hidden]), main select, nav a, header button, header a')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height > 0 && Math.max(e.getBoundingClientRect().height,
    e.closest('label') ? e.closest('label').getBoundingClientRect().height : 0) < least - 0.5)
  .map(e => e.outerHTML.slice(0, 110))"""
TARGET = 64


@pytest.fixture
def visit(live_server: LiveServer, sign_in: Callable[[Post], Client], quiet_page: Any) -> Callable[..., Any]:  # noqa: F811
    """Open addresses in a post, or as a visitor, at a width."""

    def go(path: str, post: Post | None = None, width: int = 390) -> Any:
        if post is not None:
            cookie = sign_in(post).cookies["sessionid"].value
            quiet_page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        quiet_page.set_viewport_size({"width": width, "height": 844})
        quiet_page.goto(live_server.url + path, wait_until="networkidle")
        return quiet_page

    return go


def test_every_page_is_large_in_measure_and_accessible(cast: Cast, way: Way, visit: Callable[..., Any]) -> None:
    page = visit("/my/", cast.elder)
    own = [reverse("cases:page", args=["assessment", way.case.pk]), reverse("cases:process", args=["assessment"])]
    for path in [*PAGES, *own, reverse("portal:cancel", args=[way.coming[-1].pk])]:
        page = visit(path)
        assert page.evaluate(SMALLEST_TEXT, 20) == [], path
        assert page.evaluate(SMALL_TARGETS, TARGET) == [], path
        assert page.evaluate(SIDEWAYS) <= 0, path
        assert violations(page) == [], path


@pytest.mark.parametrize("width, size", [(320, "20"), (390, "30"), (640, "24"), (1366, "20")])
def test_nothing_moves_sideways_at_any_width_or_size(
    width: int, size: str, cast: Cast, way: Way, visit: Callable[..., Any], live_server: LiveServer
) -> None:
    page = visit("/my/", cast.daughter)
    page.context.add_cookies([{"name": "elder_size", "value": size, "url": live_server.url}])
    for path in PAGES:
        page = visit(path, width=width)
        assert page.evaluate(SIDEWAYS) <= 0, path
        assert page.evaluate("getComputedStyle(document.body).fontSize") == f"{size}px"


def test_a_phone_at_twice_the_size_loses_nothing(cast: Cast, way: Way, visit: Callable[..., Any]) -> None:
    """200 % on a phone leaves half as many CSS pixels across."""
    visit("/my/", cast.elder)
    for path in PAGES:
        page = visit(path, width=195)
        assert page.evaluate(SIDEWAYS) <= 0, path


def test_high_contrast_passes(cast: Cast, way: Way, visit: Callable[..., Any], live_server: LiveServer) -> None:
    page = visit("/my/", cast.elder)
    page.context.add_cookies([{"name": "elder_contrast", "value": "high", "url": live_server.url}])
    for path in ("/my/", "/my/journey/", "/my/visits/", "/my/bill/", "/my/consents/"):
        page = visit(path)
        assert page.get_attribute("html", "data-contrast") == "high"
        assert violations(page) == [], path


def test_the_public_page_passes_at_every_width(visit: Callable[..., Any], cast: Cast, settings: Any) -> None:
    settings.SYNTHETIC = True
    for width in (320, 390, 1366):
        page = visit("/start/", width=width)
        assert page.evaluate(SIDEWAYS) <= 0
        assert page.evaluate(SMALLEST_TEXT, 20) == []
        assert page.evaluate(SMALL_TARGETS, TARGET) == []
        assert violations(page) == []


def test_everything_is_done_without_a_script(
    cast: Cast, browser: Any, live_server: LiveServer, sign_in: Callable[[Post], Client]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies(
        [{"name": "sessionid", "value": sign_in(cast.elder).cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(live_server.url + "/my/profile/")
    page.click("button[name=size][value='24']")
    assert page.get_attribute("html", "data-size") == "24"
    page.goto(live_server.url + "/my/apply/")
    page.fill("textarea[name=statement]", "走路要扶")
    page.check("input[name=green_channel]")
    page.click(".form-foot .e-btn >> nth=0")
    assert page.input_value("textarea[name=statement]") == "走路要扶"
    page.fill("input[name=discharged_on]", "2026-11-10")
    page.click(".form-foot .e-btn >> nth=0")
    assert "申请已提交" in page.inner_text("h1")
    page.click("text=看办到哪一步了")
    page.click("text=撤回申请")
    page.fill("textarea[name=reason]", "先不申请了")
    page.click(".form-foot button")
    assert Assessment.objects.unscoped("test").get(person=cast.shen).state == "withdrawn"
    context.close()
