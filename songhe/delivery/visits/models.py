"""Visits, the punches that prove them, and what was photographed or signed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from songhe.delivery.plans.models import CarePlan, Slot
from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.guards import AppendOnly
from songhe.kernel.ids import uuid7
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Worker

from .process import PROCESS


class Visit(ScopedModel):
    """Visit 上门服务: one planned stay of a carer at a person's home.

    ``minutes`` is what was served, from check-in to check-out, in whole minutes; ``flags``
    are remarks of the evidence (outside the fence, no position, clock off, late sync), which
    never block. Whether the insurance pays is said by the claim, not here.

    ``rostered_id`` is the worker whom the roster sent, ``carer`` who came: the two differ when
    a colleague stood in, and only the roster changes the first.
    """

    process = PROCESS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="visits", verbose_name="照护计划")
    slot = models.ForeignKey(
        Slot, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        verbose_name="每周服务安排",
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="visits", db_index=False, verbose_name="长者"
    )
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="服务机构"
    )
    carer = models.ForeignKey(
        Worker, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="护理员"
    )
    rostered_id = models.UUIDField("排班护理员", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=PROCESS.choices(), default="planned")
    day = models.DateField("日期")
    planned_start = models.DateTimeField("计划开始")
    planned_minutes = models.PositiveSmallIntegerField("计划时长（分钟）")
    staff_class = models.CharField("服务人员类别", max_length=16)
    items = models.JSONField("计划项目", default=list)
    done_items = models.JSONField("完成项目", default=list)
    started_at = models.DateTimeField("签到时间", null=True, blank=True)
    ended_at = models.DateTimeField("签退时间", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("服务时长（分钟）", null=True, blank=True)
    flags = models.JSONField("证据提示", default=list)
    signed = models.BooleanField("已签字", default=False)
    area_code = models.CharField("区域", max_length=12)
    why_carer = models.CharField("派单理由", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "上门服务"
        ordering = ["day", "planned_start", "id"]
        indexes = [
            models.Index(fields=["carer", "day"]),
            models.Index(fields=["person", "day"]),
            # Without the state: a visit changes it three times, and a change that no index holds costs a third.
            models.Index(fields=["provider", "day"]),
            models.Index(fields=["area_code", "day"]),
            # The order of the list, and every question about a few days of the whole district.
            models.Index(fields=["day", "planned_start", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "day"], name="visit_once_per_slot_and_day",
                violation_error_message="该安排当天的服务已生成",
            ),
            models.CheckConstraint(
                name="visit_done_has_times",
                condition=~Q(state="done") | Q(started_at__isnull=False, ended_at__isnull=False, minutes__isnull=False),
                violation_error_message="已完成的服务须有签到和签退时间",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_state_display()}"


class Punch(ScopedModel):
    """Punch 签到签退: what a phone reported, kept as it came. The id is made on the phone.

    The same id twice is the same report. ``at`` is the phone's clock corrected by the offset
    seen at sync; ``phone_at`` is what the phone said. Position is taken at this moment only.
    """

    class Kind(models.TextChoices):
        """类别."""

        IN = "in", "签到"
        OUT = "out", "签退"

    id = models.UUIDField(primary_key=True, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="punches", verbose_name="上门服务")
    carer = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="护理员"
    )
    kind = models.CharField("类别", max_length=4, choices=Kind.choices)
    at = models.DateTimeField("时间")
    phone_at = models.DateTimeField("手机时间")
    received_at = models.DateTimeField("收到时间", default=clock.now)
    lng = models.FloatField("经度", null=True)
    lat = models.FloatField("纬度", null=True)
    accuracy = models.PositiveIntegerField("定位精度（米）", null=True)
    distance = models.PositiveIntegerField("距住处（米）", null=True)
    device = models.CharField("设备", max_length=64, blank=True)
    mocked = models.BooleanField("疑似虚拟定位", default=False)
    reason = models.CharField("围栏外理由", max_length=200, blank=True)
    items = models.JSONField("完成项目", default=list)
    vitals = models.JSONField("生命体征", default=dict)
    note = models.CharField("备注", max_length=500, blank=True)
    signed = models.BooleanField("已签字", default=False)
    flags = models.JSONField("证据提示", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "签到签退"
        ordering = ["visit_id", "at"]
        indexes = [models.Index(fields=["carer", "at"]), models.Index(fields=["device", "at"])]
        constraints = [
            AppendOnly(name="punch_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class Evidence(ScopedModel):
    """Evidence 照片与签字 of a visit; the id is made on the phone, the file is encrypted at rest."""

    id = models.UUIDField(primary_key=True, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="evidence", verbose_name="上门服务")
    kind = models.CharField("类别", max_length=12)
    file = models.CharField("文件", max_length=200)
    digest = models.CharField("SM3 摘要", max_length=64, db_index=True)
    size = models.PositiveIntegerField("字节数")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "照片与签字"
        ordering = ["visit_id", "at"]
        constraints = [AppendOnly(name="evidence_append_only")]

    def __str__(self) -> str:
        return self.kind
