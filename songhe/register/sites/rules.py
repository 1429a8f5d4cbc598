"""Pure rules of the facility register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def apportion(limits: Mapping[K, int], total: int) -> dict[K, int]:
    """Deal ``total`` out in proportion to ``limits``, whole numbers, nobody above the limit.

    Largest remainder 最大余数法; equal remainders go to whoever comes first.

    >>> apportion({"a": 100, "b": 50, "c": 50}, 101)
    {'a': 51, 'b': 25, 'c': 25}
    >>> apportion({"a": 3}, 9)
    {'a': 3}
    """
    whole = sum(limits.values())
    total = max(0, min(total, whole))
    if not whole:
        return dict.fromkeys(limits, 0)
    dealt = {key: limit * total // whole for key, limit in limits.items()}
    left = total - sum(dealt.values())
    for key in sorted(limits, key=lambda key: -(limits[key] * total % whole))[:left]:
        dealt[key] += 1
    return dealt
