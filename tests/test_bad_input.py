"""Whatever is typed: never an error of the programme, always a sentence in Chinese, and nothing typed is lost."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.conftest import acting
from tests.house import House
from tests.house.forms import Field, Form, forms_of
from tests.house.listing import shown_lists
from tests.house.marks import text_of
from tests.house.readers import reader_of
from tests.house.samples import FAR, addresses

#: What people type, paste, and try. Each goes into every field of a form at once.
GARBAGE = {
    "nothing": "",
    "blanks": "   \t ",
    "too long": "松" * 6_000,
    "control signs": "沈\x00桂\x07芳\x1b[31m",
    "a wrong day": "2026-02-30",
    "a year too far": "99999-01-01",
    "a number too large": "9" * 40,
    "less than nothing": "-1",
    "emoji": "👵🏻‍🦽好",
    "half a sign": "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "a query": "'; DROP TABLE people_person; --",
    "a page": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{{ request.user }}{% csrf_token %}",
    "a formula": '=HYPERLINK("http://x","y")',
    "right to left": "\u202e倒着写",
    "a key": "00000000-0000-7000-8000-000000000000",
    "no key": "not-a-uuid",
}
ENGLISH = re.compile(r"This field|Enter a valid|Select a valid|Ensure this|This value|Not a valid|null characters", re.I)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TYPED = ("text", "textarea", "search", "tel", "number", "date", "datetime-local", "time", "month", "email", "url")
#: Answers to bad input: shown again, refused, or accepted where it was not bad at all.
FINE = {200, 302, 303, 400, 403, 404, 409, 413, 422}


def pages_with_forms(house: House) -> list[tuple[str, str, Client, list[Form]]]:
    """Every page of ours that can be posted to, opened once by a post that may, with its own forms."""
    if "forms" not in house.__dict__:
        found = []
        for address in addresses(house.near, house.far):
            if address.screen is None or address.sample == FAR or set(address.methods) != {"GET", "POST"}:
                continue
            if part := reader_of(address):
                client = acting(house.parts[part])
                own = [f for f in forms_of(text_of(client.get(address.path))) if f.action in ("", address.path)]
                found.append((f"/{address.route}", address.path, part, own))
        house.__dict__["forms"] = found
    clients = {part: acting(house.parts[part]) for _, _, part, _ in house.__dict__["forms"]}
    return [(route, path, clients[part], own) for route, path, part, own in house.__dict__["forms"]]


def filled(form: Form, garbage: str) -> dict[str, str]:
    """The form with the garbage in everything that can be typed or chosen."""
    return {name: one.value if one.kind == "hidden" else garbage for name, one in form.fields.items() if one.kind != "file"}


def posted(client: Client, path: str, data: Any, **more: Any) -> tuple[int, str]:
    """The answer to a post that leaves nothing behind."""
    with transaction.atomic():
        response: HttpResponse = client.post(path, data, **more)
        answer = (response.status_code, text_of(response))
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("kind", GARBAGE)
def test_a_form_takes_anything_without_breaking(house: House, kind: str) -> None:
    garbage, wrong = GARBAGE[kind], []
    for route, path, client, forms in pages_with_forms(house):
        for form in forms:
            status, page = posted(client, path, filled(form, garbage))
            if status not in FINE:
                wrong.append((route, status))
            elif status < 300 or status == 422:
                wrong += [(route, what) for what in faults(page, form, garbage)]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("garbage", ["", "[]", "{}", '"x"', "not-a-uuid", "\u0000", "<script>alert(1)</script>", "9" * 30])
def test_what_a_page_carries_hidden_may_be_anything(house: House, garbage: str) -> None:
    wrong = []
    for route, path, client, forms in pages_with_forms(house):
        for form in forms:
            hidden = {n: garbage if one.kind == "hidden" else one.value for n, one in form.fields.items() if one.kind != "file"}
            if any(one.kind == "hidden" and one.name != "csrfmiddlewaretoken" for one in form.fields.values()):
                status, page = posted(client, path, hidden)
                if status not in FINE or "<script>alert(1)" in page:
                    wrong.append((route, status))
    assert not wrong, "\n".join(map(str, wrong))


def faults(page: str, form: Form, garbage: str) -> list[str]:
    """What is wrong with a form that is shown again."""
    found = []
    if english := ENGLISH.search(page):
        found.append(f"speaks English: {english[0]}")
    if "<script>alert(1)" in page or ("onerror=alert(1)>" in page and "&lt;img" not in page):
        found.append("shows markup as markup")
    again = next((f for f in forms_of(page) if set(f.fields) >= {n for n, one in form.fields.items() if one.kind in TYPED}), None)
    if again is None:
        return found
    kept = re.sub(r"\s+", "", page)
    for one in form.fields.values():
        if is_lost(one, garbage, kept):
            found.append(f"{one.name}: what was typed is lost")
    return found


def is_lost(one: Field, garbage: str, page: str) -> bool:
    """Whether a typed value is gone from the page. Signs that cannot be shown may go, and what no browser lets one type."""
    if (one.longest and len(garbage) > one.longest) or (one.kind == "number" and not garbage.strip("-").isdecimal()):
        return False
    shown = re.sub(r"[\x00-\x1f\s]", "", escape(garbage))
    return one.kind in TYPED and bool(shown) and shown not in re.sub(r"[\x00-\x1f]", "", page)


def test_addresses_that_only_take_posts_take_anything(house: House) -> None:
    wrong = []
    for address in addresses(house.near, house.far):
        if address.screen is None or address.sample == FAR or "GET" in address.methods:
            continue
        part = next((p for p, post in house.parts.items() if address.screen.admits(post.role)), None)
        if part is None:
            continue
        client = acting(house.parts[part])
        for garbage in ("{", "[]", '{"a": [1, {"b": null}]}', '{"entries": "x", "punches": [1], "reports": [{}]}', "\x00", ""):
            for kind in ("application/json", "application/x-www-form-urlencoded"):
                status, _page = posted(client, address.path, garbage, content_type=kind)
                if status not in FINE | {201, 401}:
                    wrong.append((address.route, garbage, kind, status))
    assert wrong == []


@pytest.mark.parametrize("kind", [k for k in GARBAGE if k not in ("nothing", "blanks")])
def test_a_list_takes_any_search_filter_and_cursor(house: House, kind: str) -> None:
    garbage, wrong = GARBAGE[kind], []
    for name, one in shown_lists(house, acting).items():
        client = acting(house.parts[one.reader])
        narrowed = dict.fromkeys(("after", "sort", "export", *(f.key for f in one.page.filters)), garbage)
        for query in ({"q": garbage}, narrowed):
            response = client.get(*one.url(**query))
            if response.status_code != 200 or "<script>alert(1)" in text_of(response):
                wrong.append((name, sorted(query), response.status_code))
    assert wrong == []
