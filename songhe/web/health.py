"""``/healthz``: can this house serve? For a load balancer and for the person on duty; tells of nobody.

Answers 200 when every check holds, else 503, with JSON either way. Open to all, so it says states
and ages, never addresses, names or settings.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

import songhe
from songhe.kernel import clock
from songhe.kernel.calendar import is_certain
from songhe.kernel.screens import ANYBODY, screen

from .checks import missing_vendor_files

QUEUE_WAIT = timedelta(minutes=10)
CLOCK_DRIFT = timedelta(seconds=60)
FREE_BYTES = 1_000_000_000

Finding = tuple[bool, str]
_migrated = False


def database() -> Finding:
    """The database answers."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, f"{(time.perf_counter() - began) * 1000:.0f} ms"


def migrations() -> Finding:
    """The database has the shape of this version. Looked at until it holds once, since that takes a while."""
    global _migrated
    if not _migrated:
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if pending:
            return False, f"{pending} pending: songhe migrate"
        _migrated = True
    return True, "up to date"


def queue() -> Finding:
    """No job has been waiting so long that the worker must be gone."""
    from django_tasks_db.models import DBTaskResult

    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    if oldest is None:
        return True, "empty"
    waited = clock.now() - oldest
    return waited < QUEUE_WAIT, f"oldest waits {int(waited.total_seconds())} s"


def disk() -> Finding:
    """Room is left where files and, on SQLite, the database are written."""
    places = {Path(settings.VAR)}
    if connection.vendor == "sqlite" and Path(str(connection.settings_dict["NAME"])).is_absolute():
        places.add(Path(str(connection.settings_dict["NAME"])).parent)
    free = min(shutil.disk_usage(place).free for place in places if place.exists())
    return free > FREE_BYTES, f"{free / 1e9:.1f} GB free"


def time_of_day() -> Finding:
    """The clock shows real time and agrees with the database server's."""
    if clock.is_set():
        return False, "the clock was set by hand"
    if connection.vendor != "postgresql":
        return True, "this machine's own"
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs(clock.now() - cursor.fetchone()[0])
    return drift < CLOCK_DRIFT, f"{drift.total_seconds():.0f} s from the database's"


def vendor_files() -> Finding:
    """The third-party files that pages ask for are there."""
    missing = missing_vendor_files()
    return not missing, f"{len(missing)} missing: make assets" if missing else "complete"


def calendar() -> Finding:
    """The working-day calendar knows this year; without it deadlines are uncertain."""
    today = clock.today()
    known = is_certain(today)
    return known, f"{today.year} {'known' if known else 'unknown: enter the published holidays'}"


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": database,
    "migrations": migrations,
    "queue": queue,
    "disk": disk,
    "clock": time_of_day,
    "vendor_files": vendor_files,
    "calendar": calendar,
}


def examine() -> dict[str, dict[str, Any]]:
    """Run every check; one that cannot run because the database is away has failed."""
    found = {}
    for name, look in CHECKS.items():
        try:
            ok, state = look()
        except (Error, OSError) as error:
            # The type alone: a database error's text names hosts and users.
            ok, state = False, type(error).__name__
        found[name] = {"ok": ok, "state": state}
    return found


@screen("healthz", roles=ANYBODY)
def healthz(request: HttpRequest) -> HttpResponse:
    """The health page."""
    checks = examine()
    well = all(check["ok"] for check in checks.values())
    answer = {"status": "ok" if well else "failing", "version": songhe.__version__, "checks": checks}
    response = JsonResponse(answer, status=200 if well else 503)
    response["Cache-Control"] = "no-store"
    return response
