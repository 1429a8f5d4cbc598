"""Enrolments, monthly statements and claim lines of the long-term care insurance (C2)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.calendar import Deadline
from songhe.kernel.ids import uuid7
from songhe.kernel.intervals import PreventOverlap
from songhe.kernel.process.models import Case
from songhe.kernel.process.table import State
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation

from .calendar import settlement_limit
from .process import ENROLMENT, SETTLEMENT


class Enrolment(Case):
    """Enrolment 长护险服务关系: one person, one form of care, one provider at a time."""

    class Form(models.TextChoices):
        """照护形式."""

        HOME = "home", "社区居家照护"
        INSTITUTION = "institution", "养老机构照护"

    class Bonus(models.TextChoices):
        """居家照护激励（5、6 级）：增加服务时长或现金."""

        NONE = "", "未选择"
        HOURS = "hours", "增加服务时长"
        CASH = "cash", "现金补贴"

    process = ENROLMENT
    state = models.CharField("状态", max_length=24, choices=ENROLMENT.choices())
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments", verbose_name="长者")
    form = models.CharField("照护形式", max_length=12, choices=Form.choices, default=Form.HOME)
    provider = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="护理机构"
    )
    declined_by = models.JSONField("曾婉拒的机构", default=list, blank=True)
    bonus = models.CharField("居家激励", max_length=8, choices=Bonus.choices, blank=True)
    started_on = models.DateField("服务开始日", null=True, blank=True)
    ended_on = models.DateField("服务结束日", null=True, blank=True)
    assessment_id = models.UUIDField("评估办件", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "长护险服务关系"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["provider", "state"]),
            models.Index(fields=["area_code", "state"]),
            models.Index(fields=["person", "state"]),
            models.Index(fields=["state", "due_on"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="enrolment_one_open", fields=["person"], condition=~Q(state="ended"),
                violation_error_message="该长者已有一种在办的长护险照护形式，同一时间只能享受一种",
            )
        ]


class Pause(ScopedModel):
    """Pause 暂停 of a service relation, in whole days ``[starts, ends)``.

    The day on which service is suspended is still served in part, and so is the day on which it
    is resumed; the pause is what lies between them.
    """

    class Kind(models.TextChoices):
        """暂停原因. All but the last begin and end by themselves."""

        STAY = "stay", "住院或外出"
        LEVEL = "level", "待遇条件中断"
        MANUAL = "manual", "机构或经办暂停"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="pauses", verbose_name="服务关系")
    kind = models.CharField("原因", max_length=8, choices=Kind.choices)
    starts = models.DateField("起")
    ends = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "暂停"
        ordering = ["enrolment_id", "starts"]
        constraints = [
            PreventOverlap(name="pause_no_overlap", keys=["enrolment"], message="该时段服务已经暂停")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts}"


class Statement(Case):
    """Statement 月度结算单: one provider, one month (``month`` is its first day).

    Totals are in fen and are sums of the accepted lines; ``digest`` fixes what was approved.
    ``filed_on`` is the day of the first filing of this month, which later filings keep: a month
    returned to be mended is not late for that. ``judged_on`` is the day its lines were made.
    """

    process = SETTLEMENT
    state = models.CharField("状态", max_length=24, choices=SETTLEMENT.choices())
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="护理机构")
    month = models.DateField("结算月份")
    run = models.PositiveSmallIntegerField("次数", default=1)
    lines_total = models.PositiveIntegerField("申报条数", default=0)
    lines_accepted = models.PositiveIntegerField("通过条数", default=0)
    people = models.PositiveIntegerField("服务人数", default=0)
    minutes = models.PositiveIntegerField("服务分钟", default=0)
    amount_fen = models.BigIntegerField("总费用（分）", default=0)
    fund_fen = models.BigIntegerField("基金支付（分）", default=0)
    person_fen = models.BigIntegerField("个人支付（分）", default=0)
    refused_fen = models.BigIntegerField("拒付（分）", default=0)
    digest = models.CharField("明细摘要", max_length=64, blank=True)
    judged_on = models.DateField("明细生成日期", null=True)
    filed_on = models.DateField("首次申报日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "月度结算单"
        ordering = ["-month", "provider"]
        indexes = [models.Index(fields=["month", "state"])]
        constraints = [
            models.UniqueConstraint(
                name="statement_one_open", fields=["provider", "month"], condition=~Q(state="reversed"),
                violation_error_message="该机构本月已有结算单",
            )
        ]

    def limit(self, state: State, start: date) -> Deadline | None:
        """By the calendar of the month, which counts from the month's end."""
        return settlement_limit(state.name, self.month, start) if state.within else None


