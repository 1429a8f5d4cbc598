"""Text that is searched by its beginning: names, pinyin, initials.

How a database orders text is a matter of its collation, and a locale's collation neither keeps
Chinese prefixes together nor agrees with SQLite. A :class:`SortText` column is compared by code
point on both, so that a prefix is a range, one index serves prefix and order, and a page of a
list begins where the page before ended, whatever the database was created with.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, Q, Transform

#: Signs that no keyboard types and no database column, sheet or XML file can hold; tab and line breaks stay.
_CONTROL = {n: None for n in (*range(0x20), 0x7F) if chr(n) not in "\t\n\r"}
_HIGHEST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class SortText(models.CharField):  # type: ignore[type-arg]
    """A CharField ordered and compared by code point: COLLATE "C" on PostgreSQL, SQLite's own BINARY."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """The column's type with its collation, where the database must be told."""
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class FirstCharacter(Func):
    """The first character of a text: a surname. Written without parameters, so that an index on it is used."""

    function = "SUBSTR"
    template = "%(function)s(%(expressions)s, 1, 1)"
    output_field = CharField()


@CharField.register_lookup
class Broad(Transform):
    """``field__broad__gte``: a condition that most rows meet, and that must not choose the index.

    SQLite keeps no histogram: it takes any range for a narrow one and would sort the whole
    district by hand rather than walk the index that has the order. PostgreSQL knows better.
    """

    lookup_name = "broad"

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Any:  # type: ignore[override]
        """The column itself."""
        return compiler.compile(self.lhs)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """A unary plus: the same value, out of the planner's sight."""
        sql, params = compiler.compile(self.lhs)
        return f"+{sql}", params


def after_prefix(prefix: str) -> str:
    """The smallest text that is greater than everything beginning with ``prefix``; "" if there is none.

    >>> after_prefix("wang")
    'wanh'
    >>> after_prefix("王") == chr(ord("王") + 1)
    True
    """
    stem = prefix.rstrip(chr(_HIGHEST))
    if not stem:
        return ""
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)


def begins_with(field: str, prefix: str) -> Q:
    """Rows whose ``field`` (a SortText) begins with ``prefix``, as a range that an index answers."""
    upper = after_prefix(prefix)
    return Q(**{f"{field}__gte": prefix}) & (Q(**{f"{field}__lt": upper}) if upper else Q())


def printable(text: str) -> str:
    """The text without control signs and without halves of surrogate pairs.

    >>> printable("沈\\x00桂\\x07芳\\n独居\\ud83d")
    '沈桂芳\\n独居'
    """
    return text.translate(_CONTROL).encode("utf-8", "ignore").decode()


def printable_all(value: Any) -> Any:
    """The same for every text inside plain data, keys included: what a programme sent as JSON.

    >>> printable_all({"note": ["a\\x00b", 1]})
    {'note': ['ab', 1]}
    """
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [printable_all(v) for v in value]
    if isinstance(value, dict):
        return {printable(k): printable_all(v) for k, v in value.items()}
    return value
