"""Killed in the middle of a settlement, run again: the same month as if nothing had happened."""

import json
import os
import shutil
import subprocess
import sys
import uuid
import warnings

import psycopg
import pytest

from songhe.kernel.conftest import SERVER

from .crashing import DIED

pytestmark = pytest.mark.slow


def run(what, url):
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL_TEST"}
    env |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "songhe.web.settings.test"}
    command = [sys.executable, "-m", *(["django", "migrate", "-v0"] if what == "migrate" else [f"{__package__}.crashing", what])]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=100)


def done(what, url):
    finished = run(what, url)
    assert finished.returncode == 0, finished.stderr[-2000:]
    return finished.stdout


def report(url):
    return json.loads(done("report", url))


def the_month_survives(url, copy):
    """``copy`` gives the address of a second database with the same content."""
    done("migrate", url)
    done("build", url)
    calm = copy()
    done("settle", calm)
    wanted = report(calm)
    assert wanted["violations"] == []
    assert [s[1] for s in wanted["statements"]] == ["paid"] * 3
    for way in ("lines", "books", "between", "payment"):
        assert run(way, url).returncode == DIED, way
        assert report(url)["violations"] == [], way
    assert report(url) != wanted
    done("settle", url)
    assert report(url) == wanted
    done("settle", url)
    assert report(url) == wanted


@pytest.mark.sqlite
def test_a_settlement_killed_at_any_place_is_finished_by_the_next_run_on_sqlite(tmp_path):
    def copy():
        shutil.copy(tmp_path / "a.sqlite3", tmp_path / "b.sqlite3")
        return f"sqlite:///{tmp_path}/b.sqlite3"

    the_month_survives(f"sqlite:///{tmp_path}/a.sqlite3", copy)


@pytest.mark.postgres
def test_a_settlement_killed_at_any_place_is_finished_by_the_next_run_on_postgresql():
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        warnings.warn(f"no PostgreSQL answers at {SERVER}: the crash test did not run on it", stacklevel=1)
        pytest.skip("no PostgreSQL server answers")
    name = f"songhe_crash_{uuid.uuid4().hex[:12]}"
    base = SERVER.rsplit("/", 1)[0]

    def copy():
        server.execute(f'CREATE DATABASE "{name}_b" TEMPLATE "{name}"')
        return f"{base}/{name}_b"

    server.execute(f'CREATE DATABASE "{name}"')
    try:
        the_month_survives(f"{base}/{name}", copy)
    finally:
        for database in (name, f"{name}_b"):
            server.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        server.close()
