"""How the plans of a person are forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from songhe.kernel import vault
from songhe.kernel.registry import Shredder

from .models import CarePlan

_WHY = "a person is forgotten"


def erase(person_ids: list[UUID], day: date) -> int:
    """Words, names and signatures go; number, days, level and slots stay, as the settlement rests on them."""
    rows = CarePlan.objects.unscoped(_WHY).filter(person_id__in=person_ids)
    with transaction.atomic():
        files = [f for f in rows.values_list("signature", flat=True) if f]
        count: int = rows.update(goals="", risks=[], agreed_by="", signature="", sex_wish="")
        transaction.on_commit(lambda: _remove(files))
    return count


def _remove(files: Iterable[str]) -> None:
    for file in files:
        vault.remove(file)


@vault.holder
def files() -> Iterable[str]:
    """Signatures that plans point to: the vault keeps these."""
    rows = CarePlan.objects.unscoped("the vault sweeps what nobody holds").exclude(signature="")
    return rows.values_list("signature", flat=True).iterator()


SHREDDER = Shredder("照护目标、风险提示、确认人姓名和签名", "计划结束满十年（平台设定，未见规定）", erase)
