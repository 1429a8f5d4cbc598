"""What waits for a post: from the registry, so that the desk knows no app by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.registry import Worklist, worklists

#: Cases without a time limit stand behind all that have one.
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Tray:
    """One worklist of a post, counted."""

    key: str
    title: str
    total: int
    overdue: int
    today: int


def lists_of(post: Post) -> list[tuple[str, Worklist]]:
    """The worklists that a post's role has, in their order."""
    found = [(k, w) for k, w in worklists.items() if post.role in w.roles]
    return sorted(found, key=lambda pair: pair[1].order)


def trays(post: Post) -> list[Tray]:
    """Every worklist with how much waits, how much is late, how much falls due today."""
    today = clock.today()
    counted = []
    for key, work in lists_of(post):
        n = work.cases(post).order_by().aggregate(
            total=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)), today=Count("pk", filter=Q(due_on=today))
        )
        counted.append(Tray(key, work.title, n["total"], n["overdue"], n["today"]))
    return counted


def cases(work: Worklist, post: Post) -> QuerySet[Any]:
    """The cases of a worklist, with a deadline to sort by."""
    rows: QuerySet[Any] = work.cases(post).select_related(work.about).annotate(due_sort=Coalesce("due_on", Value(NEVER)))
    return rows


def waiting(post: Post) -> int:
    """How much waits in all: the number beside the menu entry."""
    return sum(work.cases(post).order_by().count() for _, work in lists_of(post))
