"""What an officer of the insurance decides about single lines, while a statement is being checked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from songhe.delivery.visits.models import Visit
from songhe.kernel import bulk, events
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused

from . import gathering, judging
from .facts import Decision
from .models import ClaimLine, Statement
from .refusals import worst_first
from .settlement import total

WHY = "checking a statement"
_WRITTEN = [
    "quantity", "bonus_minutes", "amount_fen", "fund_fen", "person_fen", "refused_fen", "accepted", "outcome", "refusals", "decision",
    "note",
]
#: Reasons that no record shows: an officer finds them, and they are given by hand.
BY_HAND = ("other_liability", "duplicate", "in_hospital", "in_institution_same_day", "after_death")


@transaction.atomic
def release(statement: Statement, line_ids: Sequence[UUID], *, by: Post, reason: str) -> int:
    """Pay lines that were held back, after they were looked into. Returns how many.

    What is paid still keeps to the planned time and to what is left of the week. A line that a
    rule rejects cannot be released.
    """
    locked, lines = _open(statement, line_ids, by, reason)
    for line in lines:
        if line.outcome != ClaimLine.Outcome.HELD:
            raise Refused("line.not_held", f"{line.day} 的一条明细不是暂缓支付，不能解除", field="lines",
                          remedy="不予支付的明细须由机构更正登记后重新申报。")
    rows = Visit.objects.unscoped(WHY).filter(pk__in=[line.visit_id for line in lines])
    visits = {v.id: v for v in gathering.facts_of(rows)}
    facts = gathering.month_of(locked.provider, locked.month, list(visits.values()), locked.filed_on or locked.month)
    facts.decisions = {pk: Decision("released", reason.strip()) for pk in visits}
    people = {pid: judging.Served(pid, facts) for pid in facts.people}
    for line in lines:
        visit = visits[line.visit_id]  # type: ignore[index]  # a held line is always a visit's
        codes = [c for c in line.refusals if c != "over_week_budget"]
        carer = facts.carers.get(visit.carer_id) if visit.carer_id else None
        judged = judging.settle(visit, people[line.person_id], carer, line.level, codes, facts.rates[line.day], facts)
        for name in _WRITTEN:
            value = getattr(judged, name)
            setattr(line, name, list(value) if name == "refusals" else value)
    return _store(locked, lines, "settlement.released", by, reason)


@transaction.atomic
def refuse(statement: Statement, line_ids: Sequence[UUID], *, code: str, by: Post, reason: str) -> int:
    """Refuse lines for a reason that no record shows, such as another's liability. Returns how many."""
    if code not in BY_HAND:
        raise Refused("line.code", "请从列出的理由中选择", field="code")
    locked, lines = _open(statement, line_ids, by, reason)
    for line in lines:
        line.refused_fen += line.amount_fen
        line.quantity = line.bonus_minutes = line.amount_fen = line.fund_fen = line.person_fen = 0
        line.accepted, line.outcome = False, ClaimLine.Outcome.REFUSED
        line.decision, line.note = code, reason.strip()
        line.refusals = worst_first([code, *line.refusals])
    return _store(locked, lines, "settlement.refused", by, reason)


def _open(statement: Statement, line_ids: Sequence[UUID], by: Post, reason: str) -> tuple[Statement, list[ClaimLine]]:
    """The statement, locked, and the lines asked for, in order of time."""
    if by.role not in (Role.INSURER, Role.SYSTEM):
        raise Forbidden(f"您的岗位（{by.get_role_display()}）不能审核结算明细")
    if len(reason.strip()) < 2:
        raise Refused("reason_missing", "请填写核查结论", field="reason")
    if not line_ids:
        raise Refused("lines_missing", "请先勾选明细", field="lines")
    seen = Statement.objects.visible_to(by).filter(pk=statement.pk)
    locked = (
        Statement.objects.unscoped(WHY).select_for_update(of=("self",)).select_related("provider")
        .filter(pk__in=seen.values("pk")).first()
    )
    if locked is None:
        raise Missing("没有找到该结算单，或它不在您的管辖范围内")
    if locked.state != "submitted":
        raise Conflict("statement.not_submitted", f"{locked.number} 当前为「{locked.state_now.label}」，只有待审核的结算单可以审核明细")
    rows = ClaimLine.objects.unscoped(WHY).filter(statement=locked, pk__in=list(line_ids)).order_by("day", "pk")
    lines = list(rows)
    if len(lines) != len(set(line_ids)):
        raise Missing("所选明细不在该结算单中，请刷新页面")
    return locked, lines


def _store(statement: Statement, lines: Sequence[ClaimLine], kind: str, by: Post, reason: str) -> int:
    bulk.update(lines, _WRITTEN)
    total(statement, list(ClaimLine.objects.unscoped(WHY).filter(statement=statement)))
    events.record(kind, by=by, subject=statement, reason=reason.strip(), data={"lines": [str(line.pk) for line in lines]})
    return len(lines)
