"""Vitals 生命体征 that a carer may measure, and which values are taken for slips of the finger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from songhe.kernel import policy


@dataclass(frozen=True)
class Vital:
    """One measure: its key in reports, its name, its unit, and the step in which it is typed."""

    key: str
    name: str
    unit: str
    step: str = "1"


VITALS = (
    Vital("systolic", "收缩压", "mmHg"),
    Vital("diastolic", "舒张压", "mmHg"),
    Vital("pulse", "心率", "次/分"),
    Vital("temperature", "体温", "℃", "0.1"),
    Vital("spo2", "血氧", "%"),
    Vital("glucose", "血糖", "mmol/L", "0.1"),
)
BY_KEY = {v.key: v for v in VITALS}
Range = tuple[float, float]


def ranges(on: date) -> dict[str, Range]:
    """Lowest and highest plausible value of each measure, from the policy library."""
    rows = policy.table("visits.vital_range", on=on)
    return {str(r.where["vital"]): (float(r.value[0]), float(r.value[1])) for r in rows}


def doubts(values: Mapping[str, float], known: Mapping[str, Range]) -> dict[str, str]:
    """What is implausible about measured values, in words, by key; empty when all may be kept.

    >>> doubts({"temperature": 52.0}, {"temperature": (34.0, 42.0)})
    {'temperature': '体温 52 不在 34–42 ℃ 之间，请重测或改正'}
    """
    found = {}
    for key, value in values.items():
        low, high = known[key]
        if not low <= value <= high:
            vital = BY_KEY[key]
            found[key] = f"{vital.name} {value:g} 不在 {low:g}–{high:g} {vital.unit} 之间，请重测或改正"
    upper, lower = values.get("systolic"), values.get("diastolic")
    if upper is not None and lower is not None and lower >= upper and not found:
        found["diastolic"] = f"舒张压 {lower:g} 不应高于或等于收缩压 {upper:g}，请核对是否填反"
    return found
