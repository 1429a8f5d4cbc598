"""What every answer carries, whoever asks for whatever: a strict policy, no inline code, nothing kept by caches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from songhe.simulation.cast import PASSWORD
from tests.conftest import acting
from tests.house import House
from tests.house.marks import text_of
from tests.house.readers import readers_of
from tests.house.samples import FAR, addresses

#: Code in the page itself: handlers, styles, addresses that run, scripts without a source or nonce.
INLINE = {
    "handler": re.compile(r"<[^>]+\son[a-z]+\s*=", re.I),
    "style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.I),
    "style element": re.compile(r"<style(?![^>]*nonce=)", re.I),
    "running address": re.compile(r"""(?:href|src|action)\s*=\s*["']\s*(?:javascript|data:text|vbscript):""", re.I),
    "script": re.compile(r"""<script(?![^>]*(?:\ssrc=|nonce=|type=["']application/json))""", re.I),
    "htmx handler": re.compile(r"\s(?:data-)?hx-on", re.I),
}
LOADED = re.compile(r"""<(?:script|link|img|iframe|source|video|audio|embed|object)\b[^>]*?\s(?:src|href|data)\s*=\s*["']([^"']+)""", re.I)
STRICT = {"default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'", "form-action 'self'"}
COMMENT = re.compile(r"<!--.*?-->", re.S)


@dataclass(frozen=True)
class Answer:
    """What came for an address."""

    path: str
    headers: Mapping[str, str]
    text: str


def answers(house: House) -> list[Answer]:
    """Every address that shows something, as the first of each face who may open it; asked once."""
    if "answers" not in house.__dict__:
        clients = {part: acting(post) for part, post in house.parts.items()}
        house.__dict__["answers"] = [
            Answer(address.path, response.headers, text_of(response))
            for address in addresses(house.near, house.far)
            if address.sample != FAR and "GET" in address.methods
            for part in one_a_face(house, readers_of(address))
            for response in [clients[part].get(address.path)]
        ]
    return house.__dict__["answers"]  # type: ignore[no-any-return]


def one_a_face(house: House, parts: list[str]) -> list[str]:
    """A desk, a phone and a portal reader, where there are such."""
    faces: dict[str, str] = {}
    for part in parts:
        role = house.parts[part].role
        faces.setdefault("portal" if house.parts[part].is_portal else "phone" if role in ("carer", "nurse", "assessor") else "desk", part)
    return list(faces.values())


def test_no_page_carries_code_of_its_own_or_loads_from_elsewhere(house: House) -> None:
    wrong = []
    for answer in answers(house):
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        page = COMMENT.sub("", answer.text)
        wrong += [(answer.path, name, found[0][:90]) for name, rule in INLINE.items() if (found := rule.search(page))]
        wrong += [(answer.path, "from elsewhere", src) for src in LOADED.findall(page) if src.startswith(("http:", "https:", "//"))]
    assert wrong == []


def test_every_answer_carries_the_strict_policy(house: House) -> None:
    wrong = []
    for answer in answers(house):
        headers = answer.headers
        if not is_strict(headers.get("Content-Security-Policy", "")):
            wrong.append((answer.path, headers.get("Content-Security-Policy", "")))
        if headers.get("X-Frame-Options") != "DENY" or headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append((answer.path, "frames or types"))
        if headers.get("Referrer-Policy") != "same-origin" or "geolocation=(self)" not in headers.get("Permissions-Policy", ""):
            wrong.append((answer.path, "referrer or permissions"))
    assert wrong == []


def is_strict(policy: str) -> bool:
    """Ours for pages; for a file that is handed out, nothing at all and a sandbox."""
    parts = {part.strip() for part in policy.split(";")}
    if {"default-src 'none'", "sandbox"} <= parts:
        return True
    return parts >= STRICT and "unsafe" not in policy and not re.search(r"https?:|\*", policy)


def test_nothing_about_people_stays_in_a_cache(house: House) -> None:
    """Pages of the signed in are not kept, save a worker script that says nothing."""
    wrong = [
        (answer.path, answer.headers.get("Cache-Control"))
        for answer in answers(house)
        if "no-store" not in answer.headers.get("Cache-Control", "") and not answer.path.endswith("worker.js")
    ]
    assert wrong == []


def test_refusals_carry_the_same_headers(house: House) -> None:
    client = acting(house.parts["coordinator"])
    for path in (f"/people/{house.far.elder.pk}/", "/intake/", "/nowhere/"):
        response = client.get(path)
        assert response.status_code in (403, 404)
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "no-store" in response.headers["Cache-Control"]


def test_a_form_without_its_token_is_refused(house: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.parts["street"].account, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/intake/register/", {"name": "张三"})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


@pytest.fixture
def in_service(settings: Any) -> None:
    """The flags of the production settings; a test of their own checks that they are set there."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000


def test_cookies_are_closed_to_scripts_and_to_other_sites(house: House, in_service: None) -> None:
    client = Client()
    page = client.get("/accounts/login/", secure=True)
    given = client.post("/accounts/login/", {"login": "zhoujie", "password": PASSWORD}, secure=True)
    assert given.status_code == 302
    session, token = given.cookies["sessionid"], page.cookies["csrftoken"]
    assert (session["httponly"], session["secure"], session["samesite"]) == (True, True, "Lax")
    assert (token["secure"], token["samesite"]) == (True, "Lax")
    assert session["domain"] == token["domain"] == ""
    assert given.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_session_changes_when_somebody_signs_in_and_ends_when_she_leaves(house: House) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "zhoujie", "password": PASSWORD})
    key = client.session.session_key
    client.post("/accounts/logout/")
    assert client.get("/work/").status_code == 302
    client.post("/accounts/login/", {"login": "zhoujie", "password": PASSWORD})
    assert client.session.session_key != key


def test_a_redirect_never_leaves_the_house(house: House) -> None:
    client = acting(house.parts["street"])
    for path in ("/posts/", "/language/", "/accounts/login/"):
        for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "a word", "home"):
            response = client.post(path, {"next": target, "post": str(house.parts["street"].pk), "language": "en"})
            assert response.status_code < 500, (path, target)
            assert not response.headers.get("Location", "/").startswith(("http", "//", "javascript")), (path, target)
