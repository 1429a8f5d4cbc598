"""Workers 从业人员: who may do what, when, for whom they work."""

from __future__ import annotations

from django.db import models

from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.crypto import EncryptedText
from songhe.kernel.ids import uuid7
from songhe.kernel.intervals import PreventOverlap
from songhe.kernel.text import SortText
from songhe.register.sites.models import Organisation


class Worker(ScopedModel):
    """Worker 从业人员: carer, nurse, assessor, doctor or coordinator of one organisation.

    ``staff_class`` decides the unit price of a visit and which items may be done;
    ``assessor_class`` is A (basic items) or B (licensed physician, also judges diseases).
    """

    class Occupation(models.TextChoices):
        """岗位类别."""

        CARER = "carer", "养老护理员"
        NURSE = "nurse", "护士"
        ASSESSOR = "assessor", "评估员"
        DOCTOR = "doctor", "医生"
        COORDINATOR = "coordinator", "协调员"
        MANAGER = "manager", "负责人"

    class StaffClass(models.TextChoices):
        """长护险服务人员类别."""

        CARER_HEALTH = "carer_health", "养老护理员（健康照护）"
        CARER_MEDICAL = "carer_medical", "养老护理员（医疗照护）"
        NURSE = "nurse", "执业护士"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="workers", verbose_name="机构"
    )
    name = SortText("姓名", max_length=40)
    pinyin = SortText("拼音", max_length=80)
    initials = SortText("拼音首字母", max_length=20, blank=True)
    sex = models.CharField("性别", max_length=1)
    phone = EncryptedText("电话", purpose="phone", blank=True)
    occupation = models.CharField("岗位类别", max_length=12, choices=Occupation.choices)
    staff_class = models.CharField("服务人员类别", max_length=16, choices=StaffClass.choices, blank=True)
    grade = models.CharField("职业等级", max_length=12, blank=True)
    assessor_class = models.CharField("评估员类别", max_length=1, blank=True)
    area_code = models.CharField("区域", max_length=12, db_index=True)
    lng = models.FloatField("出发点经度", null=True, blank=True)
    lat = models.FloatField("出发点纬度", null=True, blank=True)
    skills = models.JSONField("技能", default=list, blank=True)
    languages = models.JSONField("语言", default=list, blank=True)
    starts = models.DateField("入职日期")
    ends = models.DateField("离职日期", null=True, blank=True)
    synthetic = models.BooleanField("模拟人员", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "从业人员"
        ordering = ["pinyin", "id"]
        indexes = [
            models.Index(fields=["organisation", "occupation"]),
            models.Index(fields=["occupation", "pinyin", "id"]),
        ]

    def __str__(self) -> str:
        return self.name


class Certificate(ScopedModel):
    """Certificate 证书 with grade and expiry. An expired one opens no work."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="certificates", verbose_name="人员")
    kind = models.CharField("证书", max_length=40)
    number = models.CharField("证书编号", max_length=60)
    grade = models.CharField("等级", max_length=12, blank=True)
    starts = models.DateField("发证日期")
    ends = models.DateField("有效期止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证书"
        ordering = ["worker_id", "kind", "-starts"]
        indexes = [models.Index(fields=["ends"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Shift(ScopedModel):
    """Usual working hours 工作时间 of one weekday (0 is Monday)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="shifts", verbose_name="人员")
    weekday = models.PositiveSmallIntegerField("星期")
    starts = models.TimeField("上班")
    ends = models.TimeField("下班")

    class Meta:
        verbose_name = verbose_name_plural = "工作时间"
        ordering = ["worker_id", "weekday", "starts"]

    def __str__(self) -> str:
        return f"周{'一二三四五六日'[self.weekday]} {self.starts:%H:%M}–{self.ends:%H:%M}"


class Absence(ScopedModel):
    """Absence 请假 of a worker, in whole days ``[starts, ends)``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="absences", verbose_name="人员")
    kind = models.CharField("类别", max_length=12)
    starts = models.DateField("起")
    ends = models.DateField("止")

    class Meta:
        verbose_name = verbose_name_plural = "请假"
        ordering = ["worker_id", "-starts"]
        indexes = [models.Index(fields=["starts", "ends"])]
        constraints = [PreventOverlap(name="absence_no_overlap", keys=["worker"], message="该时段已登记请假")]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts}–{self.ends}"
