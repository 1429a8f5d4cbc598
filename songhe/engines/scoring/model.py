"""What an assessment instrument is made of 评估量表的组成.

Scores are whole points and, in every instrument here, higher means more able.
``status`` and ``source`` say how well a fact is known (see ``policies/README.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property


class ScoringError(ValueError):
    """An answer that the form cannot hold; ``item_id`` is the item (or context field) to correct."""

    def __init__(self, message: str, item_id: str = "") -> None:
        super().__init__(message)
        self.item_id = item_id


@dataclass(frozen=True)
class Option:
    """One answer 选项: its points and what it means."""

    score: int
    label: str


@dataclass(frozen=True)
class Item:
    """One question 评估项目; ``number`` is its place in the instrument, from 1."""

    id: str
    number: int
    name: str
    dimension: str
    options: tuple[Option, ...]
    hint: str = ""
    status: str = "sourced"

    @property
    def maximum(self) -> int:
        """Most points the item can give."""
        return max(option.score for option in self.options)

    def option(self, points: int) -> Option | None:
        """The option worth exactly ``points``, if there is one."""
        return next((option for option in self.options if option.score == points), None)


@dataclass(frozen=True)
class Group:
    """Questions asked together: one page of the form 一页."""

    id: str
    title: str
    dimension: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Level:
    """A level 等级, a grade of one dimension, or a band: ``low`` to ``high`` points, both included."""

    level: int
    name: str
    low: int = 0
    high: int = 0

    def holds(self, points: int) -> bool:
        """Whether ``points`` lie in the band, both edges included."""
        return self.low <= points <= self.high


@dataclass(frozen=True)
class Dimension:
    """A first-level indicator 一级指标: the sum of its items, graded where the method needs it."""

    id: str
    name: str
    maximum: int
    grades: tuple[Level, ...] = ()
    source: str = ""
    status: str = "sourced"


@dataclass(frozen=True)
class Combination:
    """The table 组合法: grade of ``row`` × the worst grade of ``columns`` → level."""

    row: str
    columns: tuple[str, ...]
    levels: tuple[tuple[int, ...], ...]
    source: str
    status: str
    corroborated: tuple[tuple[int, int, str], ...] = ()

    def source_of(self, row: int, column: int) -> str:
        """Where one cell is confirmed, else the source of the whole table."""
        for known_row, known_column, source in self.corroborated:
            if (known_row, known_column) == (row, column):
                return source
        return self.source


@dataclass(frozen=True)
class ContextField:
    """A fact beside the answers that may move the level 附加情形; ``kind`` is ``flag`` or ``count``."""

    id: str
    kind: str
    name: str
    hint: str = ""


@dataclass(frozen=True)
class Condition:
    """True when a flag is set, or a count reaches ``at_least``."""

    field: str
    at_least: int = 1


@dataclass(frozen=True)
class Adjustment:
    """A change of level when any condition holds 等级调整: ``set`` to ``level``, or ``add`` ``by`` up to ``cap``."""

    id: str
    kind: str
    conditions: tuple[Condition, ...]
    text: str
    source: str
    status: str
    level: int = 0
    by: int = 0
    cap: int = 0
    once_text: str = ""
    once_status: str = ""


@dataclass(frozen=True)
class Instrument:
    """One version of one instrument 评估量表: its pages, its bands and how a level comes out of them."""

    id: str
    title: str
    short_title: str
    number: str
    since: date
    method: str
    maximum: int
    source: str
    status: str
    levels: tuple[Level, ...]
    levels_source: str
    levels_status: str
    dimensions: tuple[Dimension, ...]
    groups: tuple[Group, ...]
    context: tuple[ContextField, ...]
    adjustments: tuple[Adjustment, ...]
    combination: Combination | None
    sources: tuple[tuple[str, str], ...]

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item in the order of the form."""
        return tuple(item for group in self.groups for item in group.items)

    @cached_property
    def item_by_id(self) -> dict[str, Item]:
        """Every item by its id."""
        return {item.id: item for item in self.items}

    @property
    def rule(self) -> str:
        """Title and number of the document, as a reason quotes it."""
        return f"《{self.title}》（{self.number}）"

    def cite(self, keys: str) -> str:
        """Source keys such as ``"B2, B4"`` as the names of the sources; empty stays empty."""
        names = dict(self.sources)
        return "；".join(names[key.strip()] for key in keys.split(",") if key.strip())

    def level_name(self, level: int) -> str:
        """The name printed for a level.

        >>> from songhe.engines.scoring import load
        >>> load("gbt42195_2022").level_name(2)
        '能力中度受损（中度失能）'
        """
        return next(known.name for known in self.levels if known.level == level)


@dataclass(frozen=True)
class Outcome:
    """An official conclusion that is recorded, never computed 登记的正式结论; no level means "see a doctor"."""

    code: str
    level: int | None
    name: str
