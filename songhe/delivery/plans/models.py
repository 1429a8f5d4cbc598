"""Care plans and their weekly slots."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.ids import uuid7
from songhe.kernel.process.models import Case
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Worker

from .process import PROCESS


class CarePlan(Case):
    """Care plan 照护计划: what one provider does for one person in a week.

    ``weekly_minutes`` is the budget that the entitlement gives; the slots must not exceed it.
    ``funding`` says who pays: ``ltci`` 长护险, ``subsidy`` 养老服务补贴, ``self`` 自费.
    """

    process = PROCESS
    state = models.CharField("状态", max_length=24, choices=PROCESS.choices())
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plans", verbose_name="长者")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="服务机构")
    funding = models.CharField("费用来源", max_length=8, default="ltci")
    source_id = models.UUIDField("来源办件", null=True, blank=True)
    level = models.SmallIntegerField("照护等级")
    weekly_minutes = models.PositiveIntegerField("每周服务额度（分钟）")
    starts = models.DateField("开始日期")
    ends = models.DateField("结束日期", null=True, blank=True)
    goals = models.CharField("照护目标", max_length=300, blank=True)
    risks = models.JSONField("风险提示", default=list, blank=True)
    sex_wish = models.CharField("护理员性别", max_length=1, blank=True)
    agreed_by = models.CharField("确认人", max_length=80, blank=True)
    agreed_at = models.DateTimeField("确认时间", null=True, blank=True)
    signature = models.CharField("签名文件", max_length=200, blank=True, default="")
    signature_digest = models.CharField("签名 SM3 摘要", max_length=64, blank=True, default="")
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="原计划"
    )

    class Meta:
        verbose_name = verbose_name_plural = "照护计划"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["provider", "state"]),
            models.Index(fields=["person", "state"]),
            models.Index(fields=["area_code", "state"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="plan_one_active",
                fields=["person", "funding"],
                condition=Q(state="active"),
                violation_error_message="该长者已有执行中的照护计划",
            ),
            models.CheckConstraint(
                name="plan_ends_after_start",
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                violation_error_message="计划结束日期不能早于开始日期",
            ),
        ]


class Slot(ScopedModel):
    """Slot 每周服务安排: one visit a week, on a weekday (0 is Monday), within a window.

    ``items`` are numbers of the 42-item catalogue.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(CarePlan, on_delete=models.CASCADE, related_name="slots", verbose_name="照护计划")
    weekday = models.PositiveSmallIntegerField("星期")
    earliest = models.TimeField("最早开始")
    latest = models.TimeField("最晚开始")
    minutes = models.PositiveSmallIntegerField("时长（分钟）")
    items = models.JSONField("服务项目", default=list)
    staff_class = models.CharField("服务人员类别", max_length=16)
    carer = models.ForeignKey(
        Worker, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="指定护理员"
    )

    class Meta:
        verbose_name = verbose_name_plural = "每周服务安排"
        ordering = ["plan_id", "weekday", "earliest"]
        constraints = [
            models.CheckConstraint(
                name="slot_window", condition=Q(latest__gte=F("earliest")),
                violation_error_message="最晚开始时间不能早于最早开始时间",
            ),
            models.CheckConstraint(
                name="slot_weekday", condition=Q(weekday__range=(0, 6)), violation_error_message="星期应为周一至周日"
            ),
        ]

    def __str__(self) -> str:
        return f"周{'一二三四五六日'[self.weekday]} {self.earliest:%H:%M} {self.minutes} 分钟"
