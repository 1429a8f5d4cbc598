"""Trying out a change of policy 政策试算: what it would do to everybody, before it is made.

A room that knows what its values do to people hangs up an estimator for its keys; the job asks it
twice, once under the rules as they are and once under the supposed value, and tells both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from songhe.kernel import money
from songhe.kernel.errors import Refused
from songhe.kernel.jobs import Run, job
from songhe.kernel.registry import Registry

from .lookup import SHANGHAI, override, value
from .values import Value, say

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an estimate; ``unit`` as the policy library writes units (person, hour/month, fen/month)."""

    label: str
    value: int
    unit: str


#: Prefix of keys → what their values do to the people of an area on a day.
Estimator = Callable[[date, str, Progress], Sequence[Figure]]
estimators: Registry[Estimator] = Registry("policy estimators")


def estimator_of(key: str) -> Estimator | None:
    """The estimator for a key: the longest prefix that somebody hung up."""
    fitting = [prefix for prefix, _estimator in estimators.items() if key.startswith(prefix)]
    return estimators.get(max(fitting, key=len)) if fitting else None


def may_be_tried(found: Value) -> bool:
    """Whether a value is of a kind that a form can change: a number, yes or no, a list of numbers."""
    parts = found.value if isinstance(found.value, list) else [found.value]
    return estimator_of(found.key) is not None and all(isinstance(part, bool | int | Decimal) for part in parts)


def parse(text: str, like: Value) -> Any:
    """What was typed, as a value of the same kind; money in yuan. Raises Refused."""
    plain = text.strip()
    if like.unit.startswith("fen") and not isinstance(like.value, list):
        return money.parse_yuan(plain, "value")
    if isinstance(like.value, bool):
        if plain in ("是", "否"):
            return plain == "是"
        raise Refused("policy.value", _("请填写“是”或“否”"), field="value")
    parts = [p for p in plain.replace("、", " ").replace("，", " ").replace(",", " ").split() if p]
    if not parts or not all(p.isdecimal() for p in parts) or (len(parts) > 1 and not isinstance(like.value, list)):
        raise Refused("policy.value", _("“%(text)s”不是有效的取值") % {"text": plain}, field="value",
                      remedy=_("请填写整数；多个数用顿号分开。"))
    numbers = [int(p) for p in parts]
    return numbers if isinstance(like.value, list) else numbers[0]


@job("policy.whatif", "政策试算", idempotent=True)
def whatif(run: Run, key: str, supposed: Any, on: str, area: str, where: dict[str, Any]) -> dict[str, Any]:
    """Both answers, figure by figure: before → after, and the difference."""
    estimate = estimator_of(key)
    if estimate is None:
        raise Refused("policy.no_estimator", _("“%(key)s”没有可用的试算方法") % {"key": key})
    day = date.fromisoformat(on)
    known = value(key, on=day, **where)
    before = estimate(day, area, lambda done, total, what: _tell(run, done, 2 * total, what))
    with override(key, supposed, day, area=SHANGHAI, **where):
        after = estimate(day, area, lambda done, total, what: _tell(run, total + done, 2 * total, what))
    result = {_("调整"): f"{say(known.value, known.unit)} → {say(supposed, known.unit)}"}
    for old, new in zip(before, after, strict=True):
        result[old.label] = compared(old, new)
    result[_("说明")] = _("试算按现有人员和登记推算，不改变任何数据；标为假定值或待核对的取值会影响结果。")
    return result


def _tell(run: Run, done: int, total: int, what: str) -> None:
    run.progress(done, total, what)
    run.stop_if_cancelled()


def compared(old: Figure, new: Figure) -> str:
    """「120人 → 130人（+10人）」; 「120人（不变）」."""
    if old.value == new.value:
        return f"{say(old.value, old.unit)}（{_('不变')}）"
    sign = "+" if new.value > old.value else "-"
    difference = say(abs(new.value - old.value), old.unit)
    return f"{say(old.value, old.unit)} → {say(new.value, new.unit)}（{sign}{difference}）"
