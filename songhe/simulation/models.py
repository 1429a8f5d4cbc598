"""What a run of the simulation left to be compared with what is published."""

from __future__ import annotations

from django.db import models

from songhe.kernel import clock
from songhe.kernel.ids import uuid7


class Report(models.Model):
    """Report 对照报告 of one run: figures beside published ones, and every assumption. No person in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    made_at = models.DateTimeField("生成时间", default=clock.now)
    scale = models.PositiveIntegerField("抽样比例")
    seed = models.PositiveIntegerField("随机种子")
    days = models.PositiveIntegerField("推演天数")
    figures = models.JSONField("对照", default=list)
    assumptions = models.JSONField("假定", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "模拟对照报告"
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"1/{self.scale} · {self.days} 天"
