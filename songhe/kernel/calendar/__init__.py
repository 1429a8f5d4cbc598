"""Working days 工作日: the ordinary week, corrected by the published holidays and make-up days.

Deadlines of the law count working days from the day after the event. A year whose arrangement
is not published yet counts Monday to Friday provisionally and says so; it never guesses holidays.
"""

from .days import (
    Deadline,
    add_working_days,
    days_changed,
    forget,
    is_certain,
    is_working_day,
    unknown_years,
    working_days_between,
)

__all__ = [
    "Deadline",
    "add_working_days",
    "days_changed",
    "forget",
    "is_certain",
    "is_working_day",
    "unknown_years",
    "working_days_between",
]
