"""Synthetic providers, assessment agencies and insurers 示例机构, all named 「示例·…」."""

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from .codes import ASSESSMENT_AGENCY, CARE_HOME, INSURER, NURSING_STATION
from .draw import Dates, Floats, Ints, Rng, Small, Strings, join, numerals, rank_within, stream
from .geography import Geography
from .published import Published
from .staffing import StaffAssumptions

_ENDINGS = ("养老院", "居家养老服务社", "护理站", "照护评估中心", "养老保险分公司")
_TOWN_ENDINGS = ("镇街道", "街道", "镇", "新村", "路")


@dataclass(frozen=True)
class Organisations:
    """Columns by organisation; the first three kinds are long-term care providers."""

    kind: Small
    name: Strings
    area_code: Strings  # <U12, committee
    address: Strings
    lng: Floats
    lat: Floats
    town: Ints  # index into the geography's towns
    weight: Floats  # relative size among its kind
    started: Dates
    licence_until: Dates  # some have run out, some are about to

    def __len__(self) -> int:
        return len(self.name)


def counts(published: Published, scale: float, stated: StaffAssumptions) -> tuple[int, ...]:
    """How many organisations of each kind a sample of this scale has."""
    whole = (
        stated.care_homes,
        stated.community,
        published.nursing_stations,
        stated.agencies,
        stated.insurers,
    )
    return tuple(max(round(number * scale), least) for number, least in zip(whole, stated.least, strict=True))


def draw_organisations(
    ground: Geography,
    published: Published,
    *,
    scale: float,
    on: np.datetime64,
    seed: int,
    stated: StaffAssumptions,
) -> Organisations:
    """Draw the organisations, spread over the towns in turn."""
    rng = stream(seed, "organisations")
    kind = np.repeat(np.arange(INSURER + 1, dtype=np.int8), counts(published, scale, stated))
    size = len(kind)
    towns = len(ground.town_codes)
    town = np.concatenate(
        [rng.permutation(towns)[np.arange((kind == one).sum()) % towns] for one in np.unique(kind)]
    )
    committee = np.array([rng.choice(np.flatnonzero(ground.committee_town == one)) for one in town])
    estate = ground.estates_of(committee, rng)
    building = rng.integers(1, 10, size=size)
    weight = rng.lognormal(0.0, stated.size_spread, size=size)
    weight[kind == NURSING_STATION] *= stated.station_weight
    return Organisations(
        kind=kind,
        name=_names(kind, town, ground, rng),
        area_code=ground.committee_codes[committee],
        address=join(ground.lane[estate], numerals(10)[building], "号"),
        lng=ground.building_lng[estate, building],
        lat=ground.building_lat[estate, building],
        town=town,
        weight=weight,
        started=on - rng.integers(400, 6000, size=size).astype("timedelta64[D]"),
        licence_until=on + rng.integers(-20, 1400, size=size).astype("timedelta64[D]"),
    )


def short_town(name: str) -> str:
    """A town's name as people use it.

    >>> [short_town(name) for name in ("曹杨新村街道", "长寿路街道", "真如镇街道", "长征镇")]
    ['曹杨', '长寿', '真如', '长征']
    """
    for ending in _TOWN_ENDINGS:
        if len(name) > len(ending) + 1:
            name = name.removesuffix(ending)
    return name


def _names(kind: Small, town: Ints, ground: Geography, rng: Rng) -> Strings:
    """「示例·曹杨颐安护理站」: no two alike; agencies and insurers carry no town."""
    with (files(__package__) / "data" / "org_words.csv").open(encoding="utf-8") as source:
        words = [row["word"] for row in csv.DictReader(line for line in source if not line.startswith("#"))]
    offset = int(rng.integers(len(words)))
    # Of one kind in one town, each bears another word: three steps through twenty words meet all of them.
    rank = rank_within(kind.astype(np.int64) * len(ground.town_codes) + town)
    names: list[str] = []
    for one, where, turn in zip(kind.tolist(), town.tolist(), rank.tolist(), strict=True):
        placeless = one in (ASSESSMENT_AGENCY, INSURER)
        place = "" if placeless else short_town(str(ground.town_names[where]))
        # The first station of a town bears the town's name alone, as stations often do.
        alone = turn == 0 and one not in (CARE_HOME, ASSESSMENT_AGENCY, INSURER)
        word = "" if alone else words[(offset + 3 * turn + 7 * one + where) % len(words)]
        names.append(f"示例·{place}{word}{_ENDINGS[one]}")
    return np.array(_numbered(names))


def _numbered(names: list[str]) -> list[str]:
    """Where a name returns, （二）, （三） … tells it apart."""
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name}（{'一二三四五六七八九十'[seen[name] - 1]}）")
    return numbered
