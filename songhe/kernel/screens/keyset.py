"""Paging by key 键集分页: the next page starts after the last row, however deep one is."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet

COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Page:
    """Rows of one page, with the cursors of its neighbours (empty where there is none)."""

    rows: list[Any]
    next: str
    previous: str
    total: int
    total_is_capped: bool
    size: int


def _encode(values: list[Any], backwards: bool) -> str:
    body = json.dumps([[str(v) if v is not None else None for v in values], backwards])
    return urlsafe_b64encode(signing.Signer(salt="keyset").sign(body).encode()).decode()


def _decode(cursor: str) -> tuple[list[Any], bool] | None:
    try:
        body = signing.Signer(salt="keyset").unsign(urlsafe_b64decode(cursor.encode()).decode())
        values, backwards = json.loads(body)
        return values, backwards
    except (ValueError, signing.BadSignature):
        return None


def _after(order: list[str], values: list[Any], backwards: bool) -> Q:
    """Rows that come after ``values`` in the order (or before, when going back). No field may be null."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field, descending = name.lstrip("-"), name.startswith("-")
        smaller = descending != backwards
        condition |= equal & Q(**{f"{field}__{'lt' if smaller else 'gt'}": value})
        equal &= Q(**{field: value})
    # Implied by the rest, and what lets the database begin at the cursor instead of walking up to it.
    field, descending = order[0].lstrip("-"), order[0].startswith("-")
    return Q(**{f"{field}__{'lte' if descending != backwards else 'gte'}": values[0]}) & condition


def page(
    rows: QuerySet[Any], order: list[str], *, cursor: str = "", size: int = 50, count_to: int = COUNT_LIMIT
) -> Page:
    """One page of ``rows``, ordered by ``order`` (whose last field is unique, and none null).

    A cursor that was tampered with, or belongs to another order, leads to the first page.
    The total is counted up to ``count_to``: beyond that a list is narrowed, not counted. 0 counts nothing.
    """
    decoded = _decode(cursor) if cursor else None
    if decoded and len(decoded[0]) != len(order):
        decoded = None
    backwards = bool(decoded and decoded[1])
    wanted = rows
    if decoded:
        wanted = wanted.filter(_after(order, decoded[0], backwards))
    signs = [("" if n.startswith("-") else "-") + n.lstrip("-") for n in order] if backwards else order
    found = list(wanted.order_by(*signs)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()

    def key(row: Any) -> list[Any]:
        values = []
        for name in order:
            value = row
            for part in name.lstrip("-").split("__"):
                value = getattr(value, part)
            values.append(value.isoformat() if hasattr(value, "isoformat") else value)
        return values

    has_next = more if not backwards else bool(decoded)
    has_previous = bool(decoded) if not backwards else more
    if decoded or more:
        total = rows.order_by()[: count_to + 1].count() if count_to else 0
    else:
        # All of it is on the page: what has been read need not be counted.
        total = len(found) if count_to else 0
    return Page(
        rows=found,
        next=_encode(key(found[-1]), False) if found and has_next else "",
        previous=_encode(key(found[0]), True) if found and has_previous else "",
        total=min(total, count_to),
        total_is_capped=total > count_to,
        size=size,
    )
