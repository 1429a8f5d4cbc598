"""A browser for the tests that look: the machine's own Chromium, and nothing that leaves the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]


def chromium() -> str | None:
    """Path of a Chromium, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that is there; nothing is downloaded."""
    path = chromium()
    if path is None:
        pytest.skip("no chromium found (CHROMIUM=/path names one)")
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Shanghai desk."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def quiet_page(page: Any) -> Iterator[Any]:
    """A page that fails its test on any console error, script error or request that leaves the machine."""
    bad: list[str] = []
    page.on("console", lambda m: bad.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: bad.append(str(e)))
    page.on(
        "request",
        lambda r: bad.append(f"left the machine: {r.url}")
        if not r.url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:"))
        else None,
    )
    yield page
    assert bad == []
