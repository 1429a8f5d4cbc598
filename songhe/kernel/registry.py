"""Registries: what apps hang up for others to find, so that desk and cockpit know nobody by name.

Each app fills them in its ``apps.py``. Entries are plain dataclasses with callables;
the callables take the post first and answer only what that post may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from songhe.kernel.because import Because

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post

T = TypeVar("T")


class Registry(Generic[T]):
    """A named, ordered collection in which nothing is replaced silently."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}

    def add(self, key: str, item: T) -> T:
        """Hang up an item; the same key twice is a mistake."""
        if key in self._items:
            raise ValueError(f"{self.name}: {key} is already registered")
        self._items[key] = item
        return item

    def get(self, key: str) -> T:
        """The item, or ``KeyError``."""
        return self._items[key]

    def items(self) -> Iterable[tuple[str, T]]:
        """All items in the order in which apps were loaded."""
        return tuple(self._items.items())

    def values(self) -> Iterable[T]:
        """All items without their keys."""
        return tuple(self._items.values())

    def __contains__(self, key: object) -> bool:
        return key in self._items


@dataclass(frozen=True)
class MenuItem:
    """An entry of the side navigation; shown to the listed roles."""

    group: str
    label: str
    url: str
    icon: str
    roles: frozenset[str]
    order: int = 100
    count: Callable[[Post], int] | None = None


@dataclass(frozen=True)
class Worklist:
    """Something that waits for a post: a titled queryset of cases.

    ``cases`` answers the open cases that the post has a step to take on; ``about`` is the
    relation that names a case: a person, or an organisation.
    """

    title: str
    process: str
    roles: frozenset[str]
    cases: Callable[[Post], Any]
    order: int = 100
    about: str = "person"


@dataclass(frozen=True)
class CaseFace:
    """How a kind of case looks on the case page, besides what the process table says.

    facts: titled groups of (label, value) pairs. forms: step name → form class.
    panels: template names with a context function each, drawn under the facts.
    hangers: ids of rows whose events belong to this case's timeline.
    summary: one line for lists and the portal.
    """

    model: Any
    title: str
    facts: Callable[[Any, Post], Sequence[tuple[str, Sequence[tuple[str, Any]]]]]
    forms: Mapping[str, Any] = field(default_factory=dict)
    panels: Sequence[tuple[str, Callable[[Any, Post], Mapping[str, Any] | None]]] = ()
    hangers: Callable[[Any], list[UUID]] | None = None
    summary: Callable[[Any, Post], str] | None = None
    take: Callable[..., Any] | None = None
    #: Related rows to fetch with the case, so that its page stays within its query budget.
    related: Sequence[str] = ()


@dataclass(frozen=True)
class Entitled:
    """One answer to *what am I entitled to*: yes or no, how much, and why."""

    code: str
    title: str
    entitled: bool
    amount: str
    reasons: Sequence[Because]
    how_to: str = ""


@dataclass(frozen=True)
class Offer:
    """A request that a window takes in 受理事项.

    roles: who may hand it in. needs: papers to bring. form: class of a form, made with ``person=``
    and ``post=``. check: (person, the choices made so far, post) → reasons against, and what to
    know besides. take: (valid form, post) → the case that was opened. afterwards: case → what
    happens next, each a sentence with the last day for it, where there is one.
    """

    title: str
    icon: str
    summary: str
    roles: frozenset[str]
    needs: Sequence[str]
    form: Any
    check: Callable[[Any, Mapping[str, Any], Post], tuple[Sequence[Because], Sequence[Because]]]
    take: Callable[[Any, Post], Any]
    afterwards: Callable[[Any], Sequence[tuple[str, date | None]]]
    order: int = 100


@dataclass(frozen=True)
class SignIn:
    """A sign-in of a demonstration that the start page may offer; real people are never listed."""

    username: str
    password: str
    name: str
    line: str
    role: str


@dataclass(frozen=True)
class Indicator:
    """An indicator, declared once for screens, exports, programs and targets.

    definition: in words, naming the universe (户籍 or 常住, 60+ or 65+).
    compute: (area prefix, day) → number, or ``None`` where it cannot be known.
    by_town: the same for every town at once. list_url: the rows behind it.
    """

    code: str
    title: str
    unit: str
    definition: str
    universe: str
    compute: Callable[[str, date], float | int | None]
    by_town: Callable[[str, date], Mapping[str, float | int]] | None = None
    list_url: Callable[[str], str] | None = None
    published: str = ""
    source: str = ""
    kind: str = "stock"


@dataclass(frozen=True)
class FilePanel:
    """A section of the elder file that another app contributes."""

    title: str
    template: str
    context: Callable[[Any, Post], Mapping[str, Any] | None]
    roles: frozenset[str]
    order: int = 100
    portal: bool = False


@dataclass(frozen=True)
class Shredder:
    """How an app forgets a person: what it holds, for how long, and how it erases."""

    holds: str
    retention: str
    erase: Callable[[list[UUID], date], int]


@dataclass(frozen=True)
class Listed:
    """One line of a directory: the row's id, how it is called, and the organisation it belongs to."""

    id: UUID
    label: str
    organisation_id: UUID | None = None
    organisation_name: str = ""


navigation: Registry[MenuItem] = Registry("navigation")
worklists: Registry[Worklist] = Registry("worklists")
case_faces: Registry[CaseFace] = Registry("case faces")
entitlements: Registry[Callable[[UUID, Post], Sequence[Entitled]]] = Registry("entitlements")
indicators: Registry[Indicator] = Registry("indicators")
file_panels: Registry[FilePanel] = Registry("file panels")
shredders: Registry[Shredder] = Registry("shredders")
#: What the window takes in, and elder and family hand in online.
intake: Registry[Offer] = Registry("intake")
#: Shown on the start page of an installation that carries generated people, and of no other.
sign_ins: Registry[SignIn] = Registry("sign-ins")
importers: Registry[Any] = Registry("importers")
#: Whom a post can be given for: ``organisations`` (all that exist), ``workers`` (by their name).
directories: Registry[Callable[[str], Sequence[Listed]]] = Registry("directories")
#: Who serves whom: person ids → ids of the organisations that serve each, for rules of avoidance 回避.
servers: Registry[Callable[[set[UUID]], dict[UUID, set[UUID]]]] = Registry("servers")
#: The scheduled work of each app: name → (function, when), read by the jobs app.
schedules: Registry[Any] = Registry("schedules")
