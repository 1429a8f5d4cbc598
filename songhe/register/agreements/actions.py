"""The only writers of agreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from songhe.kernel import bulk, events, guards
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Conflict, Forbidden, Refused
from songhe.kernel.events import New
from songhe.register.sites.models import Organisation

from .access import keeps
from .models import Agreement
from .queries import clashing


@dataclass(frozen=True)
class Terms:
    """An agreement that is to be concluded. ``ends`` is the first day that no longer belongs to it."""

    number: str
    kind: str
    party_a: Organisation
    party_b: Organisation
    starts: date
    ends: date | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def conclude(wanted: Sequence[Terms], *, by: Post) -> list[Agreement]:
    """Conclude agreements. Refused where the two parties have one of that kind in that time already."""
    made = []
    for terms in wanted:
        if terms.party_a.pk == terms.party_b.pk:
            raise Refused("agreement.parties", "甲乙双方不能是同一机构", field="party_b", remedy="请重新选择乙方。")
        agreement = Agreement(
            number=terms.number, kind=terms.kind, party_a=terms.party_a, party_b=terms.party_b, starts=terms.starts,
            ends=terms.ends, terms=dict(terms.terms), area_code=_area(terms),
        )  # fmt: skip
        if not keeps(by, agreement):
            raise Forbidden("您的岗位不能登记这份协议")
        _refuse_clash(agreement)
        made.append(agreement)
    # The database has the last word: two clerks at once, or two lines of one set.
    with guards.explained():
        bulk.insert(made)
    events.record_many([New("agreement.concluded", a, data=_said(a)) for a in made], by=by)
    return made


@transaction.atomic
def end(agreement: Agreement, on: date, *, by: Post, reason: str) -> None:
    """The agreement no longer holds from ``on``. It can be ended earlier than agreed, never later."""
    if not keeps(by, agreement):
        raise Forbidden("您的岗位不能终止这份协议")
    if not reason.strip():
        raise Refused("agreement.reason", "没有填写终止理由", field="reason", remedy="请写明为何终止。")
    if on < agreement.starts:
        raise Refused("agreement.order", f"终止日期不能早于生效日期 {agreement.starts}", field="ends",
                      remedy="请核对日期。")  # fmt: skip
    rows = Agreement.objects.unscoped("the keeper of this agreement was asked before").filter(pk=agreement.pk)
    open_rows = rows.filter(ends=None) | rows.filter(ends__gt=on)
    if not open_rows.update(ends=on):
        raise Conflict("agreement.ended", "协议在这一天已经终止", remedy="请刷新页面查看现在的终止日期。")
    agreement.ends = on
    events.record("agreement.ended", by=by, subject=agreement, data={"on": on.isoformat()}, reason=reason.strip())


def _area(terms: Terms) -> str:
    """Where it is kept: with the party that serves, whose office answers for it."""
    return terms.party_b.area_code


def _refuse_clash(agreement: Agreement) -> None:
    found = clashing((agreement.party_a_id, agreement.party_b_id), agreement.kind, agreement.starts, agreement.ends)
    if found:
        other = found[0]
        until = f"至 {other.ends}" if other.ends else "起长期有效"
        raise Refused(
            "agreement.overlap",
            f"双方在这段时间已有{agreement.get_kind_display()}（编号 {other.number}，{other.starts} {until}）",
            field="starts",
            remedy="请先终止原协议，或把生效日期改到其终止之后。",
        )


def _said(agreement: Agreement) -> dict[str, Any]:
    return {
        "kind": agreement.kind, "party_a": str(agreement.party_a_id), "party_b": str(agreement.party_b_id),
        "starts": agreement.starts.isoformat(), "ends": agreement.ends.isoformat() if agreement.ends else None,
    }  # fmt: skip
