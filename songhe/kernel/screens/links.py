"""Addresses of many rows: a list of fifty asks the router once, not fifty times."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import get_script_prefix, reverse

_ANY = UUID(int=0)


def row(view: str, *fixed: Any, key: str = "pk") -> Callable[[Any], str]:
    """The address of ``view`` for a row: its key is the last argument, behind the ``fixed`` ones."""

    def address(of: Any) -> str:
        before, after = _around(get_script_prefix(), view, fixed)
        return f"{before}{getattr(of, key)}{after}"

    return address


@cache
def _around(prefix: str, view: str, fixed: tuple[Any, ...]) -> tuple[str, str]:
    """What stands before and behind the key. ``prefix`` is part of what is remembered."""
    before, _key, after = reverse(view, args=[*fixed, _ANY]).rpartition(str(_ANY))
    return before, after
