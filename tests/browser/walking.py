"""Ways to act as real people in a browser: sign in, take a step, sign with a finger, lose the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from songhe.kernel import clock, jobs
from songhe.simulation.cast import PARTS, PASSWORD

from .conftest import Watch

DESK, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
USERNAMES = {part: username for part, username, *_ in PARTS}
#: What the clock does by itself between midnight and morning.
NIGHTLY = ("assessment.due", "ltci.due", "visits.generate", "visits.missed")
HOME = {"latitude": 31.2411, "longitude": 121.4032, "accuracy": 12}


class Walk:
    """A day in the district, told by people: each has a browser of their own, and all share the clock."""

    def __init__(self, browser: Browser, server: str, watch: Watch, pictures: Path, stack: ExitStack) -> None:
        self.browser, self.server, self.watch, self.pictures, self.stack = browser, server, watch, pictures, stack
        self.taken = 0
        pictures.mkdir(parents=True, exist_ok=True)
        for old in pictures.glob("*.png"):
            old.unlink()

    def on(self, day: str, hour: int = 9, minute: int = 0) -> None:
        """It is that moment now, and time goes on from it."""
        moment = datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=clock.SHANGHAI)
        self.stack.enter_context(clock.travel(moment))

    def night(self) -> None:
        """What the schedule does while everybody sleeps."""
        for kind in NIGHTLY:
            jobs.start(kind)

    @contextmanager
    def as_(self, part: str, screen: dict[str, int] = DESK, **more: Any) -> Iterator[Page]:
        """A browser in which this part has signed in with user name and password."""
        context = self.browser.new_context(
            base_url=self.server, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=screen, **more  # type: ignore[arg-type]
        )
        context.clock.install(time=clock.now())
        context.set_default_timeout(15_000)
        page = self.watch.over(context.new_page())
        page.goto("/accounts/login/")
        page.fill("[name=login]", USERNAMES[part])
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "login" not in url)
        try:
            yield page
        except BaseException:
            self.picture(page, "stopped-here")
            raise
        assert self.watch.take() == []
        context.close()

    def picture(self, page: Page, name: str) -> None:
        """What somebody saw, for whoever wants to look."""
        self.taken += 1
        page.screenshot(path=self.pictures / f"{self.taken:02}-{name}.png", full_page=True)


def case_of(page: Page, tray: str, waiting: str, name: str = "沈桂芳") -> None:
    """Find a case on the worklist, in the tray and the state in which it waits, and open it."""
    page.goto("/work/")
    page.locator(".tile", has_text=tray).click()
    page.wait_for_url(re.compile("list="))
    expect(page.locator("main")).to_contain_text(waiting)
    page.get_by_role("link", name=name).first.click()
    page.wait_for_url(re.compile(r"/cases/"))


def step(page: Page, label: str) -> None:
    """Press the step's button on the case page; its form opens."""
    page.get_by_role("link", name=label, exact=True).first.click()
    page.wait_for_url(re.compile(r"/cases/[a-z]+/[^/]+/[a-z_]+/"))


def send(page: Page, label: str) -> None:
    """Send the form of a step; the case stands in its next state."""
    page.locator("main form").get_by_role("button", name=label, exact=True).click()
    page.wait_for_url(re.compile(r"/cases/[a-z]+/[0-9a-f-]+/$"))


def state(page: Page, word: str) -> None:
    """The page says that state."""
    expect(page.get_by_text(word, exact=True).first).to_be_visible()


def draw(page: Page, canvas: Locator) -> None:
    """Sign with a finger."""
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    assert area
    page.mouse.move(area["x"] + 40, area["y"] + 50)
    page.mouse.down()
    for n in range(1, 7):
        page.mouse.move(area["x"] + 40 + 25 * n, area["y"] + (40 if n % 2 else 80), steps=3)
    page.mouse.up()


def offline(context: BrowserContext, gone: bool) -> None:
    """The basement has no network."""
    context.set_offline(gone)
