"""Organisations, the sites they run, and beds by kind over time (A1)."""

from __future__ import annotations

from django.db import models

from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.ids import uuid7
from songhe.kernel.intervals import PreventOverlap
from songhe.kernel.text import SortText


class Organisation(models.Model):
    """Organisation 机构: a legal body or public office. Public facts, so the plain manager serves it."""

    class Kind(models.TextChoices):
        """机构类别; the first three are the kinds of long-term care providers."""

        CARE_HOME = "care_home", "养老机构"
        COMMUNITY = "community", "社区养老服务组织"
        NURSING_STATION = "nursing_station", "护理站"
        ASSESSOR = "assessor", "评估机构"
        HEALTH_CENTRE = "health_centre", "社区卫生服务中心"
        HOSPITAL = "hospital", "医院"
        OFFICE = "office", "政府部门"
        INSURER = "insurer", "保险经办"
        MERCHANT = "merchant", "服务商"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("名称", max_length=120)
    pinyin = SortText("拼音", max_length=240, blank=True)
    initials = SortText("拼音首字母", max_length=80, blank=True)
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    area_code = models.CharField("区域", max_length=12, db_index=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    is_ltci_provider = models.BooleanField("长护险定点", default=False)
    starts = models.DateField("成立日期", null=True, blank=True)
    ends = models.DateField("终止日期", null=True, blank=True)
    synthetic = models.BooleanField("模拟机构", default=False)
    status = models.CharField("数据状态", max_length=16, default="published")
    as_of = models.DateField("数据日期", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)
    source_id = models.CharField("来源编号", max_length=60, blank=True, db_index=True)

    # Fields that an office corrected here: loading the list again does not undo the correction.
    corrected = models.JSONField("已更正的项目", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        ordering = ["pinyin", "id"]
        indexes = [models.Index(fields=["kind", "pinyin", "id"])]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """Site 设施: a place where elders are served. Public facts with source, date and status."""

    class Kind(models.TextChoices):
        """设施类型: all types of the facility register and of the chain of care."""

        CARE_HOME = "care_home", "养老机构"
        SMALL_HOME = "small_home", "长者照护之家"
        DAY_CARE = "day_care", "日间服务中心"
        HUB = "hub", "综合为老服务中心"
        DOORSTEP = "doorstep", "家门口养老服务站"
        SPORTS_HOME = "sports_home", "长者运动健康之家"
        NEIGHBOUR = "neighbour", "睦邻点"
        ACTIVITY_ROOM = "activity_room", "标准化老年活动室"
        CANTEEN = "canteen", "社区长者食堂"
        MEAL_POINT = "meal_point", "助餐点"
        ADVISOR_POINT = "advisor_point", "养老顾问点"
        NURSING_STATION = "nursing_station", "护理站"
        HOME_SERVICE = "home_service", "居家养老服务站"
        COMPLEX = "complex", "三站一体"
        PROPERTY_POINT = "property_point", "物业养老服务点"
        AIDS_POINT = "aids_point", "康复辅具租赁点"
        HEALTH_CENTRE = "health_centre", "社区卫生服务中心"
        HEALTH_STATION = "health_station", "社区卫生服务站"
        HOSPITAL = "hospital", "医院"
        ASSESSMENT = "assessment", "评估机构"
        SERVICE_WINDOW = "service_window", "社区事务受理服务中心"

    class Mode(models.TextChoices):
        """运营方式."""

        PUBLIC = "public", "公建公营"
        PUBLIC_PRIVATE = "public_private", "公建民营"
        PRIVATE = "private", "民建民营"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="sites", verbose_name="运营机构", null=True, blank=True
    )
    kind = models.CharField("类型", max_length=16, choices=Kind.choices)
    name = models.CharField("名称", max_length=120)
    pinyin = SortText("拼音", max_length=240, blank=True)
    initials = SortText("拼音首字母", max_length=80, blank=True)
    area_code = models.CharField("区域", max_length=12, db_index=True)
    address = models.CharField("地址", max_length=200, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    position_status = models.CharField("位置来源", max_length=16, default="approximate")
    mode = models.CharField("运营方式", max_length=16, choices=Mode.choices, blank=True)
    capacity = models.PositiveIntegerField("核定容量", null=True, blank=True)
    starts = models.DateField("启用日期", null=True, blank=True)
    ends = models.DateField("停用日期", null=True, blank=True)
    synthetic = models.BooleanField("模拟设施", default=False)
    status = models.CharField("数据状态", max_length=16, default="published")
    source = models.CharField("来源", max_length=200, blank=True)
    source_id = models.CharField("来源编号", max_length=80, unique=True)
    as_of = models.DateField("数据日期", null=True, blank=True)
    data_licence = models.CharField("数据许可", max_length=60, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    # Fields that an office corrected here: loading the list again does not undo the correction.
    corrected = models.JSONField("已更正的项目", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设施"
        ordering = ["pinyin", "id"]
        indexes = [models.Index(fields=["kind", "area_code"]), models.Index(fields=["pinyin", "id"])]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """Opening hours 开放时间 of one weekday (0 is Monday)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="hours", verbose_name="设施")
    weekday = models.PositiveSmallIntegerField("星期")
    opens = models.TimeField("开门")
    closes = models.TimeField("关门")

    class Meta:
        verbose_name = verbose_name_plural = "开放时间"
        ordering = ["site", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "weekday", "opens"], name="hours_once", violation_error_message="该时段已登记"
            )
        ]

    def __str__(self) -> str:
        return f"周{'一二三四五六日'[self.weekday]} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Licence(models.Model):
    """Licence 许可与备案 with its expiry."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="licences", verbose_name="机构"
    )
    kind = models.CharField("证照", max_length=40)
    number = models.CharField("证号", max_length=60)
    issuer = models.CharField("发证机关", max_length=80, blank=True)
    starts = models.DateField("有效期起")
    ends = models.DateField("有效期止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证照"
        ordering = ["organisation", "kind", "-starts"]
        indexes = [models.Index(fields=["ends"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Bed(ScopedModel):
    """Bed 床位: one physical bed; what it counts as is a matter of periods (:class:`BedKind`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="beds", verbose_name="设施")
    room = models.CharField("房间", max_length=20, blank=True)
    number = models.CharField("床号", max_length=20)
    sex = models.CharField("男女", max_length=1, blank=True)
    equipment = models.JSONField("设备", default=list, blank=True)
    starts = models.DateField("启用日期")
    ends = models.DateField("停用日期", null=True, blank=True)
    area_code = models.CharField("区域", max_length=12, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "床位"
        ordering = ["site", "room", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "room", "number"], name="bed_once", violation_error_message="该房间已有此床号"
            )
        ]

    def __str__(self) -> str:
        return f"{self.room}-{self.number}"


class BedKind(ScopedModel):
    """What a bed counts as, from a day to a day; periods of one kind on one bed never overlap."""

    class Kind(models.TextChoices):
        """床位类别."""

        APPROVED = "approved", "核定"
        BASIC = "basic", "保基本"
        NURSING = "nursing", "护理型"
        DEMENTIA = "dementia", "认知障碍照护"
        HOME = "home", "家庭照护"
        MEDICAL = "medical", "医疗机构老年护理"
        OUT = "out", "停用"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bed = models.ForeignKey(Bed, on_delete=models.CASCADE, related_name="kinds", verbose_name="床位")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    starts = models.DateField("起")
    ends = models.DateField("止", null=True, blank=True)
    # Only totals of most kinds are published: which bed is which is then assumed, and says so.
    status = models.CharField("数据状态", max_length=16, default="published")
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "床位类别"
        ordering = ["bed", "kind", "starts"]
        indexes = [models.Index(fields=["kind", "starts"])]
        constraints = [
            PreventOverlap(name="bedkind_no_overlap", keys=["bed", "kind"], message="该床位在这段时间已按此类别计算")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
