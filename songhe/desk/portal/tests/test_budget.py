"""Queries a page may cost, however long the record behind it is."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from songhe.desk.conftest import Way
from songhe.kernel.access.models import Post
from songhe.simulation.cast import Cast

#: Four of them are the session, the account, its posts, and whose portal it is; a relative's look adds one.
BUDGET = {
    "home": 32, "journey": 30, "visits": 12, "bill": 12, "levels": 12, "entitled": 40, "readers": 8, "providers": 12,
    "apply": 16, "help": 8, "consents": 12, "profile": 10,
}


def test_every_page_keeps_to_its_budget(cast: Cast, way: Way, sign_in: Callable[[Post], Client]) -> None:
    client = sign_in(cast.daughter)
    for name, most in BUDGET.items():
        client.get(reverse(f"portal:{name}"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"portal:{name}")).status_code == 200
        assert len(asked) <= most, (name, len(asked))
