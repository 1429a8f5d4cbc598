"""Readers 读者: which post opens a page when several may, as the access table says."""

from __future__ import annotations

from pathlib import Path

from tests.tables import Key, read_table

from .samples import Address

TABLE = Path(__file__).parent.parent / "access_table.tsv"
#: Those whose scope holds the most rows first.
READERS = (
    "coordinator", "street", "bureau", "agency", "insurer", "assessor", "carer", "elder", "daughter", "home", "admin",
    "advisor", "nurse", "doctor", "auditor", "volunteer",
)  # fmt: skip
_cells: dict[Key, dict[str, str]] = {}


def cells() -> dict[Key, dict[str, str]]:
    """The access table, read once."""
    if not _cells:
        _cells.update(read_table(TABLE)[1])
    return _cells


def readers_of(address: Address) -> list[str]:
    """The parts that get the page, in the order of READERS."""
    row = cells().get(("GET", f"/{address.route}", address.sample), {})
    return [part for part in READERS if row.get(part) == "200"]


def reader_of(address: Address) -> str | None:
    """The first of them, or nobody."""
    return next(iter(readers_of(address)), None)
