"""Event rows and the seals that chain them."""

from __future__ import annotations

from django.db import models

from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.guards import AppendOnly
from songhe.kernel.ids import uuid7


class Seal(models.Model):
    """Seal 封存: a batch of events and the SM3 hash that chains it to the batch before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sealed_at = models.DateTimeField("封存时间", default=clock.now)
    position = models.PositiveBigIntegerField("序号", unique=True)
    count = models.PositiveIntegerField("条数")
    previous = models.CharField("前序哈希", max_length=64)
    digest = models.CharField("哈希", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "封存"
        ordering = ["position"]
        constraints = [AppendOnly(name="seal_append_only")]

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}"


class Event(ScopedModel):
    """Event 事件: something that happened, to whom, through whom, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间", default=clock.now)
    kind = models.CharField("类型", max_length=60)
    post_id = models.UUIDField("岗位", null=True)
    actor = models.CharField("经办", max_length=160)
    person_id = models.UUIDField("长者", null=True)
    area_code = models.CharField("区域", max_length=12, blank=True)
    subject_type = models.CharField("对象类型", max_length=40)
    subject_id = models.UUIDField("对象")
    data = models.JSONField("内容", default=dict)
    # Free text may name a person, so it can be erased: the chain holds its digest only.
    reason = models.CharField("理由", max_length=500, blank=True)
    reason_digest = models.CharField("理由摘要", max_length=64, blank=True)
    seal = models.ForeignKey(
        Seal, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="封存"
    )

    class Meta:
        verbose_name = verbose_name_plural = "事件"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["person_id", "-at"]),
            models.Index(fields=["subject_id", "-at"]),
            models.Index(fields=["seal", "id"]),
            models.Index(fields=["kind", "at"]),
        ]
        constraints = [AppendOnly(name="event_append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
