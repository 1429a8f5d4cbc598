"""Rows in thousands: inserting and updating sets at the speed of the database.

Django's ``bulk_create`` and ``bulk_update`` build one long statement with a parameter for every
value; at 320,000 visits a month that building is most of the time. Here a set is written column by
column: each column is made ready for the database at once (encryption, JSON, time zones), and goes
through ``COPY`` and ``unnest`` on PostgreSQL, ``executemany`` on SQLite. Constraints and triggers
apply as ever.

Both want to run inside the caller's transaction; neither sends signals.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Field, Model

from .crypto import EncryptedText
from .ids import uuid7, uuid7_many
from .text import SortText

#: Rows that one message to the server holds: enough for speed, little in memory.
LINES = 10_000


@contextmanager
def long_run() -> Iterator[None]:
    """For work over hundreds of thousands of rows: look for garbage seldom, and not among what lives on.

    Python looks through everything it holds whenever enough new objects have come; where all of them
    are rows about to be written, that looking is a sixth of the time and finds nothing.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of one model."""
    if not rows:
        return
    model = type(rows[0])
    fields = _fields(model)
    for start in range(0, len(rows), LINES):
        part = rows[start : start + LINES]
        _write(model, fields, [[getattr(row, f.attname) for row in part] for f in fields])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def insert_columns(model: type[Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert new rows given as columns by attribute name, all of one length; the rest takes its default.

    For hundreds of thousands of rows that nobody needs as objects. A callable default is asked once
    for all rows, but for keys.
    """
    count = len(next(iter(columns.values()), ()))
    fields = _fields(model)
    unknown = columns.keys() - {f.attname for f in fields}
    if unknown or any(len(column) != count for column in columns.values()):
        raise ValueError(f"{model.__name__} has no {sorted(unknown)}" if unknown else "columns of one length are needed")
    whole = [columns[f.attname] if f.attname in columns else _default(f, count) for f in fields]
    for start in range(0, count, LINES):
        stop = min(count, start + LINES)
        _write(model, fields, [column[start:stop] for column in whole])


