"""Area rows: city, district, town 街镇, committee 居村委."""

from __future__ import annotations

from django.db import models


class Area(models.Model):
    """One area. ``code`` has twelve digits and is the path: 310107005000 lies under 310107000000.

    Public data, so the plain manager serves it. Committee codes are the house's own
    numbering below the official town code, and say so in ``code_status``.
    """

    class Kind(models.TextChoices):
        """Levels of the tree."""

        CITY = "city", "市"
        DISTRICT = "district", "区"
        TOWN = "town", "街镇"
        COMMITTEE = "committee", "居村委"

    code = models.CharField("区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("层级", max_length=12, choices=Kind.choices)
    town_kind = models.CharField("类别", max_length=12, blank=True)
    code_status = models.CharField("代码来源", max_length=16, default="official")
    boundary = models.JSONField("边界", null=True, blank=True)
    centre_lng = models.FloatField("中心经度", null=True)
    centre_lat = models.FloatField("中心纬度", null=True)
    area_km2 = models.FloatField("面积（平方千米）", null=True)
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
