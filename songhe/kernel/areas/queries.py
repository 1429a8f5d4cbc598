"""Reads of the area tree, kept in memory (a few hundred rows that change once a year), and of published figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from time import monotonic

from .models import Area, PublishedFact

#: How long a process trusts what it read, in seconds.
TRUST = 3600
LENGTHS = {"city": 4, "district": 6, "town": 9, "committee": 12}


@dataclass(frozen=True)
class Node:
    """One area without its boundary."""

    code: str
    name: str
    kind: str


_known: dict[str, Node] = {}
_until = 0.0


def tree() -> dict[str, Node]:
    """Every area by code. The very dictionary that others read: not to be changed."""
    global _known, _until
    if not _known or monotonic() > _until:
        rows = Area.objects.values_list("code", "name", "kind")
        _known, _until = {code: Node(code, name, kind) for code, name, kind in rows}, monotonic() + TRUST
    return _known


def forget() -> None:
    """Read the tree afresh next time: called after areas were loaded."""
    global _known
    _known = {}


def stem(code: str) -> str:
    """The digits that a whole subtree shares; a code shorter than twelve is one already.

    >>> stem("310110000000"), stem("310107005000"), stem("310107")
    ('310110', '310107005', '310107')
    """
    if len(code) < 12:
        return code
    return next((code[:length] for length in (2, 4, 6, 9) if not code[length:].strip("0")), code)


def town_code(code: str) -> str:
    """The town an area code lies in."""
    return code[:9] + "000" if len(code) >= 9 else ""


def name_of(code: str) -> str:
    """「曹杨新村街道」 for a town, 「曹杨新村街道 · 南梅园居委会」 for a committee; the code where unknown."""
    known = tree()
    full = code.ljust(12, "0")
    node = known.get(full)
    if node is None:
        return code
    if node.kind == "committee" and (town := known.get(town_code(full))):
        return f"{town.name} · {node.name}"
    return node.name


def town_name(code: str) -> str:
    """The name of the town that an area code lies in, or of the area itself above towns."""
    return name_of(town_code(code)) if len(code.rstrip("0")) > 6 else name_of(code)


def beyond_town(code: str, address: str) -> str:
    """An address without the town it begins with, to stand behind the name of that town."""
    return address.removeprefix(town_name(code)).lstrip()


def towns(prefix: str) -> list[Node]:
    """Towns under a prefix, in the order of their codes."""
    shared = stem(prefix)[:9]
    return [n for c, n in sorted(tree().items()) if n.kind == "town" and c.startswith(shared)]


def committees(prefix: str) -> list[Node]:
    """Committees under a prefix."""
    shared = stem(prefix)
    return [n for c, n in sorted(tree().items()) if n.kind == "committee" and c.startswith(shared)]


def path(code: str) -> list[Node]:
    """From the city down to the area itself."""
    known = tree()
    full = code.ljust(12, "0")
    chain = [full[:2].ljust(12, "0"), full[:4].ljust(12, "0"), full[:6].ljust(12, "0"), full[:9].ljust(12, "0"), full]
    return [known[c] for c in dict.fromkeys(chain) if c in known]


def boundaries(prefix: str) -> list[Area]:
    """Towns under a prefix that have a boundary, with the credit it must be shown with.

    The lines are for analysis and are no legal borders; a page that draws them says so.
    """
    rows = Area.objects.filter(kind=Area.Kind.TOWN, code__startswith=stem(prefix), boundary__isnull=False)
    return list(rows.order_by("code"))


def published(area_code: str, indicator: str, on: date | None = None) -> PublishedFact | None:
    """The newest published stock figure of an area, on or before a day; unverified ones never."""
    rows = PublishedFact.objects.filter(
        area_code=area_code.ljust(12, "0"), indicator=indicator, kind=PublishedFact.Kind.STOCK
    ).exclude(status="unverified")
    if on is not None:
        rows = rows.filter(reference_date__lte=on)
    return rows.order_by("-reference_date").first()


def facts(area_code: str) -> list[PublishedFact]:
    """Everything published about an area, newest first within an indicator."""
    return list(PublishedFact.objects.filter(area_code=area_code.ljust(12, "0")))
