"""What an app says about the table it takes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from .cells import BadCell, CellError, parse
from .columns import Column
from .reading import LIMIT_ROWS, Raw

if TYPE_CHECKING:
    from songhe.kernel.access.models import Post

Cleaned = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowError:
    """A fault found by looking at many rows: line number in the file, column key ("" = the row), sentence."""

    number: int
    column: str
    message: str


class Importer:
    """A table that may be uploaded. Subclass it, and hang an instance into `registry.importers`.

    name     short stable name, as in the registry
    title    what the clerk reads (长者登记)
    columns  the head; `required` and `kind` are checked before `clean_row` is asked
    roles    who may upload
    about    one or two sentences above the upload: what this table is for, what it does not do
    """

    name: ClassVar[str]
    title: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    roles: ClassVar[frozenset[str]]
    about: ClassVar[str] = ""
    limit_rows: ClassVar[int] = LIMIT_ROWS

    def prepare(self, by: Post) -> Any:
        """What the checks need to look things up, fetched once: returned as `ctx` to both of them."""
        return None

    def clean_row(self, row: Cleaned, ctx: Any) -> Cleaned | list[CellError]:
        """The row as `commit` wants it, or its faults. Values have the types of `cells.parse`.

        Asks no database: whatever needs one belongs into `prepare` or `check_set`.
        """
        return row

    def check_set(self, rows: Sequence[tuple[int, Cleaned]], ctx: Any) -> Iterable[RowError]:
        """Faults between rows and against the database, by a few queries over the whole set.

        `rows` are those without a fault so far, as (line number, cleaned). Called again inside
        the transaction of the commit, for the world may have changed since.
        """
        return ()

    def commit(self, rows: Sequence[Cleaned], by: Post) -> Mapping[str, Any]:
        """Write all rows through the app's own action; returns label and value for the result page.

        Runs inside the one transaction of the import: raise Refused, and nothing was imported.
        """
        raise TypeError(f"{type(self).__name__} does not say how its rows are written")

    def clean(self, raw: Mapping[str, Raw], ctx: Any) -> tuple[Cleaned, list[CellError]]:
        """One raw row through the columns and `clean_row`: what came of it, and its faults."""
        row: Cleaned = {}
        errors: list[CellError] = []
        for column in self.columns:
            try:
                row[column.key] = parse(column, raw.get(column.key))
            except BadCell as bad:
                errors.append(CellError(column.key, str(bad)))
        if errors:
            return {}, errors
        cleaned = self.clean_row(row, ctx)
        return ({}, cleaned) if isinstance(cleaned, list) else (cleaned, [])


def duplicates(
    rows: Iterable[tuple[int, Cleaned]], keys: Sequence[str], message: str, *, column: str = ""
) -> list[RowError]:
    """Faults of rows that repeat an earlier row of the same file in all of `keys`.

    `message` may hold %(line)s, the line of the earlier row. Rows whose keys are all empty are
    not compared. The fault stands at `column`, by default the first key.
    """
    first: dict[tuple[Any, ...], int] = {}
    found = []
    for number, row in rows:
        key = tuple(row.get(k) for k in keys)
        if all(part in (None, "") for part in key):
            continue
        earlier = first.setdefault(key, number)
        if earlier != number:
            found.append(RowError(number, column or keys[0], message % {"line": earlier}))
    return found
