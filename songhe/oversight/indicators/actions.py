"""Taking snapshots: every indicator, for the district and each of its towns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import structlog
from django.db import transaction

from songhe.kernel import clock
from songhe.kernel.areas import queries as areas
from songhe.kernel.areas.models import Area
from songhe.kernel.registry import Indicator, indicators

from .models import Snapshot

log = structlog.get_logger(__name__)


def districts() -> list[str]:
    """Six-digit codes of the districts that have towns here."""
    return sorted({code[:6] for code in Area.objects.filter(kind="town").values_list("code", flat=True)})


def take(day: date | None = None, *, progress: Callable[[int, int, str], None] | None = None) -> int:
    """Measure every indicator of a day and keep it; measuring again replaces it.

    One that fails is kept as unknown, with its reason, and does not stop the others: a wall
    must say that a source failed instead of showing nought.
    """
    on = day or clock.today()
    taken = 0
    known = list(indicators.values())
    for at, indicator in enumerate(known):
        for district in districts():
            taken += _measure(indicator, district, on)
        if progress:
            progress(at + 1, len(known), indicator.title)
    return taken


def _measure(indicator: Indicator, district: str, on: date) -> int:
    towns = [t.code for t in areas.towns(district)]
    now = clock.now()
    values: dict[str, float | None] = {}
    fault = ""
    try:
        # A savepoint: a query that fails must not spoil the transaction of the others.
        with transaction.atomic():
            values[district.ljust(12, "0")] = indicator.compute(district, on)
            by_town = dict(indicator.by_town(district, on)) if indicator.by_town else {}
            for code in towns:
                if indicator.by_town:
                    values[code] = by_town.get(code, by_town.get(code[:9], 0))
                else:
                    values[code] = indicator.compute(code[:9], on)
    except Exception as error:
        log.warning("indicator_failed", code=indicator.code, error=type(error).__name__)
        fault = f"计算失败（{type(error).__name__}）"
        values = {district.ljust(12, "0"): None}
    rows = [
        Snapshot(code=indicator.code, area_code=code, day=on, value=value, taken_at=now, fault=fault)
        for code, value in values.items()
    ]
    Snapshot.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code", "area_code", "day"], update_fields=["value", "taken_at", "fault"]
    )
    return len(rows)
