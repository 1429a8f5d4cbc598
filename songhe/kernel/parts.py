"""Work in parts on every core: each part is done by a process of its own.

Making rows ready (encryption, choosing, folding) and writing them keep a core busy each, one after the
other. PostgreSQL takes several writers, so there each core does both; SQLite has one writer and gets one
part after another, as does whatever runs inside a transaction that only this process can see.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import wait
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, connections

from songhe.kernel import ids

T = TypeVar("T")
#: What forked processes find of the work: a closure over millions of rows is shared, not sent.
_work: Callable[..., Any] | None = None


def each(work: Callable[[int, int], None], total: int, size: int, done: Callable[[int], None]) -> None:
    """Do ``work(start, stop)`` for every part of ``range(total)``; ``done(n)`` tells how many are through.

    Each part must be a transaction of its own that needs no other part. The first error ends it all.
    """
    ranges = [(start, min(total, start + size)) for start in range(0, total, size)]
    _do(work, ranges, lambda through: done(sum(stop - start for start, stop in through)))


def spread(work: Callable[[int], T], count: int, done: Callable[[int], None] | None = None) -> list[T]:
    """``[work(0), work(1), …]``. What a process of its own answers is sent back, so it must be plain data.

    ``done(n)`` is told each part that is through; where several work, not in the order of the parts.
    """
    return _do(work, [(n,) for n in range(count)], lambda through: done(through[-1][0]) if done else None)


def cores() -> int:
    """How many processes may work at once: SONGHE_CORES where it is set, else as many as the machine has."""
    return settings.CORES or os.cpu_count() or 1


def several() -> bool:
    """Whether parts go to processes of their own here; else this process does one after the other."""
    return cores() > 1 and not (
        connection.vendor != "postgresql" or connection.in_atomic_block or "fork" not in get_all_start_methods()
        or threading.active_count() > 1
    )


def _do(work: Callable[..., T], parts: list[Any], done: Callable[[list[Any]], None]) -> list[T]:
    global _work
    workers = min(cores(), len(parts))
    if workers < 2 or not several():
        answers = []
        for at, part in enumerate(parts):
            answers.append(work(*part))
            done(parts[: at + 1])
        return answers
    _work = work
    connections.close_all()  # a connection must not be shared with a child
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("fork"), initializer=_end_with_parent) as pool:
            waiting = {pool.submit(_part, *part): part for part in parts}
            through: list[Any] = []
            try:
                for future in as_completed(waiting):
                    ids.go_on_behind(future.result()[1])
                    through.append(waiting[future])
                    done(through)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
            return [future.result()[0] for future in waiting]
    finally:
        _work = None


def _end_with_parent() -> None:
    """A process whose parent was killed must not go on writing beside the next run."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _part(*part: Any) -> tuple[Any, tuple[int, int]]:
    """What the work answers, and how far its keys have come."""
    assert _work is not None
    return _work(*part), ids.position()
