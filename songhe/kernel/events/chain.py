"""Sealing events in a hash chain, and verifying the chain."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from songhe.kernel import clock, guards
from songhe.kernel.crypto import sm3

from .models import Event, Seal

GENESIS = "0" * 64
BATCH = 5000
#: Events younger than this may still be overtaken by a transaction that began earlier.
GRACE = timedelta(seconds=10)
_COLUMNS = (
    "id", "at", "kind", "post_id", "actor", "person_id", "area_code",
    "subject_type", "subject_id", "data", "reason_digest",
)


@dataclass(frozen=True)
class Broken:
    """A place where the chain does not hold."""

    position: int
    message: str


def _digest(previous: str, rows: list[tuple[object, ...]]) -> str:
    """SM3 over the hash before and the canonical form of the batch, in order of event id."""
    lines = [previous]
    for row in rows:
        lines.append(
            json.dumps(
                [v.timestamp() if hasattr(v, "timestamp") else v if isinstance(v, dict) else str(v) for v in row],
                ensure_ascii=False, sort_keys=True, separators=(",", ":"),
            )
        )
    return sm3("\n".join(lines).encode()).hex()


def seal(*, grace: timedelta = GRACE, progress: Callable[[int], None] | None = None) -> int:
    """Seal all events that have none, in batches; returns how many were sealed.

    A late event simply falls into a later batch: the chain is over seals, and each
    seal over the events that name it, so no gap can arise. Run by the schedule.
    """
    done = 0
    while True:
        with transaction.atomic():
            last = Seal.objects.select_for_update().order_by("-position").first()
            waiting = Event.objects.unscoped("sealing the chain").filter(seal=None, at__lte=clock.now() - grace)
            rows = list(waiting.order_by("id").values_list(*_COLUMNS)[:BATCH])
            if not rows:
                return done
            previous = last.digest if last else GENESIS
            made = Seal.objects.create(
                position=(last.position + 1) if last else 1,
                count=len(rows),
                previous=previous,
                digest=_digest(previous, rows),
            )
            # By id, not by range: an event that commits now, between two of these, is not in the digest.
            with guards.lifted("an event is given its seal, nothing else of it changes"):
                Event.objects.unscoped("sealing the chain").filter(id__in=[row[0] for row in rows]).update(seal=made)
        done += len(rows)
        if progress:
            progress(done)


def verify(progress: Callable[[int], None] | None = None) -> list[Broken]:
    """Recompute every seal. Empty means that nothing was changed, removed or slipped in."""
    broken: list[Broken] = []
    previous, expected, seen = GENESIS, 1, 0
    for mark in Seal.objects.order_by("position").iterator():
        if mark.position != expected:
            broken.append(Broken(mark.position, f"序号不连续：应为 {expected}，实为 {mark.position}"))
            expected = mark.position
        if mark.previous != previous:
            broken.append(Broken(mark.position, "与前一封存的哈希不衔接"))
        rows = list(
            Event.objects.unscoped("verifying the chain").filter(seal=mark).order_by("id").values_list(*_COLUMNS)
        )
        if len(rows) != mark.count:
            broken.append(Broken(mark.position, f"条数不符：封存时 {mark.count} 条，现有 {len(rows)} 条"))
        elif _digest(mark.previous, rows) != mark.digest:
            broken.append(Broken(mark.position, "内容与封存时不一致，事件被改动过"))
        previous, expected, seen = mark.digest, expected + 1, seen + len(rows)
        if progress:
            progress(seen)
    return broken
