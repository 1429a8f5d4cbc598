"""Fixtures that every room's tests share: the clock, the cast, clients that act in a post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from songhe.kernel import calendar, clock
from songhe.kernel.access.models import Post
from songhe.kernel.areas import queries as area_queries
from songhe.simulation import cast as cast_module
from songhe.simulation.cast import Cast

#: Every test lives on this Wednesday unless it says otherwise.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    """Time stands still, so that no test depends on the day it runs."""
    with clock.frozen(NOW):
        yield


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """The tree of areas and the calendar are kept in memory; each test reads its own."""
    area_queries.forget()
    calendar.forget()
    yield
    area_queries.forget()
    calendar.forget()


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """A page asked for in English leaves the thread in English; the next test begins in Chinese."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The named cast in an empty district."""
    return cast_module.build()


@pytest.fixture
def sign_in(db: None) -> Callable[[Post], Client]:
    """A client that is signed in and acts in the given post."""

    def enter(post: Post) -> Client:
        client = Client()
        client.force_login(post.account, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["post"] = str(post.pk)
        session.save()
        return client

    return enter
