"""Lists 名单: every declared list with the address and the post that lead to it, found by opening the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client

from songhe.kernel.screens.lists import ListPage

from .furnishing import House
from .readers import readers_of
from .samples import FAR, addresses


@dataclass(frozen=True)
class Shown:
    """A list as one reader finds it: the address with what it needs, and whether it shows places only."""

    page: ListPage
    reader: str
    path: str
    route: str

    def url(self, **query: str) -> tuple[str, dict[str, str]]:
        """Address and query for a test client."""
        path, _, rest = self.path.partition("?")
        kept = dict(part.split("=", 1) for part in rest.split("&") if "=" in part)
        return path, {**kept, **query}


@contextmanager
def _watched(found: list[tuple[ListPage, str]]) -> Iterator[None]:
    respond = ListPage.respond

    def remember(self: ListPage, request: Any, **more: Any) -> Any:
        keep = "&".join(f"{k}={v}" for k, v in (more.get("keep") or {}).items())
        found.append((self, f"{request.path}?{keep}"))
        return respond(self, request, **more)

    ListPage.respond = remember  # type: ignore[method-assign]
    try:
        yield
    finally:
        ListPage.respond = respond  # type: ignore[method-assign]


def shown_lists(house: House, enter: Any) -> dict[str, Shown]:
    """Every list by its name, by the first post that opens it."""
    if "lists" in house.__dict__:
        return house.__dict__["lists"]  # type: ignore[no-any-return]
    shown: dict[str, Shown] = {}
    clients = {part: enter(post) for part, post in house.parts.items()}
    for address in addresses(house.near, house.far):
        if address.sample == FAR or address.screen is None or address.screen.public:
            continue
        for part in readers_of(address):
            found: list[tuple[ListPage, str]] = []
            with _watched(found):
                _trays(clients[part], address.path)
            for page, path in found:
                shown.setdefault(page.name, Shown(page, part, path, address.route))
            if not found:
                break
    house.__dict__["lists"] = shown
    return shown


def _trays(client: Client, path: str) -> None:
    """Open a page, and every tray of a worklist."""
    response = client.get(path)
    for tray in (response.context or {}).get("trays", []) if response.context else []:
        client.get(path, {"list": tray.key})
