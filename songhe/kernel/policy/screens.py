"""What the policy library's screens show: groups of keys, one key's history, the words of its conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .lookup import history, keys
from .values import Value

#: The first part of a key, as an officer calls it. A part without a name here stands under its own.
GROUPS = {
    "assessment": "统一需求评估", "ltci": "长期护理保险", "plan": "照护计划", "visits": "上门服务", "subsidy": "补贴与津贴",
    "homemod": "居家环境适老化改造", "aids": "康复辅具租赁", "beds": "养老床位", "homebed": "家庭照护床位", "sickbed": "家庭病床",
    "meals": "老年助餐", "dementia": "认知障碍照护", "facility": "社区设施", "circle": "十五分钟服务圈", "telehealth": "互联网医院",
    "companions": "老伙伴计划", "familycarers": "老吾老计划", "insurance": "银发无忧", "safety": "机构安全", "grading": "等级评定",
    "inspection": "监督检查", "staffing": "人员配置", "cover": "医养签约", "emergency": "应急呼叫", "visiting": "探访关爱",
    "intake": "一门式受理", "register": "登记",
}
CONDITIONS = {
    "level": "照护等级", "staff_class": "服务人员类别", "months_band": "连续居家月数", "grade": "职业等级", "group": "人群",
    "age_band": "年龄段", "step": "环节", "kind": "类别", "priority": "优先情形", "scheme": "等级体系",
}


@dataclass(frozen=True)
class Line:
    """One value of a key, with its conditions in words."""

    value: Value
    conditions: str
    in_force: bool


@dataclass(frozen=True)
class Entry:
    """One key: what it is called, and what holds on the day."""

    key: str
    title: str
    lines: tuple[Line, ...]

    @property
    def status(self) -> str:
        """The least certain status among what holds."""
        order = ("not-found", "recalled-low", "assumed", "recalled", "sourced")
        held = {line.value.status for line in self.lines}
        return next((s for s in order if s in held), "")


def conditions(value: Value) -> str:
    """「照护等级 2；服务人员类别 nurse」; empty where the value holds for all."""
    return "；".join(f"{CONDITIONS.get(name, name)} {part}" for name, part in value.where.items())


def lines(key: str, on: date) -> list[Line]:
    """The whole history of a key, newest first, each marked whether it holds on the day."""
    found = [
        Line(v, conditions(v), v.since <= on and (v.until is None or on < v.until)) for v in history(key)
    ]
    return sorted(found, key=lambda line: (line.conditions, -line.value.since.toordinal()))


def groups(on: date, text: str = "") -> list[tuple[str, list[Entry]]]:
    """All keys by group, with what holds on the day; narrowed by a word of title, key or citation."""
    found: dict[str, list[Entry]] = {}
    for key in keys():
        every = lines(key, on)
        held = tuple(line for line in every if line.in_force)
        title = every[0].value.title
        if text and not _mentions(text, [key, title, *(str(line.value.citation) for line in every)]):
            continue
        part = key.split(".", 1)[0]
        found.setdefault(GROUPS.get(part, part), []).append(Entry(key, title, held))
    order = list(GROUPS.values())
    return sorted(found.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def _mentions(text: str, places: Iterable[str]) -> bool:
    return any(text.lower() in place.lower() for place in places)
