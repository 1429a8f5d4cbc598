"""Drawing in sets: own random streams by name, exact quotas, weighted choice without loops over people."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Strings = npt.NDArray[np.str_]
Dates = npt.NDArray[np.datetime64]
Rng = np.random.Generator


def stream(seed: int, *name: str) -> Rng:
    """An own generator per name, so that a new column never changes the draws of another one."""
    return np.random.default_rng([seed, *(zlib.crc32(part.encode()) for part in name)])


def quotas(total: int, weights: npt.ArrayLike) -> Ints:
    """Split ``total`` by ``weights`` into whole numbers that sum to it exactly (largest remainder 最大余额法).

    >>> quotas(10, [1, 1, 1]).tolist()
    [4, 3, 3]
    """
    shares = np.asarray(weights, dtype=np.float64)
    exact = shares.ravel() / shares.sum() * total
    counts = np.floor(exact).astype(np.int64)
    missing = total - int(counts.sum())
    # A stable sort keeps ties in the order given, hence the result the same on every machine.
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    split: Ints = counts.reshape(shares.shape)
    return split


def along(total: int, weights: npt.ArrayLike) -> Ints:
    """Split ``total`` by ordered ``weights`` so that every running total is right to within a half.

    Where most parts are below one (single years of age in a small sample), :func:`quotas` would starve
    the small ones; here they take turns.

    >>> along(2, [0.5, 0.5, 0.5, 0.5]).sum()
    np.int64(2)
    """
    reached = np.cumsum(np.asarray(weights, dtype=np.float64))
    split: Ints = np.diff(np.rint(reached / reached[-1] * total), prepend=0.0).astype(np.int64)
    return split


def choose(rng: Rng, weights: npt.ArrayLike, size: int) -> Ints:
    """``size`` indices drawn with replacement in proportion to ``weights``."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: Ints = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)
    return drawn.clip(max=len(edges) - 1)


def choose_by(rng: Rng, group: npt.NDArray[np.integer], weights: Sequence[Sequence[float]]) -> Small:
    """One index per person, drawn from the weights of the person's group: ``weights[group][index]``."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64), axis=1)
    edges /= edges[:, -1:]
    u = rng.random(len(group))
    drawn = np.zeros(len(group), dtype=np.int8)
    for column in range(edges.shape[1] - 1):
        drawn += u >= edges[group, column]
    return drawn


def pick(rng: Rng, weights: Floats, count: int) -> Ints:
    """``count`` different positions in proportion to ``weights``; zero is never picked.

    Fewer come back when fewer have a positive weight (Efraimidis and Spirakis 2006).
    """
    open_to = np.flatnonzero(weights > 0)
    count = min(count, len(open_to))
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    keys = np.log(rng.random(len(open_to))) / weights[open_to]
    return np.sort(open_to[np.argpartition(-keys, count - 1)[:count]])


def rank_within(group: npt.NDArray[np.integer] | Dates) -> Ints:
    """For each position how many earlier positions carry the same value: 0, 1, 2 …

    >>> rank_within(np.array([7, 7, 3, 7])).tolist()
    [0, 1, 0, 2]
    """
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(group)), 0))
    ranks = np.empty(len(group), dtype=np.int64)
    ranks[order] = np.arange(len(group)) - first
    return ranks


def numerals(upto: int, *, width: int = 0) -> Strings:
    """The numbers 0 … ``upto`` as text, to be looked up instead of formatted a hundred thousand times."""
    return np.array([f"{number:0{width}d}" for number in range(upto + 1)])


def join(*parts: Strings | str) -> Strings:
    """Concatenate texts position by position."""
    joined = np.asarray(parts[0])
    for part in parts[1:]:
        joined = np.strings.add(joined, np.asarray(part))
    return joined
