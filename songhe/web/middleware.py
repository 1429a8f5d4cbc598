"""What happens to every request before anything else: it gets a number, and its text is made plain."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, QueryDict

from songhe.kernel.ids import uuid7
from songhe.kernel.text import printable

_SAFE = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestIdMiddleware:
    """``request.id``: taken from a trusted proxy where it is well formed, else made here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.id = given if _SAFE.match(given) else uuid7().hex[-12:]  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


class PlainTextMiddleware:
    """Takes control signs out of what was typed: no name has them, and the databases refuse them.

    They come from a cat on a keyboard, from text copied out of a scan, and from people who try what
    happens. Taking them out loses nothing that anybody meant.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%" in request.META.get("QUERY_STRING", ""):
            request.GET = plain(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and request.POST:
            request.POST = plain(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def plain(sent: QueryDict) -> QueryDict:
    """The same parameters in printable signs; the same object where there is nothing to take out."""
    lists = [(key, values, [printable(v) for v in values]) for key, values in sent.lists()]
    if all(values == cleaned for _, values, cleaned in lists):
        return sent
    tidy = sent.copy()
    for key, _, cleaned in lists:
        tidy.setlist(key, cleaned)
    return tidy
