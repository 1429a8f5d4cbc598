"""Plausible names 姓名 by sex and birth decade, for people who do not exist.

The lists lie in ``data/surnames.csv`` and ``data/given_names.csv``; a given name is either one of
the names typical of its decade, or two characters typical of it, or a single character.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from .codes import FEMALE, MALE
from .draw import Floats, Ints, Rng, Strings, choose, join

FIRST_DECADE, LAST_DECADE = 1920, 2000
_SEXES = {"男": MALE, "女": FEMALE}


@dataclass(frozen=True)
class NameBook:
    """All surnames and, per (sex, decade), all given names with their weights."""

    surnames: Strings
    surname_weights: Floats
    given: dict[tuple[int, int], tuple[Strings, Floats]]

    def draw_surnames(self, rng: Rng, size: int) -> Strings:
        """Family names, dtype ``<U2``."""
        return self.surnames[choose(rng, self.surname_weights, size)]

    def draw(
        self,
        rng: Rng,
        sex: npt.NDArray[np.integer],
        birth_year: npt.NDArray[np.integer],
        surnames: Strings | None = None,
    ) -> Strings:
        """Full names, dtype ``<U4``; ``surnames`` when the family is known."""
        family = self.draw_surnames(rng, len(sex)) if surnames is None else surnames
        return join(family, self.draw_given(rng, sex, birth_year))

    def draw_given(
        self, rng: Rng, sex: npt.NDArray[np.integer], birth_year: npt.NDArray[np.integer]
    ) -> Strings:
        """Given names, dtype ``<U2``; ``sex`` by GB/T 2261.1, years outside 1920–2009 take the nearest decade."""
        drawn = np.empty(len(sex), dtype="<U2")
        cells = self._cells(sex, birth_year)
        for cell in np.unique(cells):
            here = np.flatnonzero(cells == cell)
            texts, weights = self.given[(int(cell) // 10_000, int(cell) % 10_000)]
            drawn[here] = texts[choose(rng, weights, len(here))]
        return drawn

    @staticmethod
    def _cells(sex: npt.NDArray[np.integer], birth_year: npt.NDArray[np.integer]) -> Ints:
        decades = np.clip(birth_year.astype(np.int64) // 10 * 10, FIRST_DECADE, LAST_DECADE)
        return np.asarray(sex.astype(np.int64) * 10_000 + decades)


@cache
def name_book() -> NameBook:
    """The book of the package, read once."""
    surnames = list(_rows("surnames.csv"))
    lists: dict[tuple[int, int], list[tuple[Strings, Floats]]] = {}
    first: list[str] = []
    share = 0.0
    for row in _rows("given_names.csv"):
        texts = row["texts"].split()
        if row["part"] == "first":
            # Kept until the next row, part "last", makes the pairs.
            first, share = texts, float(row["share"])
            continue
        if row["part"] == "last":
            texts = [one + other for one in first for other in texts if one != other]
        else:
            share = float(row["share"])
        weights = np.full(len(texts), share / len(texts))
        for decade in range(int(row["from_decade"]), int(row["to_decade"]) + 10, 10):
            lists.setdefault((_SEXES[row["sex"]], decade), []).append((np.array(texts), weights))
    return NameBook(
        surnames=np.array([row["surname"] for row in surnames]),
        surname_weights=np.array([float(row["weight"]) for row in surnames]),
        given={
            cell: (
                np.concatenate([texts for texts, _ in parts]),
                np.concatenate([weights for _, weights in parts]),
            )
            for cell, parts in lists.items()
        },
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a data file; its first line says where the data come from."""
    with (files(__package__) / "data" / name).open(encoding="utf-8") as source:
        yield from csv.DictReader(line for line in source if not line.startswith("#"))
