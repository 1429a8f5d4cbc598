"""Hooks: what one room does when something happens in another, inside the same transaction.

A hook is called with the ids of everything it happened to at once, by whom and when; never
row by row. Names are ``noun.verb``: ``person.died``, ``plans.agreed``. The caller knows none of
the listeners, so no arrow is drawn between rooms that must not know each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post


#: ``function(ids, *, by, at, **facts) -> None``; the facts of a hook are named where it is called.
Listener = Callable[..., None]

_listeners: dict[str, list[Listener]] = {}


def on(name: str) -> Callable[[Listener], Listener]:
    """Register a listener; the same function twice counts once."""

    def register(function: Listener) -> Listener:
        known = _listeners.setdefault(name, [])
        if function not in known:
            known.append(function)
        return function

    return register


def call(name: str, ids: Sequence[UUID], *, by: Post, at: datetime, **facts: Any) -> None:
    """Tell every listener, in the order of registration. What one refuses undoes everything."""
    if not ids:
        return
    for function in _listeners.get(name, ()):
        function(ids, by=by, at=at, **facts)


def listeners(name: str) -> Sequence[Listener]:
    """Who listens, for tests and documentation."""
    return tuple(_listeners.get(name, ()))
