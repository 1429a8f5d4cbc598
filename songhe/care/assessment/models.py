"""Assessments, the on-site survey, and what was photographed or signed there (C1)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.crypto import EncryptedText
from songhe.kernel.ids import uuid7
from songhe.kernel.process.models import Case
from songhe.kernel.process.table import State
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Worker

from .process import PROCESS

if TYPE_CHECKING:
    from songhe.kernel.calendar import Deadline


class Assessment(Case):
    """Assessment 评估办件: from the application to the conclusion and its expiry.

    ``official_level`` is the city's outcome 0–6; -1 is 建议至相关医疗机构就诊. A 复核 or
    终核 is a case of its own whose ``previous`` is the case it reviews.
    """

    class Kind(models.TextChoices):
        """评估类别."""

        FIRST = "first", "首次评估"
        RENEWAL = "renewal", "期末评估"
        CHANGE = "change", "状态评估"
        REVIEW = "review", "复核"
        FINAL = "final", "终核"

    class Applicant(models.TextChoices):
        """申请人."""

        SELF = "self", "本人"
        RELATIVE = "relative", "家属或监护人"
        OFFICE = "office", "代办"

    process = PROCESS
    state = models.CharField("状态", max_length=24, choices=PROCESS.choices())
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessments", verbose_name="长者")
    kind = models.CharField("评估类别", max_length=8, choices=Kind.choices, default=Kind.FIRST)
    applicant = models.CharField("申请人", max_length=8, choices=Applicant.choices, default=Applicant.SELF)
    channel = models.CharField("申请渠道", max_length=8, default="window")
    green_channel = models.BooleanField("绿色通道", default=False)
    discharged_on = models.DateField("出院日期", null=True, blank=True)
    priority = models.CharField("优先情形", max_length=40, blank=True)
    self_paid = models.BooleanField("自费评估", default=False)
    statement = EncryptedText("申请说明", purpose="assessment.statement", blank=True)
    documents = models.JSONField("申请材料", default=list, blank=True)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reviews", verbose_name="原评估"
    )
    agency = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="评估机构"
    )
    assignment = models.JSONField("派单说明", default=dict, blank=True)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    scheduled_at = models.DateTimeField("预约上门时间", null=True, blank=True)
    assessor_a = models.ForeignKey(
        Worker, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="评估员"
    )
    assessor_b = models.ForeignKey(
        Worker, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="评估员（B 类）"
    )
    panel = models.JSONField("集体审核人", default=list, blank=True)
    national_level = models.SmallIntegerField("国家失能等级", null=True, blank=True)
    gbt_level = models.SmallIntegerField("能力评估等级", null=True, blank=True)
    official_level = models.SmallIntegerField("照护等级", null=True, blank=True)
    official_number = models.CharField("市系统结论编号", max_length=60, blank=True)
    reported_on = models.DateField("报告日期", null=True, blank=True)
    noticed_on = models.DateField("公示日期", null=True, blank=True)
    reworked_on = models.DateField("重新审核日期", null=True, blank=True)
    concluded_on = models.DateField("结论日期", null=True, blank=True)
    delivered_on = models.DateField("送达日期", null=True, blank=True)
    valid_until = models.DateField("有效期止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评估办件"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["area_code", "state", "due_on"]),
            models.Index(fields=["agency", "state"]),
            models.Index(fields=["person", "-opened_at"]),
            models.Index(fields=["opened_at"]),
            models.Index(fields=["accepted_on"]),
            models.Index(fields=["state", "valid_until"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="assessment_one_open",
                fields=["person"],
                condition=Q(
                    state__in=["draft", "submitted", "accepted", "assigned", "scheduled", "surveyed", "reviewed",
                               "noticed", "objected"]
                ),
                violation_error_message="该长者已有一件在办的评估，不能重复申请",
            ),
            models.CheckConstraint(
                name="assessment_level_range",
                condition=Q(official_level__isnull=True) | Q(official_level__range=(-1, 6)),
                violation_error_message="照护等级应为 0 至 6，或「建议就诊」",
            ),
        ]

    def limit(self, state: State, start: date) -> Deadline | None:
        """One limit runs from acceptance to the report, whoever holds the case meanwhile."""
        from . import terms

        return terms.limit(self, state, start) or super().limit(state, start)


class Survey(ScopedModel):
    """Survey 现场评估: the answers of one instrument, saved as they are typed.

    ``log`` holds every entry that any phone ever sent, once each; ``answers``, ``notes`` and
    ``context`` are what follows from it: per field the latest entry counts (:mod:`.merging`).
    ``revision`` grows with every change, so that a phone that comes back from a basement
    neither loses nor overwrites anything silently.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="surveys", verbose_name="评估办件"
    )
    instrument = models.CharField("量表", max_length=24)
    version = models.CharField("版本", max_length=16)
    answers = models.JSONField("答案", default=dict)
    answered_at = models.JSONField("作答时间", default=dict)
    notes = models.JSONField("备注", default=dict)
    context = models.JSONField("附加情况", default=dict)
    log = models.JSONField("填写记录", default=list)
    revision = models.PositiveIntegerField("修订号", default=0)
    result = models.JSONField("结果", default=dict)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "现场评估"
        ordering = ["assessment_id", "instrument"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "instrument"], name="survey_once_per_instrument",
                violation_error_message="该量表已在填写",
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.version}"


class Attachment(ScopedModel):
    """Attachment 现场材料: photo, signature or paper; the file lies in the media store, encrypted at rest."""

    class Kind(models.TextChoices):
        """材料类别."""

        PHOTO = "photo", "照片"
        SIGNATURE = "signature", "签字"
        DOCUMENT = "document", "材料"

    class Signer(models.TextChoices):
        """签字人."""

        ASSESSOR_A = "assessor_a", "评估员"
        ASSESSOR_B = "assessor_b", "评估员（B 类）"
        ELDER = "elder", "长者本人"
        FAMILY = "family", "家属或监护人"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="attachments", verbose_name="评估办件"
    )
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    signer = models.CharField("签字人", max_length=12, choices=Signer.choices, blank=True)
    caption = models.CharField("说明", max_length=60, blank=True)
    file = models.CharField("文件", max_length=200, unique=True)
    media_type = models.CharField("格式", max_length=40)
    digest = models.CharField("SM3 摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "现场材料"
        ordering = ["assessment_id", "at"]

    def __str__(self) -> str:
        return self.get_kind_display()
