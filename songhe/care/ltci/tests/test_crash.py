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

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def run(url, *commands, dies=False, cores=1):
    """Run commands in one new process; the reports it printed. With more than one core it has processes of its own,
    of which one may die: then it ends with an error.
    """
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL_TEST"}
    env |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "songhe.web.settings.dev", "SONGHE_CORES": str(cores)}
    finished = subprocess.run(
        [sys.executable, "-m", f"{__package__}.crashing", *commands], env=env, capture_output=True, text=True, check=False,
        timeout=110,
    )
    assert finished.returncode == ((DIED if cores == 1 else 1) if dies else 0), finished.stderr[-2000:]
    assert not dies or cores == 1 or "BrokenProcessPool" in finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]


def the_month_survives(url, copy):
    """``copy`` gives the address of a second database with the same content."""
    run(url, "migrate", "build")
    [wanted] = run(copy(), "settle", "report")
    assert wanted["violations"] == []
    assert [s[1] for s in wanted["statements"]] == ["paid"] * 3
    left = []
    for way in ("lines", "books", "between", "payment"):
        left += run(url, "report", way, dies=True)
    *rest, first, second = run(url, "report", "settle", "report", "settle", "report")
    left += rest
    assert [found["violations"] for found in left] == [[]] * 5
    assert [len(found["statements"]) for found in left] == [0, 0, 2, 2, 3]
    assert [s[1] for s in left[4]["statements"]] == ["approved"] * 3
    assert first == wanted
    assert second == wanted


def one_of_two_may_die(url, copy):
    """The same with two processes that settle side by side, of which one is killed."""
    run(url, "migrate", "build")
    [wanted] = run(copy(), "settle", "report")
    run(url, "books", dies=True, cores=2)
    [left] = run(url, "report")
    assert left["violations"] == []
    # The step that the one was in is not there; what was done before stands, and nothing was paid out.
    assert 0 < left["postings"] < wanted["postings"]
    assert "submitted" in [s[1] for s in left["statements"]]
    assert "paid" not in [s[1] for s in left["statements"]]
    [first, second] = run(url, "settle", "report", "settle", "report", cores=2)
    assert first == wanted
    assert second == wanted


@pytest.mark.sqlite
def test_a_settlement_killed_at_any_place_is_finished_by_the_next_run_on_sqlite(tmp_path):
    def copy():
        shutil.copy(tmp_path / "a.sqlite3", tmp_path / "b.sqlite3")
        return f"sqlite:///{tmp_path}/b.sqlite3"

    the_month_survives(f"sqlite:///{tmp_path}/a.sqlite3", copy)


@pytest.mark.postgres
@pytest.mark.parametrize("story", [the_month_survives, one_of_two_may_die])
def test_a_settlement_killed_at_any_place_is_finished_by_the_next_run_on_postgresql(story):
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
        story(f"{base}/{name}", copy)
    finally:
        for database in (name, f"{name}_b"):
            server.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        server.close()
