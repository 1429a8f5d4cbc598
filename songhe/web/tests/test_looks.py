"""The sample pages in a real browser: accessible, in measure, nothing lost, usable by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST_TEXT = """least => [...document.querySelectorAll('body *')].filter(e =>
  e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
  && parseFloat(getComputedStyle(e).fontSize) < least - 0.01).map(e => e.outerHTML.slice(0, 90))"""
SMALL_TARGETS = """least => [...document.querySelectorAll('main a, main button, main summary, nav a, header button, header a')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < least - 0.5)
  .map(e => e.outerHTML.slice(0, 90))"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def visit(
    live_server: LiveServer, cast: Cast, sign_in: Callable[[Post], Client], quiet_page: Any
) -> Callable[..., Any]:
    """Open an address as the street's officer, at a width."""
    client = sign_in(cast.street)
    quiet_page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )

    def go(path: str, width: int = 1366, height: int = 900) -> Any:
        quiet_page.set_viewport_size({"width": width, "height": height})
        quiet_page.goto(live_server.url + path, wait_until="networkidle")
        return quiet_page

    return go


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("path, width", [
    ("/styles/", 1366), ("/styles/", 768), ("/styles/", 390), ("/styles/phone/", 390), ("/styles/elder/", 390),
    ("/styles/wall/", 1920), ("/posts/", 390), ("/accounts/login/", 1366),
])  # fmt: skip
def test_a_page_is_accessible_and_keeps_to_its_width(visit: Callable[..., Any], path: str, width: int) -> None:
    page = visit(path, width, 1080 if width == 1920 else 900)
    assert violations(page) == []
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("size", ["20", "24", "30"])
def test_elder_pages_are_large_at_every_size(visit: Callable[..., Any], size: str) -> None:
    page = visit("/styles/elder/", 390)
    page.click(f"[data-set-size='{size}']")
    page.reload(wait_until="networkidle")
    assert page.evaluate(SMALLEST_TEXT, 20) == []
    assert page.evaluate(SMALL_TARGETS, 60) == []
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate("getComputedStyle(document.body).fontSize") == f"{size}px"


def test_high_contrast_is_kept_and_passes(visit: Callable[..., Any]) -> None:
    page = visit("/styles/elder/", 390)
    page.click("[data-set-contrast]")
    page.reload(wait_until="networkidle")
    assert page.get_attribute("html", "data-contrast") == "high"
    assert violations(page) == []


def test_phone_pages_keep_text_and_targets_large(visit: Callable[..., Any]) -> None:
    page = visit("/styles/phone/", 390)
    assert page.evaluate(SMALLEST_TEXT, 18) == []
    assert page.evaluate(SMALL_TARGETS, 48) == []


def test_the_call_is_one_tap_away(visit: Callable[..., Any]) -> None:
    page = visit("/styles/elder/", 390)
    call = page.locator("a[href^='tel:']").first
    box = call.bounding_box()
    assert box["y"] + box["height"] < 844


def test_what_was_typed_survives_a_lost_page(visit: Callable[..., Any]) -> None:
    page = visit("/styles/")
    page.fill("#id_name", "沈桂芳")
    page.check("#id_kind_1")
    page.wait_for_timeout(600)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload(wait_until="networkidle")
    assert page.input_value("#id_name") == "沈桂芳"
    assert page.is_checked("#id_kind_1")
    assert page.locator(".draft-line").count() == 1
    page.click(".draft-line button")
    assert page.input_value("#id_name") == ""


def test_an_error_keeps_what_was_typed_and_names_the_fields(visit: Callable[..., Any]) -> None:
    page = visit("/styles/")
    page.fill("#id_name", "沈桂芳")
    page.click(".form-foot .btn-primary")
    page.wait_for_load_state("networkidle")
    assert page.input_value("#id_name") == "沈桂芳"
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
    assert page.locator(".errors a").count() >= 3


def test_a_draft_of_one_account_is_not_shown_to_another(visit: Callable[..., Any]) -> None:
    page = visit("/styles/")
    page.fill("#id_name", "沈桂芳")
    page.wait_for_timeout(600)
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("""() => { for (const k of Object.keys(sessionStorage)) {
      sessionStorage.setItem(k.replace(document.body.dataset.account, 'other'), sessionStorage.getItem(k));
      sessionStorage.removeItem(k); } }""")
    page.reload(wait_until="networkidle")
    assert page.input_value("#id_name") == ""


def test_the_drawer_opens_and_closes_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("/styles/", 390)
    assert not page.is_visible("#nav")
    page.focus("[data-nav]")
    page.keyboard.press("Enter")
    page.wait_for_timeout(250)
    assert page.is_visible("#nav")
    page.keyboard.press("Escape")
    page.wait_for_timeout(250)
    assert not page.is_visible("#nav")


def test_rows_are_walked_with_arrows_and_search_has_a_key(visit: Callable[..., Any]) -> None:
    page = visit("/styles/")
    page.locator("table[data-rows] tbody a").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_a_dialog_opens_takes_the_focus_and_closes(visit: Callable[..., Any]) -> None:
    page = visit("/styles/")
    page.click("[data-dialog-open=withdraw]")
    assert page.evaluate("document.activeElement.id") == "why"
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.is_visible("#withdraw")


def test_charts_and_maps_are_drawn(visit: Callable[..., Any]) -> None:
    page = visit("/styles/")
    assert page.locator("[data-chart] svg").count() == 3
    assert page.locator("#g-map .pin").count() == 8
    page.click("[data-place='3']")
    assert "养老机构" in page.inner_text("#g-map .leaflet-popup")


def test_the_desk_speaks_english(visit: Callable[..., Any]) -> None:
    page = visit("/styles/")
    page.click("form[action='/language/'] button")
    page.wait_for_load_state("networkidle")
    assert page.get_attribute("html", "lang") == "en"
    assert "Sign out" in page.content()


def test_pages_work_without_script(visit: Callable[..., Any], browser: Any, live_server: LiveServer) -> None:
    page = visit("/styles/elder/", 390)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.add_cookies(page.context.cookies())
    still = context.new_page()
    still.goto(live_server.url + "/styles/")
    still.click("[data-nav]")
    still.wait_for_timeout(250)
    assert still.is_visible("#nav")
    still.goto(live_server.url + "/styles/elder/")
    assert still.is_visible(".e-btn.call")
    assert not still.is_visible("[data-tools]")
    context.close()
