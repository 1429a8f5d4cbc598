"""Snapshots: what an indicator was on a day, in an area."""

from __future__ import annotations

from django.db import models

from songhe.kernel import clock
from songhe.kernel.ids import uuid7


class Snapshot(models.Model):
    """Snapshot 快照 of one indicator, area and day. Counts only, never a person; the plain manager serves it.

    ``value`` is empty where the indicator could not be known, which is not the same as zero.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField("指标", max_length=40)
    area_code = models.CharField("区域", max_length=12)
    day = models.DateField("日期")
    value = models.FloatField("数值", null=True)
    taken_at = models.DateTimeField("计算时间", default=clock.now)
    fault = models.CharField("未能计算的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "指标快照"
        ordering = ["code", "area_code", "-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "area_code", "day"], name="snapshot_once", violation_error_message="该日快照已存在"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.area_code} {self.day}"
