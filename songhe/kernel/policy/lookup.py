"""Which value holds on a day, in an area, under given conditions."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from songhe.kernel.errors import Refused

from .files import policy_files, read
from .values import Citation, PolicyError, Value

SHANGHAI = "310000000000"
_CACHED = 200_000

_answers: dict[tuple[Any, ...], Value] = {}


class UnknownPolicy(Refused):
    """The library has no value for the question; the work that needs it cannot go on."""

    def __init__(self, key: str, message: str) -> None:
        remedy = "请政策管理员在政策库补录该规定及其出处后重试。"
        super().__init__("policy.unknown", message, remedy=remedy)
        self.key = key


@dataclass(frozen=True, slots=True)
class _WhatIf:
    key: str
    value: Any
    since: date
    area: str
    where: dict[str, Any] = field(default_factory=dict)


_what_ifs: ContextVar[tuple[_WhatIf, ...]] = ContextVar("policy_what_ifs", default=())


@cache
def _library() -> dict[str, tuple[Value, ...]]:
    return read(policy_files(settings.POLICIES, settings.DISTRICTS))


def reload() -> None:
    """Read the files again at the next question."""
    _library.cache_clear()
    _answers.clear()


@cache
def _prefix(area: str) -> str:
    """The part of a 12-digit code that its whole subtree shares; "" for the whole country.

    >>> _prefix("310000000000"), _prefix("310107000000"), _prefix("310107005000")
    ('31', '310107', '310107005')
    """
    for length in (0, 2, 4, 6, 9):
        if not area[length:].strip("0"):
            return area[:length]
    return area


def _in_force(value: Value, on: date, area: str) -> bool:
    in_time = value.since <= on and (value.until is None or on < value.until)
    return in_time and area.startswith(_prefix(value.area))


def _rows(key: str) -> tuple[Value, ...]:
    rows = _library().get(key)
    if rows is None:
        raise UnknownPolicy(key, f"政策库中没有“{key}”这一项。")
    return rows


def value(key: str, *, on: date, area: str = SHANGHAI, **where: Any) -> Value:
    """The value in force on a day in an area under the conditions given.

    The narrowest area wins, then the value whose conditions match most, then the newest.
    A value's conditions must all be among those given, and equal. Raises UnknownPolicy when
    nothing holds, when the library records that nothing was found, or for an unknown key.
    """
    if _what_ifs.get() and (supposed := _supposed(key, on, area, where)):
        return supposed
    question = (key, on, area, *sorted(where.items())) if where else (key, on, area)
    answer = _answers.get(question)
    if answer is None:
        answer = _find(key, on, area, where)
        if len(_answers) >= _CACHED:
            _answers.clear()
        _answers[question] = answer
    return answer


def _find(key: str, on: date, area: str, where: dict[str, Any]) -> Value:
    rows = _rows(key)
    fitting = [v for v in rows if _in_force(v, on, area) and v.where.items() <= where.items()]
    asked = "，".join(f"{name}={part}" for name, part in where.items())
    if not fitting:
        more = f"（{asked}）" if asked else ""
        raise UnknownPolicy(key, f"政策库中“{rows[0].title}”没有在 {on} 适用的规定{more}。")
    rank = {id(v): (len(_prefix(v.area)), len(v.where), v.since) for v in fitting}
    fitting.sort(key=lambda v: rank[id(v)])
    best = fitting[-1]
    if len(fitting) > 1 and rank[id(fitting[-2])] == rank[id(best)]:
        raise PolicyError(f"{key}: {on} 有两条同样适用的规定：{fitting[-2].where} 与 {best.where}")
    if best.status == "not-found":
        raise UnknownPolicy(key, f"政策库中“{best.title}”经查未见规定，不能据此计算。")
    return best


def table(key: str, *, on: date, area: str = SHANGHAI, **where: Any) -> list[Value]:
    """All values of a key in force, one a set of conditions, e.g. the hours of every level.

    `where` leaves out values whose condition differs. Ordered by conditions. Values that were
    not found are left out; an empty list is an answer here.
    """
    best: dict[tuple[Any, ...], Value] = {}
    for v in _rows(key):
        if not _in_force(v, on, area) or any(v.where.get(n, part) != part for n, part in where.items()):
            continue
        name = tuple(sorted(v.where.items()))
        if name not in best or len(_prefix(v.area)) > len(_prefix(best[name].area)):
            best[name] = v
    ordered = sorted(best.items(), key=lambda pair: [(n, str(part)) for n, part in pair[0]])
    shown = (_supposed(key, on, area, v.where) or v for _, v in ordered)
    return [v for v in shown if v.status != "not-found"]


def keys(prefix: str = "") -> list[str]:
    """All keys of the library, or those that begin with a prefix."""
    return sorted(key for key in _library() if key.startswith(prefix))


def history(key: str) -> list[Value]:
    """Every value a key ever had, in all areas, by conditions and then by start."""
    return sorted(
        _rows(key), key=lambda v: (v.area, [str(pair) for pair in sorted(v.where.items())], v.since)
    )


@contextmanager
def override(
    key: str, value: Any, on: date = date.min, *, area: str = SHANGHAI, **where: Any
) -> Iterator[None]:
    """Suppose a value from a day on, in this context alone: a change tried out before it is made.

    `where` empty means under all conditions. The supposed value is marked assumed, so that what
    was computed with it cannot pass for a decision.
    """
    supposed = _WhatIf(key, value, on, area, where)
    token = _what_ifs.set((*_what_ifs.get(), supposed))
    try:
        yield
    finally:
        _what_ifs.reset(token)


def _supposed(key: str, on: date, area: str, where: dict[str, Any]) -> Value | None:
    for what_if in reversed(_what_ifs.get()):
        fits = what_if.key == key and what_if.since <= on and area.startswith(_prefix(what_if.area))
        if fits and what_if.where.items() <= where.items():
            known = _library().get(key, ())
            return Value(
                key=key,
                title=known[0].title if known else key,
                value=what_if.value,
                unit=known[0].unit if known else "",
                status="assumed",
                citation=Citation("试算假设"),
                since=what_if.since,
                area=what_if.area,
                where=what_if.where,
            )
    return None
