"""The programming interface: each room's router under one roof, with the same posts, scopes, masks and read log."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.parser import Parser
from ninja.security import SessionAuth

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Refused, SongheError
from songhe.kernel.screens.middleware import needs_second_factor
from songhe.kernel.text import printable_all

#: Rooms that answer programs; each has ``api.py`` with a ``router``.
ROOMS = {
    "people": "songhe.register.people",
    "sites": "songhe.register.sites",
    "workers": "songhe.register.workforce",
    "agreements": "songhe.register.agreements",
    "assessments": "songhe.care.assessment",
    "ltci": "songhe.care.ltci",
    "plans": "songhe.delivery.plans",
    "visits": "songhe.delivery.visits",
    "indicators": "songhe.oversight.indicators",
}


class Problem(Schema):
    """A refusal (RFC 9457): what happened, and what to do."""

    status: int
    title: str
    code: str = ""
    remedy: str = ""
    errors: list[dict[str, Any]] = []


class PostAuth(SessionAuth):
    """A signed-in account acting in a current post, with its second factor where one is required."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Post | None:
        """The post, or nothing: the API never answers to an account without one."""
        post: Post | None = getattr(request, "post", None)
        if post is None or not post.is_current or needs_second_factor(request, post):
            return None
        return post


class PlainParser(Parser):
    """Bodies without the signs that no database keeps, as on the screens."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON of a request."""
        return printable_all(json.loads(request.body))


api = NinjaAPI(
    parser=PlainParser(),
    title="松鹤 Songhe", version="1", auth=PostAuth(), docs_url=None, openapi_url="/openapi.json", urls_namespace="api",
    description="同一套岗位、范围、脱敏与查阅记录，供程序使用。",
)


@api.exception_handler(SongheError)
def refused(request: HttpRequest, error: SongheError) -> HttpResponse:
    """What the rooms refuse, in the interface's form."""
    remedy = error.remedy if isinstance(error, Refused) else ""
    return api.create_response(
        request, {"status": error.status, "title": error.message, "code": error.code, "remedy": remedy, "errors": []},
        status=error.status,
    )


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What the schema does not allow."""
    return api.create_response(
        request,
        {"status": 422, "title": "参数不符合要求，请对照接口说明修改", "code": "invalid", "remedy": "", "errors": error.errors},
        status=422,
    )


for prefix, room in ROOMS.items():
    api.add_router(f"/{prefix}", import_module(f"{room}.api").router)
