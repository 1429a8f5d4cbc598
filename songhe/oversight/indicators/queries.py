"""Reading figures: the latest snapshot, the day it tells of, and how old it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.registry import Indicator, indicators

from .models import Snapshot

#: A figure older than this is shown grey, with its age.
STALE = timedelta(hours=26)
#: Counts of people below this are not shown for a town on the wall: a small number is a person.
SMALL = 5


@dataclass(frozen=True)
class Figure:
    """An indicator with its value: what a tile, a table and an export all show."""

    indicator: Indicator
    area_code: str
    value: float | None
    day: date | None
    taken_at: datetime | None
    fault: str = ""
    before: float | None = None

    @property
    def text(self) -> str:
        """The number as written: 1,234 or 12.3; 「—」 where it is not known."""
        return written(self.value)

    @property
    def stale(self) -> bool:
        """Whether it should be shown grey."""
        return self.taken_at is None or clock.now() - self.taken_at > STALE

    @property
    def age(self) -> str:
        """How old it is, in words; empty while it is fresh."""
        if self.taken_at is None:
            return _("尚未计算")
        if self.fault:
            return self.fault
        hours = int((clock.now() - self.taken_at).total_seconds() // 3600)
        return _("%(n)d 天前的数据") % {"n": hours // 24} if self.stale and hours >= 24 else ""

    @property
    def change(self) -> str:
        """Against the earlier figure: 「较 7 天前 +1.2%」."""
        if self.value is None or not self.before:
            return ""
        share = 100 * (self.value - self.before) / self.before
        if abs(share) < 0.05:
            return _("与 7 天前持平")
        return _("较 7 天前 %(share)s") % {"share": f"{share:+.1f}%"}


def written(value: float | None) -> str:
    """A figure as the screens and exports write it.

    >>> written(354900.0), written(12.34), written(None)
    ('354,900', '12.3', '—')
    """
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:,.1f}"


def figures(codes: Iterable[str], area: str, on: date | None = None) -> list[Figure]:
    """Figures of one area on a day (by default the newest kept), in the order asked for. Two queries."""
    wanted = [c for c in codes if c in indicators]
    full = area.ljust(12, "0")
    rows = Snapshot.objects.filter(code__in=wanted, area_code=full)
    if on is not None:
        rows = rows.filter(day__lte=on)
    latest: dict[str, Snapshot] = {}
    earlier: dict[str, Snapshot] = {}
    horizon = (on or clock.today()) - timedelta(days=40)
    for row in rows.filter(day__gte=horizon).order_by("-day"):
        first = latest.setdefault(row.code, row)
        if row.day <= first.day - timedelta(days=7):
            earlier.setdefault(row.code, row)
    return [_figure(indicators.get(c), full, latest.get(c), earlier.get(c)) for c in wanted]


def _figure(indicator: Indicator, area: str, row: Snapshot | None, before: Snapshot | None) -> Figure:
    if row is None:
        return Figure(indicator, area, None, None, None)
    return Figure(indicator, area, row.value, row.day, row.taken_at, row.fault, before.value if before else None)


def by_town(code: str, towns: Sequence[str], on: date | None = None) -> dict[str, Figure]:
    """One indicator in every town, the newest of each. One query."""
    rows = Snapshot.objects.filter(code=code, area_code__in=list(towns), day__gte=(on or clock.today()) - timedelta(days=40))
    if on is not None:
        rows = rows.filter(day__lte=on)
    latest: dict[str, Snapshot] = {}
    for row in rows.order_by("-day"):
        latest.setdefault(row.area_code, row)
    return {t: _figure(indicators.get(code), t, latest.get(t), None) for t in towns}


def series(code: str, area: str, days: int = 30) -> list[tuple[date, float | None]]:
    """The indicator's snapshots of the last days, oldest first."""
    rows = Snapshot.objects.filter(code=code, area_code=area.ljust(12, "0"), day__gt=clock.today() - timedelta(days=days))
    return list(rows.order_by("day").values_list("day", "value"))