def _fields(model: type[Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def _default(field: Any, count: int) -> Sequence[Any]:
    if field.default is uuid7:
        return uuid7_many(count)
    return [field.get_default()] * count


def _write(model: type[Model], fields: Sequence[Any], columns: Sequence[Sequence[Any]]) -> None:
    """One batch of rows, column by column."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(f.column) for f in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = "\n".join(map("\t".join, zip(*(_copied(f, c) for f, c in zip(fields, columns, strict=True)), strict=True)))
            # COPY raises the driver's own errors; callers look for Django's.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write(lines + "\n")
        else:
            marks = ", ".join(["%s"] * len(fields))
            # Only names of columns and of the table go into the statement.
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
                list(zip(*(_plain(f, c) for f, c in zip(fields, columns, strict=True)), strict=True)),
            )


def update(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the named fields of rows that exist."""
    if not rows or not names:
        return
    meta = rows[0]._meta
    key: Any = meta.pk
    fields: list[Any] = [*(meta.get_field(name) for name in names), key]
    quote = connection.ops.quote_name
    table = quote(meta.db_table)
    for start in range(0, len(rows), LINES):
        part = rows[start : start + LINES]
        columns = [[getattr(row, f.attname) for row in part] for f in fields]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                arrays = ", ".join(f"%s::{_array_type(f)}[]" for f in fields)
                names_ = ", ".join(quote(f.column) for f in fields)
                sets = ", ".join(f"{quote(f.column)} = v.{quote(f.column)}" for f in fields[:-1])
                cursor.execute(
                    f"UPDATE {table} t SET {sets} FROM unnest({arrays}) AS v({names_}) "  # noqa: S608
                    f"WHERE t.{quote(key.column)} = v.{quote(key.column)}",
                    [_array(f, c) for f, c in zip(fields, columns, strict=True)],
                )
            else:
                sets = ", ".join(f"{quote(f.column)} = %s" for f in fields[:-1])
                cursor.executemany(
                    f"UPDATE {table} SET {sets} WHERE {quote(key.column)} = %s",  # noqa: S608
                    list(zip(*(_plain(f, c) for f, c in zip(fields, columns, strict=True)), strict=True)),
                )


# --- PostgreSQL: values as text ----------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    """How values of a kind of field are written: those of ``types`` by ``text``, others in Django's way."""

    types: frozenset[type]
    text: Callable[[Any], str]
    quoted: bool = False


def _float(value: float) -> str:
    return float.__repr__(float(value))


_STRING = _Kind(frozenset({str}), str, quoted=True)
_INTEGER = _Kind(frozenset({int}), str)
_KINDS: dict[type, _Kind] = {
    models.UUIDField: _Kind(frozenset({UUID}), lambda value: f"{value.int:032x}"),
    models.DateTimeField: _Kind(frozenset({datetime}), datetime.isoformat),
    models.DateField: _Kind(frozenset({date}), date.isoformat),
    models.TimeField: _Kind(frozenset({time}), time.isoformat),
    models.BooleanField: _Kind(frozenset({bool}), lambda value: "t" if value else "f"),
    models.FloatField: _Kind(frozenset({float, int}), _float),
    **dict.fromkeys((models.CharField, models.TextField, models.EmailField, SortText), _STRING),
    **dict.fromkeys(
        (
            models.IntegerField, models.SmallIntegerField, models.BigIntegerField, models.PositiveIntegerField,
            models.PositiveSmallIntegerField, models.PositiveBigIntegerField,
        ),
        _INTEGER,
    ),
}
_EMPTY: dict[type, str] = {list: "[]", dict: "{}"}


def _target(field: Any) -> Any:
    """The field itself, or the key that a relation points to."""
    while field.remote_field:
        field = field.target_field
    return field


def _texts(field: Any, values: Sequence[Any]) -> tuple[list[str | None], bool]:
    """A column in PostgreSQL's own spelling, None for NULL; and whether it may need quotes."""
    target = _target(field)
    if isinstance(target, models.JSONField):
        encode = (target.encoder or json.JSONEncoder)(ensure_ascii=False).encode
        return [
            None if v is None else _EMPTY[type(v)] if not v and type(v) in _EMPTY else encode(v) for v in values
        ], True
    kind = _KINDS.get(type(target))
    bound = connections[DEFAULT_DB_ALIAS]
    if kind is None:
        return [_spelled(field.get_db_prep_save(v, bound)) for v in values], True
    types, text = kind.types, kind.text
    return [
        None if v is None else text(v) if type(v) in types else _spelled(field.get_db_prep_save(v, bound)) for v in values
    ], kind.quoted


def _spelled(value: Any) -> str | None:
    """Whatever Django made ready for the driver, as the driver would spell it."""
    if value is None or type(value) is str:
        return value
    from psycopg.adapt import PyFormat, Transformer

    dumped = Transformer.from_context(connection.connection).get_dumper(value, PyFormat.TEXT).dump(value)
    return None if dumped is None else bytes(dumped).decode()


def _copied(field: Any, values: Sequence[Any]) -> Iterable[str]:
    """A column as COPY reads it."""
    first = values[0]
    # A secret is sealed anew for every row, or equal ciphertexts would tell of equal values.
    if not isinstance(field, EncryptedText) and first is values[-1] and all(v is first for v in values):
        return repeat(_copied_texts(*_texts(field, values[:1]))[0], len(values))
    return _copied_texts(*_texts(field, values))


def _copied_texts(texts: list[str | None], may_need: bool) -> list[str]:
    if may_need:
        whole = "".join(t for t in texts if t)
        if "\\" in whole or "\t" in whole or "\n" in whole or "\r" in whole:
            return ["\\N" if t is None else t.translate(_COPY_ESCAPES) for t in texts]
    return ["\\N" if t is None else t for t in texts]


_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _array(field: Any, values: Sequence[Any]) -> str:
    """A column as the literal of an array."""
    texts, quoted = _texts(field, values)
    if not quoted:
        return "{" + ",".join("NULL" if t is None else t for t in texts) + "}"
    whole = "".join(t for t in texts if t)
    if '"' in whole or "\\" in whole:
        texts = [t if t is None else t.replace("\\", "\\\\").replace('"', '\\"') for t in texts]
    return "{" + ",".join("NULL" if t is None else f'"{t}"' for t in texts) + "}"


def _array_type(field: Field[Any, Any]) -> str:
    """The type of one element. Text without its length: a cast would cut off silently what is too long."""
    if isinstance(_target(field), models.CharField):
        return "text"
    return str(field.db_type(connection)).replace(" GENERATED BY DEFAULT AS IDENTITY", "")


# --- SQLite: values as the driver takes them ---------------------------------------------------

#: Fields whose plain values the driver takes as they are.
_PLAIN = {kind for kind, how in _KINDS.items() if how in (_STRING, _INTEGER)} | {models.BooleanField, models.FloatField}
_SCALARS = {str, int, float, bool}


def _plain(field: Any, values: Sequence[Any]) -> list[Any]:
    """A column in Django's own way; past it where the driver takes the values as they are."""
    kind = type(_target(field))
    bound = connections[DEFAULT_DB_ALIAS]
    usual = field.get_db_prep_save
    if kind in _PLAIN:
        return [v if v is None or type(v) in _SCALARS else usual(v, bound) for v in values]
    if kind is models.UUIDField:
        return [v.hex if type(v) is UUID else usual(v, bound) for v in values]
    return [usual(v, bound) for v in values]


def analyze(*models: type[Model]) -> None:
    """Tell the planner what the tables hold now, before a long run over many rows that came in at once.

    PostgreSQL plans by statistics which its own maintenance refreshes only minutes later; SQLite
    needs none of it.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in models)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")
