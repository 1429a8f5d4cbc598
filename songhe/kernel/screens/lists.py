"""Lists: one way to show many rows. Search, filter, sort, export, paging by key, cards on a phone.

An app declares a :class:`ListPage` and calls :meth:`ListPage.respond` in its view;
the rows come from the post's scope, the people on the page go into the read log,
and the export obeys the same scope and the same filters as the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode

from songhe.kernel.access import reads
from songhe.kernel.errors import Forbidden

from . import keyset

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post

EXPORT_LIMIT = 50_000


@dataclass(frozen=True)
class Col:
    """A column. ``value`` takes (row, post); ``kind`` decides alignment and format.

    kinds: text, code (kept in one line), number, fen, date, datetime, state, deadline, tag, level.
    ``primary`` is the title of the card on a phone. ``link`` takes the row.
    """

    key: str
    title: str
    value: Callable[[Any, Post], Any]
    kind: str = "text"
    link: Callable[[Any], str] | None = None
    primary: bool = False
    unit: str = ""
    export: bool = True


@dataclass(frozen=True)
class Filter:
    """A filter above the list. ``choices`` answers (value, label) pairs for the post."""

    key: str
    label: str
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    choices: Callable[[Post], Sequence[tuple[str, str]]] | None = None
    kind: str = "select"


@dataclass(frozen=True)
class Sort:
    """An order: fields of which the last is unique and none is null."""

    key: str
    label: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class ListPage:
    """A list. ``rows`` answers the queryset that the post may see."""

    name: str
    title: str
    rows: Callable[[Post], QuerySet[Any]]
    columns: Sequence[Col]
    sorts: Sequence[Sort]
    filters: Sequence[Filter] = ()
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    search_label: str = "姓名、编号"
    person: Callable[[Any], UUID | None] | None = None
    empty: str = "没有符合条件的记录"
    empty_help: str = ""
    size: int = 50
    export_roles: frozenset[str] = frozenset()
    template: str = "list.html"
    prepare: Callable[[list[Any], Post], None] | None = None
    #: Whether the whole list is counted; off where counting costs more than it tells.
    count: bool = True
    #: How far it is counted: beyond that the page says "more than".
    count_to: int = keyset.COUNT_LIMIT

    def __post_init__(self) -> None:
        # The first declaration stands: a copy narrowed to one parent is no list of its own.
        _lists.setdefault(self.name, self)

    @property
    def searchable(self) -> bool:
        """Whether the list has a search box: a template would call the function instead of asking for it."""
        return self.search is not None

    def narrowed(self, request: HttpRequest, post: Post) -> tuple[QuerySet[Any], dict[str, str], str]:
        """The queryset after search and filters, the filters in use, and the search text."""
        found = self.rows(post)
        text = request.GET.get("q", "").strip()[:60]
        if text and self.search:
            found = self.search(found, text)
        chosen: dict[str, str] = {}
        for f in self.filters:
            value = request.GET.get(f.key, "").strip()[:40]
            if value:
                allowed = {v for v, _ in f.choices(post)} if f.choices else None
                if allowed is None or value in allowed:
                    found = f.apply(found, value)
                    chosen[f.key] = value
        return found, chosen, text

    def sort_of(self, request: HttpRequest) -> Sort:
        """The order asked for, or the first."""
        asked = request.GET.get("sort", "")
        return next((s for s in self.sorts if s.key == asked), self.sorts[0])

    def respond(self, request: HttpRequest, *, keep: Mapping[str, str] | None = None, **extra: Any) -> HttpResponseBase:
        """The page, its moving part for HTMX, or the export.

        ``keep`` are parameters of the address that paging and filtering must carry along.
        """
        post: Post = request.post  # type: ignore[attr-defined]
        found, chosen, text = self.narrowed(request, post)
        if request.GET.get("export") in ("xlsx", "csv"):
            return self.export(request, post, found)
        sort = self.sort_of(request)
        page = keyset.page(
            found, list(sort.order), cursor=request.GET.get("after", ""), size=self.size,
            count_to=self.count_to if self.count else 0,
        )
        if self.prepare:
            self.prepare(page.rows, post)
        if self.person:
            reads.log(post, (self.person(r) for r in page.rows), what="search" if text else "list")
        context = {
            "page": self,
            "list": page,
            "rows": [self.cells(row, post) for row in page.rows],
            "filters": [f for f in self._offered(post, chosen) if f["kind"] != "select" or f["choices"]],
            "sort": sort,
            "q": text,
            "narrowed": bool(text or chosen),
            "base": urlencode({**(keep or {}), **({"q": text} if text else {}), **chosen, "sort": sort.key}),
            "keep": dict(keep or {}),
            "may_export": post.role in self.export_roles,
            **extra,
        }
        moving = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
        return render(request, f"{self.template}#rows" if moving else self.template, context)

    def _offered(self, post: Post, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
        """The filters as the template draws them; one that leaves nothing to choose is not offered."""
        return [
            {"key": f.key, "label": f.label, "kind": f.kind,
             "choices": f.choices(post) if f.choices else (), "value": chosen.get(f.key, "")}
            for f in self.filters
        ]

    def cells(self, row: Any, post: Post) -> dict[str, Any]:
        """One row as the template draws it."""
        return {
            "row": row,
            "cells": [
                {"col": c, "value": c.value(row, post), "link": c.link(row) if c.link else ""} for c in self.columns
            ],
        }

    def export(self, request: HttpRequest, post: Post, found: QuerySet[Any]) -> HttpResponseBase:
        """The same rows, columns and masks as the screen, as xlsx or csv; put on record."""
        from songhe.kernel import sheets

        if post.role not in self.export_roles:
            raise Forbidden("您的岗位无权导出该名单")
        rows = list(found.order_by(*self.sort_of(request).order)[:EXPORT_LIMIT])
        if self.prepare:
            self.prepare(rows, post)
        if self.person:
            reads.log(post, (self.person(r) for r in rows), what="export", purpose=self.title)
        columns = [c for c in self.columns if c.export]
        table = ([c.value(r, post) for c in columns] for r in rows)
        return sheets.download(
            request.GET["export"], self.title, [(c.title, c.kind, c.unit) for c in columns], table, post=post
        )


_lists: dict[str, ListPage] = {}


def lists() -> Mapping[str, ListPage]:
    """Every declared list, for the query budgets and the neighbour tests."""
    return dict(_lists)


@dataclass
class Empty:
    """What an empty list says, and the way out of it."""

    title: str
    help: str = ""
    action: str = ""
    url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
