"""The policy values that a visit's evidence is measured with."""

from __future__ import annotations

from datetime import date

from songhe.kernel import policy

from .rules import Limits


def on(day: date) -> Limits:
    """Limits in force on a day."""

    def v(key: str) -> int:
        return int(policy.value(key, on=day).value)

    return Limits(
        fence=v("visits.fence_metres"),
        accuracy=v("visits.location_accuracy_metres"),
        skew=v("visits.clock_skew_minutes"),
        sync_minutes=v("visits.sync_days") * 24 * 60,
        early=v("visits.early_minutes"),
        late=v("visits.late_minutes"),
        shortest=v("ltci.home.visit_minutes_minimum"),
        longest=v("visits.overlong_minutes"),
    )
