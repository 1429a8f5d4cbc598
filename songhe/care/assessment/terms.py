"""Terms 期限 of the unified assessment: when something has to be done, how long a conclusion holds.

Pure functions; numbers of days and months come from the policy library.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from songhe.kernel import policy
from songhe.kernel.calendar import Deadline, add_working_days
from songhe.kernel.process.deadlines import add_months, due

if TYPE_CHECKING:
    from songhe.kernel.process.table import State

    from .models import Assessment

#: States in which the one clock from acceptance to the report runs.
ON_THE_CLOCK = frozenset({"accepted", "assigned", "scheduled", "surveyed", "reviewed"})


def renewal_opens(valid_until: date, on: date, area: str) -> date:
    """First day on which 期末评估 may be asked for."""
    days = policy.value("assessment.renewal.open_days_before", on=on, area=area)
    return valid_until - timedelta(days=int(days.value))


def objection_key(kind: str) -> str:
    """Policy key of the term in which a conclusion of ``kind`` may be objected to."""
    return "assessment.deadline.final_objection" if kind == "review" else "assessment.deadline.objection"


def objection_window(kind: str, delivered_on: date, area: str) -> Deadline:
    """Last day to ask for 复核 (of a conclusion of ``kind``), or for 终核 where it is a 复核 itself."""
    limit = policy.value(objection_key(kind), on=delivered_on, area=area)
    return add_working_days(delivered_on, int(limit.value))


def assess_key(case: Assessment) -> str:
    """Policy key of the limit from acceptance to the report."""
    if case.green_channel:
        return "assessment.deadline.green_channel_assess"
    return {"review": "assessment.deadline.review", "final": "assessment.deadline.final"}.get(
        case.kind, "assessment.deadline.assess"
    )


def limit(case: Assessment, state: State, start: date) -> Deadline | None:
    """When ``state``, entered on ``start``, has to be left; ``None`` leaves it to the state's own limit.

    One clock runs from acceptance to the report (15 working days, 复核 15, green channel 3),
    whoever holds the case meanwhile; after an upheld objection a short one runs anew. The
    public notice counts from its first day, also after an objection that was not upheld.
    """
    if state.name in ON_THE_CLOCK:
        if case.reworked_on:
            return due("assessment.deadline.objection_handling", case.reworked_on, case.area_code)
        return due(assess_key(case), case.accepted_on or start, case.area_code)
    if state.name == "noticed" and case.noticed_on:
        return due("assessment.deadline.notice_days", case.noticed_on, case.area_code)
    if state.name == "concluded" and case.green_channel:
        return due("assessment.deadline.green_channel_notify", start, case.area_code)
    return None


def valid_until(green_channel: bool, concluded_on: date, area: str) -> date:
    """Last day on which a conclusion holds: 24 months, through the green channel 3."""
    key = "assessment.deadline.green_channel_validity_months" if green_channel else "assessment.validity_months"
    months = policy.value(key, on=concluded_on, area=area)
    return add_months(concluded_on, int(months.value)) - timedelta(days=1)


def level_period(scheme: str, concluded_on: date, until: date, area: str) -> tuple[date, date]:
    """``[starts, ends)`` of the care level under a scheme that a conclusion brings.

    It begins by the month rule and ends with the conclusion, or earlier where the scheme's own
    standard asks for a new assessment sooner.
    """
    rule = policy.value("ltci.benefit.start_rule", on=concluded_on, area=area).value
    starts = add_months(concluded_on.replace(day=1), 1) if rule == "month_after_conclusion" else concluded_on
    key = {"national": "assessment.national.validity_months", "gbt42195": "assessment.gbt42195.validity_months"}.get(scheme)
    ends = until + timedelta(days=1)
    if key:
        ends = min(ends, add_months(concluded_on, int(policy.value(key, on=concluded_on, area=area).value)))
    return starts, max(starts, ends)
