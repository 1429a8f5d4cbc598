"""The calendar of a month's settlement 月度结算日程: file, review and pay by working days of the next month."""

from __future__ import annotations

from datetime import date, timedelta

from songhe.kernel import clock, policy
from songhe.kernel.calendar import Deadline, add_working_days
from songhe.kernel.errors import Refused
from songhe.kernel.process.deadlines import add_months

_KEY = "ltci.settlement.calendar"
#: The step that ends a state, and the one before it.
_STEPS = {"drafted": ("file", ""), "submitted": ("review", "file"), "approved": ("pay", "review")}


def settlement_limit(state: str, month: date, start: date) -> Deadline | None:
    """Last day to leave ``state``, entered on ``start``, of the statement of ``month`` (its first day).

    The calendar counts working days from the month's end. Who gets a statement late still has as
    many working days as the calendar puts between the two steps.
    """
    if state not in _STEPS:
        return None
    step, before = _STEPS[state]
    days = _days(step, start)
    last_day = add_months(month, 1) - timedelta(days=1)
    regular = add_working_days(last_day, days)
    if not before or start <= add_working_days(last_day, _days(before, start)).on:
        return regular
    return max(regular, add_working_days(start, days - _days(before, start)), key=lambda d: d.on)


def _days(step: str, on: date) -> int:
    return int(policy.value(_KEY, on=on, step=step).value)


def parse_month(text: str) -> date:
    """First day of a month written as 2026-10."""
    year, dash, number = text.strip().partition("-")
    if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal() and "01" <= number <= "12"):
        raise Refused("month.format", f"“{text.strip()}”不是月份", field="month", remedy="月份请写作 2026-10 的样子。")
    return date(int(year), int(number), 1)


def require_closed(month: date) -> None:
    """Refuse a month that still runs or lies ahead: visits may yet be added to it."""
    if month.day != 1:
        raise Refused("month.format", "结算月份应为当月一日", field="month")
    if month >= clock.today().replace(day=1):
        raise Refused(
            "month.running", f"{month.year} 年 {month.month} 月尚未结束，不能结算", field="month", remedy="请在次月初再生成结算单。"
        )


def last_month(today: date) -> date:
    """First day of the month before.

    >>> last_month(date(2026, 1, 15))
    datetime.date(2025, 12, 1)
    """
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
