"""Agreements for programs, in the scope of the screens."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from songhe.kernel.errors import Forbidden
from songhe.kernel.intervals import in_force
from songhe.register.sites.faces import post_of

from . import queries
from .access import READERS

router = Router(tags=["协议"])
PAGE = 500


class AgreementOut(Schema):
    """One agreement; ``ends`` is the first day that no longer belongs to it."""

    id: UUID
    number: str
    kind: str
    party_a_id: UUID
    party_b_id: UUID
    starts: date
    ends: date | None


@router.get("", response=list[AgreementOut], summary="协议，按编号翻页，每页最多 500 条")
def agreements(request: HttpRequest, on: date | None = None, after: UUID | None = None) -> list[AgreementOut]:
    """Agreements that the post sees, in the order of their ids; those in force on a day where asked."""
    post = post_of(request)
    if post.role not in READERS:
        raise Forbidden("您的岗位无权读取协议")
    rows = queries.agreements(post).order_by("pk")
    if on:
        rows = rows.filter(in_force(on))
    if after:
        rows = rows.filter(pk__gt=after)
    return [AgreementOut(**{name: getattr(row, name) for name in AgreementOut.model_fields}) for row in rows[:PAGE]]
