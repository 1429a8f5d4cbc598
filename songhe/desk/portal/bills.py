"""The monthly bill: what was served, what the fund pays, what the elder pays, what is not paid and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from songhe.care.ltci.models import ClaimLine
from songhe.care.ltci.refusals import Refusal, catalogue
from songhe.delivery import catalogue as services
from songhe.delivery.visits.models import Visit
from songhe.kernel import policy
from songhe.kernel.access.models import Post
from songhe.kernel.because import Because
from songhe.register.people.models import Person


@dataclass(frozen=True)
class Month:
    """One month's sums, in fen."""

    month: date
    lines: int
    refused: int
    amount_fen: int
    fund_fen: int
    person_fen: int
    refused_fen: int


def _rows(post: Post, person: Person) -> Any:
    """Lines that stand: a reversed statement's lines were made anew in another one."""
    rows = ClaimLine.objects.visible_to(post).filter(person_id=person.pk)
    return rows.exclude(statement__state="reversed")


def months(post: Post, person: Person) -> list[Month]:
    """Months with anything filed, newest first."""
    rows = _rows(post, person).order_by().values("statement__month").annotate(
        lines=Count("pk"), refused=Count("pk", filter=Q(accepted=False)), amount=Sum("amount_fen"), fund=Sum("fund_fen"),
        own=Sum("person_fen"), not_paid=Sum("refused_fen"),
    )
    found = [
        Month(r["statement__month"], r["lines"], r["refused"], r["amount"], r["fund"], r["own"], r["not_paid"]) for r in rows
    ]
    return sorted(found, key=lambda m: m.month, reverse=True)


@dataclass(frozen=True)
class Line:
    """One line in family words."""

    row: ClaimLine
    carer: str
    items: Sequence[str]
    started_at: Any
    why: Sequence[tuple[str, str]]

    @property
    def held(self) -> bool:
        """Neither paid nor refused yet: somebody looks into it."""
        known = catalogue()
        return not self.row.accepted and any(known[c].severity == "hold" for c in self.row.refusals if c in known)


def lines(post: Post, person: Person, month: date) -> list[Line]:
    """Every line of a month with who came and what was done; two queries."""
    rows = list(_rows(post, person).filter(statement__month=month).select_related("statement__provider").order_by("day", "pk"))
    visits = _visits(post, [r.visit_id for r in rows if r.visit_id])
    return [_line(r, visits.get(r.visit_id)) for r in rows]


def _visits(post: Post, ids: Sequence[UUID]) -> dict[UUID, Visit]:
    found = Visit.objects.visible_to(post).filter(pk__in=list(ids)).select_related("carer")
    return {v.pk: v for v in found}


def _line(row: ClaimLine, visit: Visit | None) -> Line:
    known: list[Refusal] = [catalogue()[c] for c in row.refusals if c in catalogue()]
    # Remarks that cost nobody anything are between provider and auditor.
    told = [r for r in known if r.severity != "flag"]
    return Line(
        row, visit.carer.name if visit and visit.carer else "", services.names(visit.done_items) if visit else (),
        visit.started_at if visit else None, [(r.family, r.remedy if not row.accepted else "") for r in told],
    )


def because(rows: Sequence[Line], month: date) -> list[Because]:
    """How the bill was computed: unit prices and shares of the day, each once."""
    found: dict[str, Because] = {}
    classes = sorted({line.row.staff_class for line in rows if line.row.kind == "visit" and line.row.staff_class})
    day = max((line.row.day for line in rows), default=month)
    for name in classes:
        price = policy.value("ltci.home.price_fen_per_hour", on=day, staff_class=name)
        found[name] = price.because(f"{services.classes().get(name, name)}：{price.shown}")
    if any(line.row.kind == "visit" for line in rows):
        found["share"] = policy.value("ltci.home.fund_percent", on=day).because()
    if any(line.row.kind == "days" for line in rows):
        found["days"] = policy.value("ltci.institution.fund_percent", on=day).because()
    return list(found.values())
