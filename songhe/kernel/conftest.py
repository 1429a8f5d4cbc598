"""Scratch databases of both kinds: for tests that make tables of their own, and for races.

A race needs two connections that see each other's commits, which a test inside a transaction
cannot have, and a file or server below it, which SQLite's shared memory is not.
"""

import os
import uuid
import warnings
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections

SERVER = os.environ.get("SONGHE_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")


def _postgresql(name: str) -> dict[str, object]:
    parts = psycopg.conninfo.conninfo_to_dict(SERVER)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": parts.get("user", "postgres"),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
    }


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgres),
    ]
)
def scratch(request, django_db_blocker, tmp_path) -> Iterator[str]:
    """Alias of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    name = f"songhe_scratch_{uuid.uuid4().hex[:12]}"
    server = None
    if request.param == "sqlite":
        settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "scratch.sqlite3")}
        settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    else:
        try:
            server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
        except psycopg.OperationalError:
            warnings.warn(f"no PostgreSQL answers at {SERVER}: {request.node.name} did not run", stacklevel=1)
            pytest.skip("no PostgreSQL server answers")
        server.execute(f'CREATE DATABASE "{name}"')
        settings = _postgresql(name)
    with django_db_blocker.unblock():
        connections.databases["scratch"] = connections.configure_settings(
            {"default": {}, "scratch": settings}
        )["scratch"]
        try:
            yield "scratch"
        finally:
            connections["scratch"].close()
            del connections["scratch"]
            del connections.databases["scratch"]
            if server:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
                server.close()


@pytest.fixture
def scratch_default(scratch) -> Iterator[str]:
    """The scratch database in the place of the default one, for every thread; gives its vendor.

    Tables are the test's to make: `with connection.schema_editor() as editor: …`.
    """
    usual_settings, usual = connections.databases["default"], connections["default"]
    connections.databases["default"] = connections.databases["scratch"]
    del connections["default"]
    try:
        yield connections["default"].vendor
    finally:
        connections["default"].close()
        connections.databases["default"] = usual_settings
        connections["default"] = usual
