"""Loads the published arrangements from data/ without touching what an officer entered."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from .days import changed
from .models import Day, Kind

DATA = Path(__file__).parent / "data"


def published() -> Iterator[Day]:
    """The rows of all data files. Columns: date, kind, name, source."""
    for path in sorted(DATA.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(line for line in lines if not line.startswith("#")):
                yield Day(
                    date=date.fromisoformat(row["date"]),
                    kind=Kind(row["kind"]),
                    name=row["name"],
                    source=row["source"],
                )


def load(using: str = DEFAULT_DB_ALIAS) -> int:
    """Add published days that are missing; returns how many. A row that is there always wins."""
    days = Day.objects.using(using)
    there = set(days.values_list("date", flat=True))
    missing = [day for day in published() if day.date not in there]
    days.bulk_create(missing, ignore_conflicts=True)
    if missing:
        changed({day.date.year for day in missing}, using)
    return len(missing)


def after_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Each migration run brings the table up to the files that came with this release."""
    if Day._meta.db_table in connections[using].introspection.table_names():
        load(using)
