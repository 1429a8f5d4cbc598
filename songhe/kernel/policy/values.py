"""One value of the policy library, and how it is said in Chinese."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from songhe.kernel.because import Because
from songhe.kernel.money import yuan

STATUSES = ("sourced", "recalled", "recalled-low", "assumed", "not-found")

# How sure a value is, as screens, papers and tables say it: the one place where these words stand.
STATUS_LABELS = {
    "sourced": "已核对来源",
    "recalled": "凭记忆，待核对",
    "recalled-low": "凭记忆，把握不大",
    "assumed": "假定值",
    "not-found": "未找到原文",
}

_UNITS = {
    "fen": "元",
    "percent": "%",
    "working_day": "个工作日",
    "calendar_day": "天",
    "day": "天",
    "week": "周",
    "month": "个月",
    "year": "年",
    "age": "周岁",
    "minute": "分钟",
    "hour": "小时",
    "metre": "米",
    "m2": "平方米",
    "km": "公里",
    "h": "小时",
    "bed": "张床位",
    "person": "人",
    "site": "处",
    "item": "项",
    "visit": "次",
    "meal": "餐",
    "litre": "升",
    "event": "次",
    "drill": "次",
    "score": "分",
    "level": "级",
    "point": "分",
    "count": "",
    "flag": "",
    "text": "",
    "list": "",
    "date": "",
}
# Codes that stand in values, as a screen says them; the rules compare the codes themselves.
_CODES = {
    "employee": "职工医保",
    "resident": "居民医保",
    "month_after_conclusion": "作出结论的次月",
    "carer_health": "养老护理员（健康照护）",
    "carer_medical": "养老护理员（医疗照护）",
    "provider": "护理机构",
    "severe": "重度失能",
    "lonely": "孤寡",
    "very_old": "高龄",
    "retired_cadre": "离休",
}
# After a stroke the measure word is short: 小时/周, 元/月.
_PER = {"month": "月", "calendar_day": "日", "day": "日", "person": "人", "bed": "床", "hour": "小时"}


class PolicyError(Exception):
    """A fault in the policy files, for whoever keeps them; names the file and the key."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value was read: document and clause, the codes of the sources, and when."""

    document: str
    clause: str = ""
    source: str = ""
    read_on: date | None = None

    def __str__(self) -> str:
        return f"{self.document} {self.clause}".strip()


@dataclass(frozen=True, slots=True)
class Value:
    """A value in force on [since, until) in an area and its subtree, under its conditions.

    `value` is int, Decimal, bool, str, date, or a list or dict of these, in `unit`.
    Money is fen, percent is a number out of a hundred.
    """

    key: str
    title: str
    value: Any
    unit: str
    status: str
    citation: Citation
    since: date
    until: date | None = None
    area: str = "310000000000"
    where: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    #: Its own reason, put into words once: a month's settlement asks for it a hundred thousand times.
    _reason: Because | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def certain(self) -> bool:
        """True when the value was read in a published paper."""
        return self.status == "sourced"

    @property
    def status_label(self) -> str:
        """凭记忆，待核对; 假定值; or "" for a sourced value, which needs no word."""
        return "" if self.certain else STATUS_LABELS[self.status]

    @property
    def shown(self) -> str:
        """The value with its unit as a clerk writes it: 3小时/周, 65.00元/小时, 90%, 是."""
        return say(self.value, self.unit)

    def because(self, text: str = "") -> Because:
        """The reason that this value gives; `text` says it in the rule's own words."""
        if not text and self._reason is not None:
            return self._reason
        reason = Because(
            text=text or f"{self.title}：{self.shown}",
            rule=self.key,
            source=str(self.citation),
            status=self.status,
            since=self.since,
        )
        if not text:
            object.__setattr__(self, "_reason", reason)
        return reason


def say(value: Any, unit: str) -> str:
    """A value in Chinese with its unit.

    >>> say(6500, "fen/hour"), say(3, "hour/week"), say(True, "flag")
    ('65.00元/小时', '3小时/周', '是')
    """
    if value is None:
        return "未查到"
    if isinstance(value, list | tuple):
        return "、".join(say(part, unit) for part in value)
    if isinstance(value, dict):
        return "；".join(f"{name}：{say(part, unit)}" for name, part in value.items())
    if isinstance(value, bool):
        return "是" if value else "否"
    first, _, per = unit.partition("/")
    if first == "fen" and isinstance(value, int):
        value = yuan(value)
    elif not isinstance(value, int | Decimal):
        return _CODES.get(str(value), str(value))
    tail = f"/{_PER.get(per) or _UNITS.get(per, per)}" if per else ""
    return f"{value}{_UNITS.get(first, first)}{tail}"