class ClaimLine(ScopedModel):
    """Claim line 结算明细: one visit (or one person's days in a home) and what becomes of it.

    ``refusals`` are codes of the refusal catalogue, worst first; those of an accepted line only
    reduce or remark. Shares are whole fen and add up: ``fund_fen + person_fen == amount_fen``.
    ``quantity`` counts minutes, days or months; ``bonus_minutes`` of it came from the stay-at-home
    bonus. ``decision`` is what an officer decided by hand: ``released``, or the code of a refusal; with
    ``note`` as the reason.
    """

    class Kind(models.TextChoices):
        """明细类别."""

        VISIT = "visit", "上门服务"
        DAYS = "days", "机构照护床日"
        CASH = "cash", "居家激励现金"

    class Outcome(models.TextChoices):
        """结果."""

        PAID = "paid", "已通过"
        REDUCED = "reduced", "扣减"
        HELD = "held", "暂缓支付"
        REFUSED = "refused", "不予支付"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines", verbose_name="结算单")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices, default=Kind.VISIT)
    visit_id = models.UUIDField("上门服务", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="长者")
    day = models.DateField("服务日期")
    level = models.SmallIntegerField("照护等级", null=True)
    staff_class = models.CharField("服务人员类别", max_length=16, blank=True)
    served = models.PositiveIntegerField("实际分钟或床日")
    quantity = models.PositiveIntegerField("支付分钟或床日")
    price_fen = models.BigIntegerField("单价（分）")
    amount_fen = models.BigIntegerField("费用（分）")
    fund_fen = models.BigIntegerField("基金支付（分）")
    person_fen = models.BigIntegerField("个人支付（分）")
    refused_fen = models.BigIntegerField("拒付（分）", default=0)
    accepted = models.BooleanField("通过")
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    refusals = models.JSONField("拒付理由", default=list)
    bonus_minutes = models.PositiveIntegerField("其中激励时长", default=0)
    decision = models.CharField("人工审核", max_length=24, blank=True)
    note = models.CharField("审核说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "结算明细"
        ordering = ["statement_id", "day", "id"]
        indexes = [
            models.Index(fields=["person", "day"]),
            models.Index(fields=["statement", "outcome"]),
            models.Index(fields=["visit_id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="claim_once_per_visit", fields=["statement", "visit_id"],
                condition=Q(visit_id__isnull=False), violation_error_message="该次服务已在本结算单中",
            ),
            models.CheckConstraint(
                name="claim_outcome",
                condition=Q(accepted=True, outcome__in=["paid", "reduced"]) | Q(accepted=False, outcome__in=["held", "refused"]),
                violation_error_message="明细的结果与是否通过不一致",
            ),
            models.CheckConstraint(
                name="claim_shares_add_up",
                condition=Q(amount_fen=models.F("fund_fen") + models.F("person_fen")),
                violation_error_message="基金支付与个人支付之和须等于费用",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.amount_fen}"


class PaymentFile(ScopedModel):
    """Payment file 拨付文件 handed to the bank, with the digest of the file as it was made.

    ``statements`` are its rows, kept so that the same bytes can be handed out again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("编号", max_length=24, unique=True)
    area_code = models.CharField("区域", max_length=12)
    month = models.DateField("结算月份")
    made_at = models.DateTimeField("生成时间", default=clock.now)
    made_by = models.CharField("经办", max_length=160)
    statements = models.JSONField("结算单", default=list)
    total_fen = models.BigIntegerField("总额（分）")
    digest = models.CharField("SM3 摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "拨付文件"
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["month"])]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.total_fen}"
