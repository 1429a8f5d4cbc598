"""What the cross-cutting tests share: the clock, and the house with somebody in every room."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from songhe.conftest import _fresh_memory, _in_chinese, _still_clock  # noqa: F401 - the same clock as in every room
from songhe.kernel.access.models import Post
from tests.house import House, standing


@pytest.fixture(scope="session")
def _media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("media"))


@pytest.fixture
def built_house(django_db_setup: None, django_db_blocker: Any, _media: Path) -> House:
    """The house, before the transaction of the test begins."""
    return standing.enter(django_db_blocker, _media)  # type: ignore[no-any-return]


@pytest.fixture
def house(built_house: House, db: None) -> House:
    """The house for one test; what the test does to it is undone."""
    return built_house


@pytest.fixture
def enter(house: House) -> Callable[[Post], Client]:
    """A client that is signed in and acts in the given post."""
    return acting


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals are asked for here; none of them needs a line."""
    log = logging.getLogger("django.request")
    before = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(before)


def acting(post: Post) -> Client:
    """A client that is signed in and acts in the given post."""
    client = Client(raise_request_exception=False)
    client.force_login(post.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["post"] = str(post.pk)
    session.save()
    return client
