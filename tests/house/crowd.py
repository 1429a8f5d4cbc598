"""A crowd 人群: many more people, staff, papers and runs, copied from the near side's, to see what grows with them."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from songhe.kernel import bulk
from songhe.kernel.access.models import ReadEntry
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.crypto import blind_index
from songhe.kernel.events.models import Event
from songhe.kernel.ids import uuid7
from songhe.register.people.models import Person

from .furnishing import WHY, House
from .marks import path_to, rows_of
from .side import Side

#: What a copy must differ in, by model: field → (old value, number of the copy) → new value.
DIFFERENT: dict[str, dict[str, Any]] = {
    "Person": {"identity_index": lambda v, n: blind_index(f"{v}{n}", "identity"), "name": lambda v, n: f"{v[:3]}{n}"},
    "Worker": {"name": lambda v, n: f"{v[:3]}{n}"},
    "Agreement": {
        "number": lambda v, n: f"{v}-{n}", "starts": lambda v, n: date(1950, 1, 1) + timedelta(days=20 * n),
        "ends": lambda v, n: date(1950, 1, 11) + timedelta(days=20 * n),
    },
    # Plans for another level than the one that holds, and statements not yet filed: both wait in trays.
    "CarePlan": {"level": lambda v, n: v - 1},
    "Statement": {"state": lambda v, n: "drafted", "month": lambda v, n: date(v.year - 1 - n // 12, 1 + n % 12, 1) if v.month == 10 else date(v.year - 30 - n // 12, 1 + n % 12, 1)},
    "Bed": {"number": lambda v, n: f"{v}-{n}"},
    "Attachment": {"file": lambda v, n: f"{v}-{n}"},
    "Evidence": {"file": lambda v, n: f"{v}-{n}"},
    "ImportRow": {"number": lambda v, n: v + 10 * n},
    "Site": {"source_id": lambda v, n: f"{v}-{n}", "name": lambda v, n: f"{v}{n}"},
    "Organisation": {"source_id": lambda v, n: f"{v}-{n}", "name": lambda v, n: f"{v}{n}"},
}  # fmt: skip
#: Whose copies stand beside them: the provider keeps its people and staff, the statement its growing lines.
KEEP_THEIRS = ("Organisation", "Statement")
#: What hangs on the elder herself and grows while she is served.
HER_OWN = ("Visit", "Punch", "Relative", "Diagnosis")
#: Copied apart: her history and the looks at her.
HISTORY = (Event, ReadEntry)


def crowd(house: House, first: int, last: int) -> None:
    """Add the copies numbered from ``first`` up to and without ``last``."""
    # The first crowd must not be copied by the second.
    groups = house.__dict__.get("originals") or [*_groups(house.near), [house.parts["volunteer"]]]
    house.__dict__["originals"] = groups
    for n in range(first, last):
        _copy(groups, n)
    _deepen(house.near, last - first, first)


def _groups(side: Side) -> list[list[Model]]:
    """Rows to be copied, model by model, those that others point to first."""
    models = [m for m in apps.get_models() if issubclass(m, ScopedModel) and m not in HISTORY and m.__name__ != "PaymentFile"]
    rows = {m: list(rows_of(m, side)) for m in models}
    rows[type(side.rows["site"])] = [side.rows["site"]]
    rows[type(side.provider)] = [side.provider]
    ordered: list[type[Model]] = []

    def visit(model: type[Model]) -> None:
        if model in ordered:
            return
        for field in model._meta.concrete_fields:
            target = field.related_model
            if target in rows and target is not model:
                visit(target)  # type: ignore[arg-type]
        ordered.append(model)

    for model in rows:
        visit(model)
    return [rows[m] for m in ordered]


def _copy(groups: list[list[Model]], n: int) -> None:
    ids: dict[UUID, UUID] = {}
    staff: dict[UUID, UUID] = {}
    for rows in groups:
        made = []
        for row in rows:
            # Copied staff have papers and absences of their own; the work stays with the real ones, whose trays fill.
            new = _changed(row, n, {**ids, **staff} if row._meta.app_label == "workforce" else ids)
            if type(row).__name__ not in KEEP_THEIRS:
                (staff if type(row).__name__ == "Worker" else ids)[row.pk] = new.pk
            made.append(new)
        bulk.insert(made)


def _changed(row: Model, n: int, ids: dict[UUID, UUID]) -> Model:
    new = copy(row)
    new._state = copy(row._state)
    new.pk = uuid7()
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if not field.primary_key and isinstance(value, UUID) and value in ids:
            setattr(new, field.attname, ids[value])
    for name, change in DIFFERENT.get(type(row).__name__, {}).items():
        setattr(new, name, change(getattr(row, name), n))
    if hasattr(row, "process") and hasattr(row, "number"):
        new.number = f"{row.number}-{n}"  # type: ignore[attr-defined]
    return new


def _deepen(side: Side, count: int, first: int) -> None:
    """More of what she has had herself: visits, family, looks, events."""
    for model in apps.get_models():
        if model.__name__ in HER_OWN and path_to(model, Person):
            row = rows_of(model, side).filter(**{path_to(model, Person): side.elder.pk}).order_by("pk").last()
            bulk.insert([_again(row, n) for n in range(first, first + count)])
    for model in HISTORY:
        rows = list(model.objects.unscoped(WHY).filter(person_id=side.elder.pk).order_by("pk")[:3])
        bulk.insert([_again(row, n) for row in rows for n in range(first, first + count)])


def _again(row: Any, n: int) -> Any:
    new = copy(row)
    new._state = copy(row._state)
    new.pk = uuid7()
    if hasattr(row, "slot_id"):
        new.slot_id = None
        new.day = row.day - timedelta(days=n % 20)
    return new
