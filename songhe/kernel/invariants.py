"""Registry of invariants 不变量: what must hold in the database whatever happened to it.

An app writes its own in ``invariants.py``; ``songhe check`` runs them all::

    @invariant("ledger.balanced", "每笔记账借贷相等")
    def balanced() -> Iterable[Violation]:
        ...

An invariant reads and never repairs, and works in sets: the whole district is looked at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that should not be.

    `subject` names the row (kind and id, never personal data); `what` says in a clerk's words
    what is wrong; `remedy` says what to do about it, where that is known.
    """

    subject: str
    what: str
    remedy: str = ""
    key: str = ""

    def __str__(self) -> str:
        return f"[{self.key}] {self.subject}：{self.what}" + (f"（{self.remedy}）" if self.remedy else "")


Rule = Callable[[], Iterable[Violation]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A named rule; `title` states what holds, not what is wrong."""

    key: str
    title: str
    rule: Rule


_invariants: dict[str, Invariant] = {}


def invariant(key: str, title: str) -> Callable[[Rule], Rule]:
    """Register a rule under a dotted key ("app.what"); the same key twice is a programming error."""

    def register(rule: Rule) -> Rule:
        known = _invariants.get(key)
        if known and known.rule.__qualname__ != rule.__qualname__:
            raise ValueError(f"two invariants are called {key}")
        _invariants[key] = Invariant(key, title, rule)
        return rule

    return register


def registered() -> list[Invariant]:
    """All rules known so far, by key."""
    return [_invariants[key] for key in sorted(_invariants)]
