"""Consents: given, withdrawn, asked for before anything is disclosed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from songhe.kernel import clock
from songhe.kernel.errors import Refused

from .models import Consent
from .scoping import ScopedQuerySet

#: Purposes that the house knows, with the sentence shown when consent is asked for.
PURPOSES = {
    "family_view": "家属查看长者的办理进度、服务和费用",
    "family_act": "家属代长者提出申请、确认计划和签字",
    "care_share": "服务机构查看评估结果，用于制定照护计划",
    "health_share": "医疗机构与养老机构共享健康信息",
    "video": "评估和上门服务过程留存影像",
}


def active(purpose: str, on: date | None = None) -> ScopedQuerySet:
    """Consents in force for a purpose; a subquery for scopes."""
    if purpose not in PURPOSES:
        raise ValueError(f"unknown purpose: {purpose}")
    day = on or clock.today()
    rows: ScopedQuerySet = Consent.objects.unscoped("consents decide scopes").filter(
        Q(ends__isnull=True) | Q(ends__gt=day), purpose=purpose, starts__lte=day, withdrawn_at__isnull=True
    )
    return rows


def allowed(person_ids: Iterable[UUID], purpose: str, recipient_id: UUID, data: str = "") -> set[UUID]:
    """Which of these people let ``recipient_id`` have ``data`` for ``purpose`` today."""
    rows = active(purpose).filter(person_id__in=list(person_ids), recipient_id=recipient_id)
    return {pid for pid, scope in rows.values_list("person_id", "data") if not data or data in scope or "all" in scope}


def require(person_id: UUID, purpose: str, recipient_id: UUID, data: str = "") -> None:
    """Refuse a disclosure that no consent covers."""
    if person_id not in allowed([person_id], purpose, recipient_id, data):
        raise Refused(
            "no_consent",
            f"未取得长者同意，不能向其提供信息（用途：{PURPOSES[purpose]}）",
            remedy="请先在长者档案的「知情同意」中登记同意，再办理。",
        )
