"""Assessment instruments as data, and the one function that scores them 失能与能力评估计分.

>>> from songhe.engines.scoring import load, score
>>> national = load("ltci_national_2021")
>>> best = {item.id: item.maximum for item in national.items}
>>> score(national, best).level_name
'基本正常'
"""

from .compute import Grade, Reason, Result, score
from .loader import InstrumentError, load, outcomes
from .model import (
    Adjustment,
    Combination,
    Condition,
    ContextField,
    Dimension,
    Group,
    Instrument,
    Item,
    Level,
    Option,
    Outcome,
    ScoringError,
)

__all__ = [
    "Adjustment",
    "Combination",
    "Condition",
    "ContextField",
    "Dimension",
    "Grade",
    "Group",
    "Instrument",
    "InstrumentError",
    "Item",
    "Level",
    "Option",
    "Outcome",
    "Reason",
    "Result",
    "ScoringError",
    "load",
    "outcomes",
    "score",
]
