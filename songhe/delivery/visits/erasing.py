"""How the visits of a person are forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from songhe.kernel import guards, vault
from songhe.kernel.registry import Shredder

from .models import Evidence, Punch, Visit

_WHY = "a person is forgotten"


def erase(person_ids: list[UUID], day: date) -> int:
    """Pictures, positions, measures and words go; the visit stays with day, times and minutes, as settlement rests on it."""
    visits = Visit.objects.unscoped(_WHY).filter(person_id__in=person_ids)
    ids = visits.values("pk")
    with transaction.atomic(), guards.lifted(_WHY):
        pictures = Evidence.objects.unscoped(_WHY).filter(visit__in=ids)
        files = list(pictures.values_list("file", flat=True))
        pictures.delete()
        Punch.objects.unscoped(_WHY).filter(visit__in=ids).update(lng=None, lat=None, vitals={}, note="", reason="")
        count: int = visits.update(why_carer="")
        transaction.on_commit(lambda: _remove(files))
    return count


def _remove(files: Iterable[str]) -> None:
    for file in files:
        vault.remove(file)


SHREDDER = Shredder(
    "上门服务的照片、签字、签到签退位置、生命体征和备注", "服务当月结算满十年（平台设定，未见规定）", erase
)
