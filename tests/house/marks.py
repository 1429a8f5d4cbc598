"""What gives a person away: names, numbers and ids of one side that nobody of the other side may read."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpResponse
from openpyxl import load_workbook

from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation

from .furnishing import WHY
from .side import Side

#: Models whose rows belong to a post, by the field that names it.
OF_A_POST = {"ImportBatch": "post_id", "ImportRow": "batch__post_id", "JobRun": "by_post_id"}


def path_to(model: type[Model], target: type[Model], depth: int = 4) -> str:
    """The lookup that leads from a row to its person or organisation; empty where none does."""
    if model is target:
        return "pk"
    names = {f.name: f for f in model._meta.get_fields() if not f.auto_created}
    wanted = "person_id" if target is Person else "organisation_id"
    if wanted in names:
        return wanted
    if depth == 0:
        return ""
    keys = [f for f in names.values() if isinstance(f, ForeignKey) and f.related_model is not model]
    for key in sorted(keys, key=lambda k: k.related_model is not target):
        if found := path_to(key.related_model, target, depth - 1):
            return f"{key.name}__{found}" if found != "pk" else f"{key.name}_id"
    return ""


def rows_of(model: type[Any], side: Side) -> QuerySet[Any]:
    """All rows of a model that are this side's."""
    opened = model.objects.unscoped(WHY)
    if path := path_to(model, Person):
        return opened.filter(**{f"{path}__in": [p.pk for p in side.people]})
    if model.__name__ in OF_A_POST:
        return opened.filter(**{f"{OF_A_POST[model.__name__]}__in": [p.pk for p in side.parts.values()]})
    if model.__name__ == "Agreement":
        return opened.filter(Q(party_a=side.provider) | Q(party_b=side.provider))
    if path := path_to(model, Organisation):
        return opened.filter(**{f"{path}__in": [side.provider.pk, side.agency.pk]})
    return opened.all()


def marks(side: Side) -> set[str]:
    """Strings that stand for the side's people and cases and for nothing else."""
    found: set[str] = set()
    for person in side.people:
        found |= {person.name, person.pinyin, person.identity_number, person.phone, str(person.pk)}
    found.add(side.relative.name)
    for model in apps.get_models():
        if model is not Person and hasattr(model.objects, "unscoped") and path_to(model, Person):
            found |= {str(pk) for pk in rows_of(model, side).values_list("pk", flat=True)}
            if any(f.name == "number" for f in model._meta.fields):
                found |= set(rows_of(model, side).values_list("number", flat=True))
    return found - {""}


def text_of(response: HttpResponse) -> str:
    """What a reader of an answer can read: a page, a table, a sheet's cells."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if "spreadsheetml" in response.headers.get("Content-Type", ""):
        book = load_workbook(BytesIO(body), read_only=True)
        return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    return body.decode("utf-8", "replace")


def given_away(text: str, of: set[str], besides: str = "") -> list[str]:
    """Marks that stand in a text; what one typed oneself is no secret."""
    return sorted(m for m in of if m != besides and m in text and not (besides and besides in m))
