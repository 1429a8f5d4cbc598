"""Sheets 表格: lists out as xlsx and csv, and uploads in: template, staging, faults by cell, commit.

An app declares what it imports as an :class:`Importer` and hangs it up in its ``apps.py``::

    importers.add("people", PeopleImporter())
"""

from .cells import BadCell, CellError
from .columns import Column
from .filling import corrected, template
from .importer import Importer, RowError, duplicates
from .reading import Table, read_table
from .serving import download, respond
from .writing import Note, write_csv, write_xlsx

__all__ = [
    "BadCell",
    "CellError",
    "Column",
    "Importer",
    "Note",
    "RowError",
    "Table",
    "corrected",
    "download",
    "duplicates",
    "read_table",
    "respond",
    "template",
    "write_csv",
    "write_xlsx",
]
