"""Agreements 协议 between organisations: medical cover, fixed-point contracts, partnerships."""

from __future__ import annotations

from django.db import models

from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.ids import uuid7
from songhe.kernel.intervals import PreventOverlap
from songhe.register.sites.models import Organisation


class Agreement(ScopedModel):
    """Agreement 协议: two parties, a kind, a period. Contracts of one kind between two parties never overlap."""

    class Kind(models.TextChoices):
        """协议类别."""

        LTCI = "ltci", "长护险定点协议"
        MEDICAL = "medical", "医养签约"
        EMBEDDED = "embedded", "医养嵌入"
        ENTRUSTED = "entrusted", "医养托管"
        REFERRAL = "referral", "双向转诊"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("协议编号", max_length=60)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    party_a = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="甲方")
    party_b = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="乙方")
    starts = models.DateField("生效日期")
    ends = models.DateField("终止日期", null=True, blank=True)
    terms = models.JSONField("约定", default=dict, blank=True)
    area_code = models.CharField("区域", max_length=12, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "协议"
        ordering = ["-starts", "id"]
        indexes = [models.Index(fields=["party_b", "kind"]), models.Index(fields=["party_a", "kind"])]
        constraints = [
            PreventOverlap(
                name="agreement_no_overlap", keys=["party_a", "party_b", "kind"],
                message="双方在这段时间已有同类协议，请先终止原协议",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
