"""Days in a home 机构照护床日: what the insurance pays for a month of residence."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from songhe.kernel import clock, policy
from songhe.kernel.process.deadlines import add_months
from songhe.register.people.models import Stay

from . import gathering, judging
from .judging import PersonFacts
from .models import ClaimLine
from .refusals import blocks, worst_first


def claims(provider_id: UUID, month: date) -> list[ClaimLine]:
    """One line a resident and level: the days of residence in the month, at the level's day rate.

    The day of arrival counts, the day of leaving does not; days in hospital are no days of
    residence because stays never overlap.
    """
    until = add_months(month, 1)
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    stays = Stay.objects.unscoped("settling a month").filter(
        Q(ends__isnull=True) | Q(ends__gt=clock.midnight(month)), organisation_id=provider_id, kind="institution",
        starts__lt=clock.midnight(until),
    )
    for pid, starts, ends in stays.values_list("person_id", "starts", "ends"):
        first = max(month, starts.astimezone(clock.SHANGHAI).date())
        last = min(until, ends.astimezone(clock.SHANGHAI).date()) if ends else until
        if first < last:
            found[pid].append((first, last))
    facts = gathering.people_facts(found, month, until)
    lines: list[ClaimLine] = []
    for pid, periods in found.items():
        lines += _person(pid, facts[pid], periods, provider_id)
    return lines


def _person(pid: UUID, person: PersonFacts, periods: list[tuple[date, date]], provider_id: UUID) -> list[ClaimLine]:
    """Days grouped by what decides them: level and reasons against."""
    groups: dict[tuple[int | None, tuple[str, ...]], list[date]] = defaultdict(list)
    for first, last in periods:
        for n in range((last - first).days):
            day = first + timedelta(days=n)
            groups[_standing(person, day, provider_id)].append(day)
    return [_line(pid, level, codes, days) for (level, codes), days in groups.items()]


def _standing(person: PersonFacts, day: date, provider_id: UUID) -> tuple[int | None, tuple[str, ...]]:
    codes, level = judging.entitled(person, day)
    enrolment = judging.holding(person.enrolments, day)
    against = list(codes)
    if enrolment is None or enrolment.value[0] != provider_id:
        against.append("provider_not_chosen")
    elif enrolment.value[1] != "institution":
        against.append("wrong_form")
    return level, tuple(worst_first(against))


def _line(pid: UUID, level: int | None, codes: tuple[str, ...], days: list[date]) -> ClaimLine:
    refused = blocks(codes)
    rate = 0
    if level is not None and not refused:
        rate = int(policy.value("ltci.institution.day_rate_fen", on=days[0], level=level).value)
    percent = int(policy.value("ltci.institution.fund_percent", on=days[0]).value)
    amount = rate * len(days)
    fund = judging.part(amount, percent)
    return ClaimLine(
        kind="days", person_id=pid, day=days[0], level=level, served=len(days), quantity=0 if refused else len(days),
        price_fen=rate, amount_fen=amount, fund_fen=fund, person_fen=amount - fund, accepted=not refused,
        refusals=list(codes),
    )


