"""The stay-at-home bonus in cash 居家激励现金: one line a person and month, wholly the fund's.

Who chose more hours instead draws on them visit by visit, see :class:`.judging.Served`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from songhe.kernel.process.deadlines import add_months

from . import entitlement, judging
from .facts import Month, PersonFacts, home_care_since
from .models import ClaimLine


def claims(month: Month, first: date, gap_days: int) -> list[ClaimLine]:
    """Lines for the people whom this provider served at home to the end of the month and who chose cash.

    Paid only to somebody whose visits of the month are paid at least in part: that is the caller's
    to ask with :func:`earned`.
    """
    last = add_months(first, 1) - timedelta(days=1)
    lines = []
    for pid, person in month.people.items():
        fen, level = due(person, month, last, gap_days)
        if fen:
            lines.append(
                ClaimLine(
                    kind="cash", person_id=pid, day=last, level=level, served=1, quantity=1, price_fen=fen, amount_fen=fen,
                    fund_fen=fen, person_fen=0, accepted=True, outcome="paid", refusals=[],
                )
            )
    return lines


def due(person: PersonFacts, month: Month, last: date, gap_days: int) -> tuple[int, int | None]:
    """Fen of the bonus on the month's last day, and the level it goes by; nothing without entitlement."""
    enrolment = judging.holding(person.enrolments, last)
    if enrolment is None or enrolment.value.bonus != "cash" or judging.relation(person, last, month.provider_id, "home"):
        return 0, None
    codes, level = judging.entitled(person, last, month.remembered)
    if codes or level is None or person.death_date is not None:
        return 0, None
    return entitlement.bonus(level, home_care_since(person, last, gap_days), "cash", last)[1], level


def earned(lines: Sequence[ClaimLine], cash: Sequence[ClaimLine]) -> list[ClaimLine]:
    """Cash for those who were served: somebody without one paid visit did not receive home care."""
    served: Mapping[UUID, bool] = {line.person_id: True for line in lines if line.kind == "visit" and line.accepted}
    return [line for line in cash if line.person_id in served]
