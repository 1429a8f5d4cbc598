"""Every page that the cast can open, in a real browser: no violation, no error, nothing too small or too wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from songhe.kernel.access.roles import FIELD, PORTAL
from tests.browser.conftest import Watch
from tests.browser.looks import too_small, too_wide, violations
from tests.house import House
from tests.house.readers import READERS, readers_of
from tests.house.samples import FAR, Address, addresses

pytestmark = pytest.mark.timeout(180)
#: Sizes of text and targets by face: elder and family, phone, desk (judged by axe alone).
PORTAL_SIZES, PHONE_SIZES = (20, 60), (18, 44)
#: Answers that are no pages: files, fragments, what machines read.
NOT_PAGES = (
    "worker.js", "/template/", "/corrected/", "/material/", "/progress/", "/healthz", "/state/", "/download/", "/paper/", "/payments/", "api/", "openapi.json",
)  # fmt: skip
#: The wall is looked at from afar, on a screen of its own size.
WALL = "/screen/"
#: Pages of the account itself, which all roles share.
ACCOUNT = ("/posts/", "/second-factor/", "/accounts/", "/styles/")
#: Findings of one page that are told; the rest looks the same.
SHOWN = 5


def face_of(house: House, part: str) -> str:
    role = house.parts[part].role
    return "portal" if role in PORTAL else "phone" if role in FIELD else "desk"


def pages_of(house: House, part: str) -> list[Address]:
    """Pages of which this part is the first of its face to open them; libraries' pages once."""
    found = []
    for address in addresses(house.near, house.far):
        if address.sample == FAR or "GET" not in address.methods or any(word in address.path for word in NOT_PAGES):
            continue
        same = [p for p in readers_of(address) if face_of(house, p) == face_of(house, part) or address.foreign]
        if same and same[0] == part:
            found.append(address)
    return found


@pytest.mark.parametrize("part", READERS)
def test_pages_are_accessible_and_in_measure(
    town: House, sit_down: Callable[..., Page], watch: Watch, part: str
) -> None:
    face, wrong = face_of(town, part), []
    width = 1366 if face == "desk" else 390
    page = sit_down(town.parts[part], width, 900)
    for address in pages_of(town, part):
        page.set_viewport_size({"width": 1920, "height": 1080} if address.path == WALL else {"width": width, "height": 900})
        answer = page.goto(address.path, wait_until="load")
        if answer is None or "text/html" not in answer.headers.get("content-type", "") or "<html" not in answer.text():
            watch.take()  # the browser's own frame around a picture, its asking for an icon
            continue  # a part of a page, looked at inside it
        found = violations(page) + sizes(page) + wrong_face(page, face, address)
        if address.path != WALL:
            found += too_wide(page, 390, 320)
        wrong += [f"/{address.route}: {what}" for what in [*found[:SHOWN], *watch.take()]]
    assert not wrong, "\n" + "\n".join(wrong)


def sizes(page: Page) -> list[str]:
    """What is too small for the layout that the page has chosen."""
    layout = page.evaluate("document.body.className").split()
    if "elder" in layout:
        return too_small(page, *PORTAL_SIZES)
    return too_small(page, *PHONE_SIZES) if "phone" in layout else []


def wrong_face(page: Page, face: str, address: Address) -> list[str]:
    """Elders and families never meet a page made for a desk, save the account's own."""
    elder = "elder" in page.evaluate("document.body.className").split()
    return ["a desk's page for an elder"] if face == "portal" and not elder and not address.path.startswith(ACCOUNT) else []
