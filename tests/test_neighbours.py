"""The neighbour sees nothing: no row, no count, no search, no export, no answer of the interface.

What serves only the other half of the house (吴强's street, 罗刚's agency, 冯燕's provider, 赵琴 the
carer, 戴建国 and his daughter 高芳) must not even learn that 沈桂芳 exists; and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from songhe.kernel import clock
from songhe.kernel.access import rights
from songhe.kernel.access.models import Account, Consent, Post
from songhe.kernel.access.roles import Role
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.events import queries as events
from songhe.kernel.screens.lists import lists
from songhe.register.people.models import Person
from tests.conftest import acting
from tests.house import House, Side
from tests.house.listing import Shown, shown_lists
from tests.house.marks import given_away, marks, path_to, rows_of, text_of
from tests.house.samples import NEAR, Address, addresses
from tests.test_access_table import ONLY_FAR, ONLY_NEAR, PUBLIC_ROWS

#: Scoped models that no role is given rows of, and why.
NEVER_DECLARED = {"Event": "read through the timeline of a person or the history of a case, after their own scope was asked"}
#: How the interface is spoken to: the same for everybody, and nothing of anybody.
DESCRIPTION = "api/v1/openapi.json"
#: Roles that work over the whole district.
DISTRICT = {Role.BUREAU, Role.INSURER, Role.AUDITOR}
MODELS = sorted(rights.declared_models(), key=lambda m: m.__name__)


def halves(house: House) -> Iterator[tuple[Side, set[str]]]:
    """Each side with the parts that must not see it."""
    yield house.near, ONLY_FAR
    yield house.far, ONLY_NEAR


def test_every_scoped_model_is_opened_to_somebody_or_says_why_not() -> None:
    scoped = {m for m in apps.get_models() if issubclass(m, ScopedModel)}
    assert {m.__name__ for m in scoped - rights.declared_models()} == set(NEVER_DECLARED)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_a_neighbour_sees_no_row(house: House, model: type[Any]) -> None:
    for side, outsiders in halves(house):
        hers = rows_of(model, side)
        assert hers.exists(), f"the house has no {model.__name__} on the {side.key} side"
        for part in outsiders:
            seen = model.objects.visible_to(house.parts[part])
            assert not seen.filter(pk__in=hers.values("pk")).exists(), (part, side.key)
            assert seen.count() == seen.exclude(pk__in=hers.values("pk")).count()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_whoever_serves_her_sees_her_rows(house: House, model: type[Any]) -> None:
    """So that seeing nothing is not simply seeing nothing at all."""
    hers = rows_of(model, house.near)
    readers = {p for p, post in house.parts.items() if model.objects.visible_to(post).filter(pk__in=hers.values("pk")).exists()}
    assert readers
    assert readers.isdisjoint(ONLY_FAR | {"volunteer"})


@pytest.mark.parametrize("model", [m for m in MODELS if path_to(m, Person)], ids=lambda m: m.__name__)
def test_the_administrator_sees_no_row_about_a_person(house: House, model: type[Any]) -> None:
    assert not model.objects.visible_to(house.parts["admin"]).exists()


@pytest.mark.parametrize("role", [r for r in Role if r != Role.SYSTEM], ids=str)
def test_a_post_of_another_district_or_of_yesterday_sees_no_row(house: House, role: Role) -> None:
    account = Account.objects.create_user("visitor", name="外区")
    post = Post.objects.create(account=account, role=role, area_code="310105")
    gone = next((p for p in house.parts.values() if p.role == role), None)
    if gone:
        gone = Post.objects.get(pk=gone.pk)
        gone.ends = clock.today()
    for model in MODELS:
        if model.__name__ != "JobRun" or role != Role.ADMIN:
            assert not model.objects.visible_to(post).exists(), (model.__name__, "外区")
        assert gone is None or not model.objects.visible_to(gone).exists(), (model.__name__, "任职已满")


def test_consent_that_is_withdrawn_closes_every_row_at_once(house: House) -> None:
    daughter = house.parts["daughter"]
    assert any(m.objects.visible_to(daughter).exists() for m in MODELS)
    Consent.objects.unscoped("test").filter(recipient_id=daughter.holder_id).update(withdrawn_at=clock.now())
    assert [m.__name__ for m in MODELS if m.objects.visible_to(daughter).exists()] == []


def test_consent_that_ended_yesterday_closes_every_row(house: House) -> None:
    daughter = house.parts["daughter"]
    Consent.objects.unscoped("test").filter(recipient_id=daughter.holder_id).update(ends=clock.today())
    assert [m.__name__ for m in MODELS if m.objects.visible_to(daughter).exists()] == []


def test_the_timeline_of_a_stranger_is_empty(house: House) -> None:
    for side, outsiders in halves(house):
        for part in outsiders:
            assert not _timeline(side.elder, house.parts[part]), part


def _timeline(person: Person, post: Post) -> list[Any]:
    if not Person.objects.visible_to(post).filter(pk=person.pk).exists():
        return []
    return list(events.timeline(person.pk, post))


@pytest.mark.parametrize("part", sorted(ONLY_FAR | {"admin"}))
def test_no_page_of_a_neighbour_names_her(house: House, part: str) -> None:
    client, hers = acting(house.parts[part]), marks(house.near)
    told = {}
    for address in addresses(house.near, house.far):
        if "GET" in address.methods and address.sample != NEAR and not _is_public(address):
            response = client.get(address.path)
            if response.status_code == 200 and (found := given_away(text_of(response), hers)):
                told[address.path] = found
    assert told == {}


def _is_public(address: Address) -> bool:
    """Places; libraries' pages; the start page of a demonstration, which offers everybody's sign-in."""
    if address.screen and address.screen.public:
        return True
    return f"/{address.route}".startswith(PUBLIC_ROWS) or (address.foreign and not address.is_api)


@pytest.fixture
def shown(house: House) -> dict[str, Shown]:
    """Every list by its name, with an address that leads to it."""
    return shown_lists(house, acting)


def test_every_list_is_reached_by_an_address(shown: dict[str, Shown]) -> None:
    assert set(lists()) - set(shown) == set()


@pytest.mark.parametrize("part", sorted(ONLY_FAR | ONLY_NEAR))
def test_no_list_finds_or_exports_a_neighbours_person(house: House, shown: dict[str, Shown], part: str) -> None:
    side = house.near if part in ONLY_FAR else house.far
    client, post, hers = acting(house.parts[part]), house.parts[part], marks(side)
    for one in shown.values():
        if not f"/{one.route}".startswith(PUBLIC_ROWS) and client.get(*one.url()).status_code == 200:
            _search(client, post, one, side, hers)


def _search(client: Client, post: Post, one: Shown, side: Side, hers: set[str]) -> None:
    name = one.page.name
    assert given_away(text_of(client.get(*one.url())), hers) == [], name
    for typed in words_for(side):
        response = client.get(*one.url(q=typed))
        assert given_away(text_of(response), hers, typed) == [], (name, typed)
        if one.page.search and response.context and "list" in response.context:
            assert (response.context["list"].total, response.context["rows"]) == (0, []), (name, typed)
    for filter_ in one.page.filters:
        for value, _label in (filter_.choices(post) if filter_.choices else [])[:12]:
            assert given_away(text_of(client.get(*one.url(**{filter_.key: value}))), hers) == [], (name, filter_.key, value)
    for form in ("xlsx", "csv"):
        response = client.get(*one.url(export=form))
        assert response.status_code == (200 if post.role in one.page.export_roles else 403), (name, form)
        assert given_away(text_of(response), hers) == [], (name, form)


def words_for(side: Side) -> list[str]:
    """What one could type to find her: each matches nobody else."""
    elder = side.elder
    return [elder.name, elder.pinyin, elder.identity_number, elder.phone, side.rows["assessment_delivered"].number]


def test_the_same_search_finds_her_for_those_who_serve_her(house: House) -> None:
    client = acting(house.parts["street"])
    for typed in words_for(house.near)[:4]:
        response = client.get("/people/", {"q": typed})
        assert str(house.near.elder.pk) in text_of(response), typed


def test_no_program_gets_a_neighbours_person(house: House) -> None:
    found = [
        a for a in addresses(house.near, house.far)
        if a.is_api and "GET" in a.methods and "<" not in a.route and a.route != DESCRIPTION and not _is_public(a)
    ]
    assert len(found) >= 4
    for side, outsiders in halves(house):
        hers = marks(side)
        for part in sorted(outsiders | {"admin"}):
            client = acting(house.parts[part])
            for address in found:
                for query in ({}, *({"q": w} for w in words_for(side))):
                    text = text_of(client.get(address.path, query))
                    assert given_away(text, hers, query.get("q", "")) == [], (address.path, part, query)


def test_looking_leaves_a_line_that_she_can_read(house: House) -> None:
    from songhe.kernel.access.models import ReadEntry

    before = ReadEntry.objects.visible_to(house.parts["elder"]).count()
    clock.advance(timedelta(minutes=1))
    acting(house.parts["doctor"]).get(f"/people/{house.near.elder.pk}/")
    after = ReadEntry.objects.visible_to(house.parts["elder"]).order_by("-at", "-id")
    assert after.count() == before + 1
    assert "马琳" in after.first().reader
