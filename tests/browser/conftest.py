"""A real browser before a real server: the house on a file of its own, served by this process.

The server runs in a thread of the test, so that the test's clock is the server's. Every page fails its
test on a console error, a script error, or a request that leaves the machine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connections, transaction
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.web.tests.conftest import (  # noqa: F401 - the machine's own Chromium
    browser_context_args,
    browser_type_launch_args,
)
from tests.conftest import acting
from tests.house import House, furnish

# The browser's driver keeps an event loop in this thread; the database is asked beside it on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
OURS = ("http://localhost", "http://127.0.0.1", "data:", "blob:", "about:")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@contextmanager
def standing_on(file: Path) -> Iterator[None]:
    """The default database is this file, for every thread."""
    usual_settings, usual = connections.databases["default"], connections["default"]
    settings = {**usual_settings, "ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"}
    connections.databases["default"] = settings
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.databases["default"] = usual_settings
        connections["default"] = usual


@pytest.fixture(scope="session")
def migrated(django_test_environment: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and no row."""
    file = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"
    with django_db_blocker.unblock(), standing_on(file):
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture(scope="module")
def own_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A vault of the module's own."""
    from django.conf import settings

    usual, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
    yield settings.MEDIA_ROOT
    settings.MEDIA_ROOT = usual


@pytest.fixture(scope="module")
def empty_town(migrated: Path, own_files: Path, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database of the module's own, for as long as the module lasts."""
    file = tmp_path_factory.mktemp("town") / "town.sqlite3"
    shutil.copy(migrated, file)
    with django_db_blocker.unblock(), standing_on(file):
        yield file


@pytest.fixture(scope="module")
def town(empty_town: Path) -> House:
    """The whole house in that database."""
    with transaction.atomic():
        return furnish()


class PhonesOnTheClock(StaticFilesHandler):
    """Serves as the house does, and puts the test's clock into service workers, which no browser driver can reach."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if not environ.get("PATH_INFO", "").endswith("worker.js"):
            return super().__call__(environ, start_response)
        ahead = int((clock.now() - datetime.now(UTC)).total_seconds() * 1000)
        first = f"Date.now = ((real) => () => real() + {ahead})(Date.now.bind(Date));\n".encode()

        def longer(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [(k, v) for k, v in headers if k.lower() != "content-length"]
            return start_response(status, kept, *more)

        return [first, *super().__call__(environ, longer)]


@pytest.fixture(scope="module")
def server(empty_town: Path) -> Iterator[str]:
    """Address of the server; each of its threads has a connection of its own, as in service."""
    thread = LiveServerThread("localhost", PhonesOnTheClock, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://{thread.host}:{thread.port}"
    thread.terminate()


class Watch:
    """What went wrong on a page, in the order in which it happened."""

    def __init__(self) -> None:
        self.bad: list[str] = []
        #: Errors that a test provokes on purpose, such as a network that is gone.
        self.expected: tuple[str, ...] = ()

    def over(self, page: Page) -> Page:
        """Watch a page from now on."""
        page.on("console", lambda m: self._note(f"console: {m.text} {m.location.get('url', '')}") if m.type == "error" else None)
        page.on("pageerror", lambda e: self._note(f"script: {e}"))
        page.on("request", lambda r: None if r.url.startswith(OURS) else self._note(f"left the machine: {r.url}"))
        return page

    def _note(self, what: str) -> None:
        # A part of a page, opened by itself, names no icon; the browser then asks for one by the usual name.
        if not what.endswith("/favicon.ico") and not any(word in what for word in self.expected):
            self.bad.append(what)

    def take(self) -> list[str]:
        """What was noted since the last time."""
        found, self.bad = self.bad, []
        return found


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test on everything that was noted and not looked at."""
    watching = Watch()
    yield watching
    assert watching.bad == []


@pytest.fixture
def sit_down(browser: Browser, server: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """A page of a post that is signed in, at a width: ``sit_down(post, 390, 844)``."""
    contexts: list[BrowserContext] = []

    def of(post: Post, width: int = 1366, height: int = 900, **more: Any) -> Page:
        context = browser.new_context(
            base_url=server, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": height}, **more
        )
        contexts.append(context)
        cookie = acting(post).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": server}])
        return watch.over(context.new_page())

    yield of
    for context in contexts:
        context.close()


