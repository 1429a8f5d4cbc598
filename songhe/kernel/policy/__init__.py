"""The policy library 政策库: rules, rates and thresholds as dated, cited data.

    hours = policy.value("ltci.home.hours_per_week", on=day, level=3)
    hours.value, hours.citation, hours.because()

No rate or threshold is a literal in code. The day is the day the question is about, never the
day it is asked, so that recomputing an old month gives the old answer.
"""

from .lookup import UnknownPolicy, history, keys, override, reload, table, value
from .values import Citation, PolicyError, Value

__all__ = [
    "Citation",
    "PolicyError",
    "UnknownPolicy",
    "Value",
    "history",
    "keys",
    "override",
    "reload",
    "table",
    "value",
]
