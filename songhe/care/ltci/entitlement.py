"""Entitlement 待遇资格: who gets how much long-term care insurance on a day, and why.

Pure but for the policy library, which is read for the day in question: asking again about an
old day gives the old answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from songhe.kernel import policy
from songhe.kernel.because import Because
from songhe.kernel.process.deadlines import add_months


@dataclass(frozen=True)
class Facts:
    """What is known about a person on a day. ``level`` is the official Shanghai level in force.

    ``level_lapsed_on`` is when an earlier one ended, ``level_coming`` and ``level_begins`` tell of one
    that was concluded and begins later: entitlement begins with the month after the conclusion.
    """

    birth_date: date
    cover: str = ""
    pension_claimed: bool = False
    level: int | None = None
    level_ends: date | None = None
    level_lapsed_on: date | None = None
    level_coming: int | None = None
    level_begins: date | None = None
    death_date: date | None = None


@dataclass(frozen=True)
class Entitlement:
    """The answer. ``weekly_minutes`` is for home care; shares are percents of the fund."""

    entitled: bool
    refusals: tuple[str, ...]
    level: int | None
    weekly_minutes: int
    home_percent: int
    institution_percent: int
    day_rate_fen: int
    because: tuple[Because, ...]


def age_on(birth: date, day: date) -> int:
    """Completed years.

    >>> age_on(date(1966, 2, 28), date(2026, 2, 27))
    59
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def refusals(facts: Facts, on: date) -> tuple[list[str], list[Because]]:
    """Codes of everything that stands against the entitlement, with the reasons for them and for it."""
    codes: list[str] = []
    why: list[Because] = []
    youngest = policy.value("ltci.minimum_age", on=on)
    age = age_on(facts.birth_date, on)
    if age < int(youngest.value):
        codes.append("below_minimum_age")
    why.append(youngest.because())
    if facts.death_date is not None and on > facts.death_date:
        codes.append("after_death")
    kinds = policy.value("ltci.insurance_kinds", on=on)
    why.append(kinds.because())
    if facts.cover not in kinds.value:
        codes.append("not_insured")
    elif facts.cover == "employee":
        pension = policy.value("ltci.employee.pension_required", on=on)
        why.append(pension.because())
        if pension.value and not facts.pension_claimed:
            codes.append("pension_not_claimed")
    levels = policy.value("ltci.eligible_levels", on=on)
    why.append(levels.because())
    eligible = _levels(levels.value)
    if facts.level is not None:
        if facts.level not in eligible:
            codes.append("level_not_eligible")
    elif facts.level_lapsed_on:
        codes.append("level_lapsed")
    elif facts.level_coming in eligible:
        codes.append("before_entitlement")
        why.append(policy.value("ltci.benefit.start_rule", on=on).because(f"待遇自 {facts.level_begins} 开始"))
    else:
        codes.append("level_missing")
    return codes, why


def _levels(value: object) -> Sequence[int]:
    return [int(v) for v in value] if isinstance(value, (list, tuple)) else [int(str(value))]


def entitle(facts: Facts, on: date) -> Entitlement:
    """The entitlement of a person on a day."""
    codes, why = refusals(facts, on)
    if codes:
        return Entitlement(False, tuple(codes), facts.level, 0, 0, 0, 0, tuple(why))
    hours = policy.value("ltci.home.hours_per_week", on=on, level=facts.level)
    home = policy.value("ltci.home.fund_percent", on=on)
    institution = policy.value("ltci.institution.fund_percent", on=on)
    rate = policy.value("ltci.institution.day_rate_fen", on=on, level=facts.level)
    return Entitlement(
        entitled=True, refusals=(), level=facts.level, weekly_minutes=int(hours.value) * 60,
        home_percent=int(home.value), institution_percent=int(institution.value), day_rate_fen=int(rate.value),
        because=(*why, hours.because(), home.because(), institution.because(), rate.because()),
    )


def bonus(level: int, since: date | None, choice: str, on: date) -> tuple[int, int, list[Because]]:
    """Extra minutes a month, or cash in fen a month, of the stay-at-home bonus (levels 5 and 6).

    ``since`` is the first day of unbroken home care; the person chooses ``hours`` or ``cash``. More
    than one month earns the first band, more than six the second.
    """
    levels = policy.value("ltci.home.bonus.levels", on=on)
    if level not in _levels(levels.value) or not choice or since is None or on <= add_months(since, 1):
        return 0, 0, [levels.because()]
    band = ">6" if on > add_months(since, 6) else "1-6"
    if choice == "hours":
        extra = policy.value("ltci.home.bonus.hours_per_month", on=on, months_band=band)
        return int(extra.value) * 60, 0, [levels.because(), extra.because()]
    cash = policy.value("ltci.home.bonus.cash_fen_per_month", on=on, months_band=band)
    return 0, int(cash.value), [levels.because(), cash.because()]
