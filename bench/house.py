"""The house that is measured: a database of its own, filled through the product's own functions.

``SCALE`` (default 1: everybody) and ``BENCH_DATABASE_URL`` (default: database songhe_bench on the
PostgreSQL of this machine) come from the environment. SQLite: sqlite:////path/file.sqlite3.
"""

import json
import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCALE = int(os.environ.get("SCALE", "1"))
SEED = 1
URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/songhe_bench")
STAMP = ROOT / "var" / f"bench-{SCALE}.json"

_stages: dict[str, tuple[float, str]] = {}
_town: Any = None
_cast: Any = None
_first: date | None = None


def open_house() -> None:
    """Start Django on the bench database."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ["DATABASE_URL"] = URL
        os.environ["SONGHE_MEDIA"] = str(STAMP.with_suffix(".media"))
        os.environ["DJANGO_SETTINGS_MODULE"] = "songhe.web.settings.dev"
        django.setup()


def empty_database() -> None:
    """A new, migrated database; what stood there under this name is dropped."""
    open_house()
    from django.core.management import call_command
    from django.db import connection

    STAMP.unlink(missing_ok=True)
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
    else:
        for leftover in Path(name).parent.glob(f"{Path(name).name}*"):
            leftover.unlink()
    call_command("migrate", verbosity=0)


def store_name() -> str:
    """Which database, for the size of a figure."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return "SQLite"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000, current_setting('shared_buffers')")
        version, memory = cursor.fetchone()
    return f"PostgreSQL {version} with shared_buffers {memory}"


def month() -> tuple[date, int]:
    """First day and length of last month: the month that is lived and settled."""
    global _first
    from songhe.kernel import clock

    # Asked once with the real clock: afterwards the simulation has set it.
    first = _first or clock.today().replace(day=1)
    _first = first
    start = (first - timedelta(days=1)).replace(day=1)
    return start, (first - start).days


def quietly(what: str, done: int, total: int) -> None:
    """Nobody watches a measurement."""


def load() -> tuple[float, str]:
    """Seconds to load the district, everybody and their families, providers and staff."""
    global _town, _cast
    if "load" not in _stages:
        empty_database()
        from songhe.register.people.models import Person, Relative
        from songhe.simulation import demo

        start, _ = month()
        began = time.perf_counter()
        _town, _cast = demo.load_everybody(scale=SCALE, seed=SEED, start=start, progress=quietly)
        seconds = time.perf_counter() - began
        people, relatives = (m.objects.unscoped("bench").count() for m in (Person, Relative))
        _stages["load"] = seconds, f"{people:,} people, {relatives:,} relatives, {store_name()}"
    return _stages["load"]


def into_service() -> tuple[float, str]:
    """Seconds until everybody with a level is enrolled, planned for and has the visits of the week, through the actions."""
    if "service" not in _stages:
        load()
        from songhe.care.ltci.models import Enrolment
        from songhe.delivery.visits.models import Visit
        from songhe.simulation import demo

        start, _ = month()
        began = time.perf_counter()
        demo.bring_into_service(_town, _cast, start, progress=quietly)
        seconds = time.perf_counter() - began
        enrolled, visits = (m.objects.unscoped("bench").count() for m in (Enrolment, Visit))
        _stages["service"] = seconds, f"{enrolled:,} people enrolled, {visits:,} visits made, {store_name()}"
    return _stages["service"]


def simulate() -> tuple[float, str]:
    """Seconds to live the month."""
    if "simulate" not in _stages:
        into_service()
        from songhe.simulation import living

        start, days = month()
        began = time.perf_counter()
        living.live(_town, start, days)
        _stages["simulate"] = time.perf_counter() - began, f"{_town.visited:,} visits, {days} days, {store_name()}"
    return _stages["simulate"]


def settle() -> tuple[float, str]:
    """Seconds to settle the month that was lived."""
    if "settle" not in _stages:
        simulate()
        from songhe.care.ltci.settlement import settle_month
        from songhe.kernel import clock
        from songhe.kernel.process.deadlines import add_months

        start, _ = month()
        clock.set_clock(clock.midnight(add_months(start, 1)) + timedelta(days=4, hours=10))
        began = time.perf_counter()
        done = settle_month(start)
        _stages["settle"] = time.perf_counter() - began, f"{done.statements:,} statements, {done.lines:,} lines, {store_name()}"
        clock.set_clock(None)
        from songhe.simulation import cast

        cast.build(cast.PASSWORD)
        rest()
        STAMP.parent.mkdir(exist_ok=True)
        STAMP.write_text(json.dumps({"url": URL, "scale": SCALE}))
    return _stages["settle"]


def rest() -> None:
    """What the database does by itself in the night after a month's writing, done before pages are measured."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")


def furnished() -> None:
    """A database with everything in it: the one that is there, or a new one."""
    open_house()
    if not STAMP.exists() or json.loads(STAMP.read_text())["url"] != URL:
        settle()
