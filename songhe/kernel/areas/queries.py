"""Reads of the area tree, kept in memory: a few hundred rows that change once a year."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from .models import Area

CACHE_KEY = "areas.tree"
LENGTHS = {"city": 4, "district": 6, "town": 9, "committee": 12}


@dataclass(frozen=True)
class Node:
    """One area without its boundary."""

    code: str
    name: str
    kind: str


def tree() -> dict[str, Node]:
    """Every area by code."""
    known: dict[str, Node] | None = cache.get(CACHE_KEY)
    if not known:
        known = {
            code: Node(code, name, kind) for code, name, kind in Area.objects.values_list("code", "name", "kind")
        }
        cache.set(CACHE_KEY, known, 3600)
    return known


def forget() -> None:
    """Read the tree afresh next time: called after areas were loaded."""
    cache.delete(CACHE_KEY)


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


def towns(prefix: str) -> list[Node]:
    """Towns under a prefix, in the order of their codes."""
    stem = prefix.rstrip("0") if len(prefix) == 12 else prefix
    return [n for c, n in sorted(tree().items()) if n.kind == "town" and c.startswith(stem[:9])]


def committees(prefix: str) -> list[Node]:
    """Committees under a prefix."""
    stem = prefix[:9] if len(prefix) == 12 and prefix.endswith("000") else prefix
    return [n for c, n in sorted(tree().items()) if n.kind == "committee" and c.startswith(stem)]


def path(code: str) -> list[Node]:
    """From the city down to the area itself."""
    known = tree()
    full = code.ljust(12, "0")
    chain = [full[:2].ljust(12, "0"), full[:4].ljust(12, "0"), full[:6].ljust(12, "0"), full[:9].ljust(12, "0"), full]
    return [known[c] for c in dict.fromkeys(chain) if c in known]
