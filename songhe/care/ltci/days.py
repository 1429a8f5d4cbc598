"""Days in a home 机构照护床日: what the insurance pays for a month of residence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from songhe.kernel import clock, policy
from songhe.kernel.process.deadlines import add_months
from songhe.register.people.models import Stay

from . import gathering, judging
from .facts import Period, PersonFacts
from .models import ClaimLine, Enrolment
from .refusals import worst_first

#: Level, fen a day, percent of the fund, reasons against.
Ground = tuple[int | None, int, int, tuple[str, ...]]


def claims(provider_id: UUID, month: date, filed_on: date) -> list[ClaimLine]:
    """Lines of the residents whom this provider serves: days at one rate and on one ground are one line.

    The day of arrival counts, the day of leaving does not; days in hospital are no days of
    residence because stays never overlap. Residents without a service relation are no claim.
    """
    until = add_months(month, 1)
    served = Enrolment.objects.unscoped(gathering.WHY).filter(
        gathering.related_in(month), provider_id=provider_id, form="institution"
    )
    stays = Stay.objects.unscoped(gathering.WHY).filter(
        Q(ends__isnull=True) | Q(ends__gt=clock.midnight(month)), organisation_id=provider_id, kind="institution",
        starts__lt=clock.midnight(until), person_id__in=served.values("person_id"),
    )
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for pid, starts, ends in stays.order_by("starts").values_list("person_id", "starts", "ends"):
        first = max(month, starts.astimezone(clock.SHANGHAI).date())
        last = min(until, ends.astimezone(clock.SHANGHAI).date()) if ends else until
        if first < last:
            found[pid].append((first, last))
    facts = gathering.people_facts(found, month, until)
    contracted = gathering.contracts(provider_id)
    remembered: dict[tuple[object, ...], tuple[str, ...]] = {}
    lines: list[ClaimLine] = []
    for pid, periods in found.items():
        days = residence(facts[pid], periods, provider_id)
        grounds = grouped(facts[pid], days, provider_id, contracted, filed_on, remembered)
        lines += [_line(pid, ground, on) for ground, on in grounds.items()]
    return lines


def residence(person: PersonFacts, periods: Sequence[tuple[date, date]], provider_id: UUID) -> list[date]:
    """Days of ``[first, last)`` on which the service relation with this home runs, each once, in order."""
    relation = [p for p in person.enrolments if p.value.provider_id == provider_id and p.value.form == "institution"]
    days = {first + timedelta(days=n) for first, last in periods for n in range((last - first).days)}
    return sorted(d for d in days if any(p.holds(d) for p in relation))


def grouped(
    person: PersonFacts, days: Sequence[date], provider_id: UUID, contracted: Sequence[Period], filed_on: date,
    remembered: dict[tuple[object, ...], tuple[str, ...]],
) -> dict[Ground, list[date]]:
    """Days by what decides them: level, rate, share, reasons against."""
    groups: dict[Ground, list[date]] = defaultdict(list)
    for day in days:
        codes, level = judging.entitled(person, day, remembered)
        found = [*codes, *judging.relation(person, day, provider_id, "institution")]
        if judging.holding(contracted, day) is None:
            found.append("provider_not_contracted")
        if (filed_on - day).days > int(policy.value("ltci.settlement.late_after_days", on=day).value):
            found.append("late_filing")
        percent = int(policy.value("ltci.institution.fund_percent", on=day).value)
        groups[level, gathering.day_rate(level, day), percent, tuple(worst_first(found))].append(day)
    return groups


def _line(pid: UUID, ground: Ground, days: list[date]) -> ClaimLine:
    level, rate, percent, codes = ground
    claimed = rate * len(days)
    paid = 0 if judging.against(codes) else claimed
    fund, rest = judging.shares(paid, percent, gathering.rounding(days[0]))
    return ClaimLine(
        kind="days", person_id=pid, day=days[0], level=level, served=len(days), quantity=len(days) if paid else 0,
        price_fen=rate, amount_fen=paid, fund_fen=fund, person_fen=rest, refused_fen=claimed - paid,
        accepted=paid > 0, outcome=judging.outcome(paid, 0, codes), refusals=list(codes),
    )
