"""Time limits: a policy value in working days, calendar days or months, counted from a day."""

from __future__ import annotations

import calendar as civil
from datetime import date, timedelta

from songhe.kernel import policy
from songhe.kernel.calendar import Deadline, add_working_days


def due(key: str, start: date, area: str = "") -> Deadline | None:
    """The last day of the limit that policy ``key`` sets for something that began on ``start``.

    The unit is the policy's own: ``working_day`` counts by the published calendar,
    ``calendar_day`` and ``month`` by the civil one. ``None`` where ``key`` is empty.
    """
    if not key:
        return None
    limit = policy.value(key, on=start, **({"area": area} if area else {}))
    count = int(limit.value)
    if limit.unit == "working_day":
        return add_working_days(start, count)
    if limit.unit == "calendar_day":
        return Deadline(start + timedelta(days=count), certain=True)
    if limit.unit == "month":
        return Deadline(add_months(start, count), certain=True)
    raise ValueError(f"policy {key} is no time limit: unit {limit.unit}")


def add_months(start: date, count: int) -> date:
    """The same day ``count`` months on, or the month's last day.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, civil.monthrange(year, month)[1]))
