"""Indicators of the register of people. 户籍 and 常住 are two universes and are counted apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from songhe.kernel.access.rights import area_q
from songhe.kernel.access.scoping import ScopedQuerySet
from songhe.kernel.areas.queries import town_code
from songhe.kernel.registry import Indicator, indicators

from .models import Person
from .rules import years_before

_WHY = "indicators count and show nobody"


@dataclass(frozen=True)
class _Figure:
    """A count of people: by which of the two addresses, from which age, under which condition."""

    code: str
    title: str
    definition: str
    universe: str
    field: str
    age: int = 60
    only: Q | None = None

    def rows(self, prefix: str, day: date) -> ScopedQuerySet:
        """People on file that day: born early enough, and not dead before it."""
        found: ScopedQuerySet = (
            Person.objects.unscoped(_WHY)
            .filter(area_q(self.field, prefix), self.only or Q(), birth_date__lte=years_before(day, self.age))
            .filter(Q(death_date__isnull=True) | Q(death_date__gt=day))
            .exclude(status=Person.Status.MOVED)
            .order_by()
        )
        return found

    def compute(self, prefix: str, day: date) -> int:
        """How many."""
        return self.rows(prefix, day).count()

    def by_town(self, prefix: str, day: date) -> Mapping[str, int]:
        """How many in each town; one query."""
        counts: dict[str, int] = defaultdict(int)
        pairs: Any = self.rows(prefix, day).values_list(self.field).annotate(n=Count("pk"))
        for code, n in pairs:
            counts[town_code(code)] += n
        return dict(counts)


_REGISTERED = "户籍在本区、年满 60 周岁"
_RESIDENT = "常住本区、年满 60 周岁"
FIGURES = (
    _Figure("people.registered60", "户籍老年人口", "户籍登记在本区、当日年满 60 周岁、在册的人数，不论住在哪里。", _REGISTERED,
            "hukou_area_code"),
    _Figure("people.registered80", "户籍高龄老年人口", "户籍登记在本区、当日年满 80 周岁、在册的人数。", "户籍在本区、年满 80 周岁",
            "hukou_area_code", 80),
    _Figure("people.resident60", "常住老年人口（建档）", "常住地址在本区、当日年满 60 周岁、已建档的人数；未建档的不计。", _RESIDENT,
            "area_code"),
    _Figure("people.alone60", "独居与孤老", "常住本区、年满 60 周岁、居住情况登记为独居或孤老的人数。", _RESIDENT, "area_code",
            only=Q(living__in=(Person.Living.ALONE, Person.Living.LONE))),
)


def hang_up() -> None:
    """Hang the figures up for the wall, the lists and the targets."""
    for figure in FIGURES:
        indicators.add(
            figure.code,
            Indicator(
                code=figure.code, title=figure.title, unit="人", definition=figure.definition, universe=figure.universe,
                compute=figure.compute, by_town=figure.by_town, source="长者档案",
                list_url=_residents if figure.field == "area_code" else _everybody,
            ),
        )


def _residents(area: str) -> str:
    """The list behind a figure of residents, narrowed to a town where one is meant."""
    listed = _everybody(area)
    return f"{listed}?area={area[:9].ljust(12, '0')}" if len(area.rstrip("0")) > len("310107") else listed


def _everybody(area: str) -> str:
    """The whole list: its area filter asks where people live, not where they are registered."""
    return reverse("people:list")
