"""The funnel: a query that no scope has opened cannot be executed.

``Model.objects`` builds querysets freely, so that they can be narrowed, joined
and used as subqueries, but reading, counting, changing or deleting rows through
one that was neither opened by :meth:`visible_to` nor by a named
:meth:`unscoped` raises. Inserting needs no scope: it reveals nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from songhe.kernel import keys  # noqa: F401 - sets of rows are asked for by their keys

if TYPE_CHECKING:
    from .models import Post


class Unscoped(RuntimeError):
    """A query was executed that nobody opened: a mistake in the code, never of a user."""


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that remembers whether, and for whom or why, it was opened."""

    opened_for: str = ""

    def visible_to(self, post: Post) -> Self:
        """Only the rows that ``post`` has a right to; none where no right is declared."""
        from .rights import rows_for

        scope = rows_for(self.model, post)
        narrowed = self.none() if scope is None else self.filter(scope)
        narrowed.opened_for = f"post {post.pk}"
        return narrowed

    def unscoped(self, reason: str) -> Self:
        """All rows, for work that no single post does. ``reason`` is listed in the doctrine pages."""
        if not reason.strip():
            raise Unscoped("unscoped() wants a reason")
        opened = self.all()
        opened.opened_for = reason
        return opened

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.opened_for = self.opened_for
        return clone

    def _must_be_open(self) -> None:
        if not self.opened_for:
            raise Unscoped(
                f"{self.model.__name__} was queried without a scope: use "
                f".visible_to(post), or .unscoped('why') where no post acts"
            )

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._must_be_open()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        self._must_be_open()
        return super().iterator(chunk_size=chunk_size)

    def count(self) -> int:
        if self._result_cache is None:
            self._must_be_open()
        return super().count()

    def exists(self) -> bool:
        if self._result_cache is None:
            self._must_be_open()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._must_be_open()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._must_be_open()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_be_open()
        return super().delete()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._must_be_open()
        return super().bulk_update(*args, **kwargs)


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The manager of every model that says something about a person, a place of work or money."""


class ScopedModel(models.Model):
    """Base of all scoped rows. Django's own bookkeeping (saving, cascades) uses the base manager."""

    objects = ScopedManager()

    class Meta:
        abstract = True
