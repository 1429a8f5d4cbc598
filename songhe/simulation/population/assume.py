"""Assumptions 假设 as data: every number nobody published carries its reason and its status.

A dataclass whose fields are made with :func:`assumed` can be printed as a table, so that a
report can state each one and a reader can dispute it.
"""

from collections.abc import Iterable
from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
Status = Literal["published", "sourced", "derived", "recalled", "assumed"]


class AssumptionRow(NamedTuple):
    """One stated assumption. ``status`` is one of published, sourced, derived, recalled, assumed."""

    group: str
    name: str
    value: Any
    unit: str
    reason: str
    status: str


def assumed(value: T, reason: str, *, unit: str = "", status: Status = "assumed") -> T:
    """A dataclass field whose default is ``value`` and that remembers why it has that value."""
    stated: T = field(default=value, metadata={"reason": reason, "unit": unit, "status": status})
    return stated


def table(*stated: "DataclassInstance") -> list[AssumptionRow]:
    """The rows of one or more assumption dataclasses, in the order of their fields."""
    return [row for one in stated for row in _rows(one)]


def _rows(one: "DataclassInstance") -> Iterable[AssumptionRow]:
    for item in fields(one):
        if "reason" in item.metadata:
            yield AssumptionRow(
                type(one).__name__,
                item.name,
                getattr(one, item.name),
                item.metadata["unit"],
                item.metadata["reason"],
                item.metadata["status"],
            )
