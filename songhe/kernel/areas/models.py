"""Area rows: city, district, town 街镇, committee 居村委; what was published about them; what was loaded when."""

from __future__ import annotations

from django.db import models

from songhe.kernel import clock
from songhe.kernel.ids import uuid7


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
    status = models.CharField("数据状态", max_length=16, default="published")
    data_licence = models.CharField("数据许可", max_length=60, blank=True)
    # A boundary has a licence of its own: ODbL, with the credit that every drawing of it must carry.
    boundary_licence = models.CharField("边界许可", max_length=60, blank=True)
    boundary_credit = models.CharField("边界署名", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PublishedFact(models.Model):
    """A figure somebody published 公布数 about an area, kept as it was printed.

    Figures of different days and sources stand side by side and are never made to agree.
    ``reference`` is the day or period in the words of the source (2019, 2025-Q1),
    ``reference_date`` its last day, for order. ``kind`` says whether the figure is a stock
    时点数, a flow 期间数 or a target 目标数; ``unverified`` ones are shown as such.
    """

    class Kind(models.TextChoices):
        """What a figure is."""

        STOCK = "stock", "时点数"
        FLOW = "flow", "期间数"
        TARGET = "target", "目标数"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField("区划代码", max_length=12)
    indicator = models.CharField("指标", max_length=60)
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    unit = models.CharField("单位", max_length=12)
    reference = models.CharField("统计时点或期间", max_length=12)
    reference_date = models.DateField("期末日")
    kind = models.CharField("性质", max_length=8, choices=Kind.choices)
    status = models.CharField("数据状态", max_length=16)
    source_ref = models.CharField("来源编号", max_length=20, blank=True)
    source = models.CharField("来源", max_length=200)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公布数字"
        ordering = ["area_code", "indicator", "-reference_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "indicator", "reference", "kind", "source"], name="fact_once",
                violation_error_message="同一来源的同一数字已登记",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value.normalize():f} {self.unit}（{self.reference}）"


class Loading(models.Model):
    """One loading of a district's folder 装载记录: when, with what outcome."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.CharField("区", max_length=40)
    area_code = models.CharField("区划代码", max_length=12)
    at = models.DateTimeField("时间", default=clock.now)
    added = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    same = models.PositiveIntegerField("一致", default=0)
    refused = models.PositiveIntegerField("拒收", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "装载记录"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.district} {self.at:%Y-%m-%d %H:%M}"
