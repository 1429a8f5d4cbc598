"""Runs of jobs, and the times at which some start by themselves."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.ids import uuid7


class State(models.TextChoices):
    """Where a run stands. The last three are final."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


OPEN = (State.QUEUED, State.RUNNING)


class JobRun(ScopedModel):
    """One run of a job 后台任务: who started it, how far it is, what came out.

    `done` of `total` are pieces of work of the job's own choosing. `heartbeat_at` is the
    database's clock, not the platform's: a job may live on a simulated day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("类型", max_length=60)
    title = models.CharField("名称", max_length=120)
    args = models.JSONField("参数", default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=200, blank=True)
    result = models.JSONField("结果", default=dict, encoder=DjangoJSONEncoder)
    error = models.TextField("未完成原因", blank=True)
    by_post_id = models.UUIDField("发起岗位", null=True)
    by = models.CharField("发起人", max_length=160, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    cancel_requested = models.BooleanField("已要求取消", default=False)
    task_id = models.CharField("队列编号", max_length=64, blank=True)
    created_at = models.DateTimeField("发起时间", default=clock.now)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    heartbeat_at = models.DateTimeField("心跳", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["by_post_id", "-id"], name="jobs_run_by_post"),
            models.Index(fields=["heartbeat_at"], condition=Q(state="running"), name="jobs_run_heartbeat"),
            models.Index(fields=["id"], condition=Q(state="queued"), name="jobs_run_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.get_state_display()}）"

    @property
    def is_open(self) -> bool:
        """Still queued or running."""
        return self.state in OPEN

    @property
    def percent(self) -> int:
        """How far, 0–100; 100 only when the work is done."""
        if self.state == State.DONE:
            return 100
        return min(self.done * 100 // self.total, 99) if self.total else 0


class Schedule(models.Model):
    """When a job starts by itself 定时任务. Written from the apps' declarations by `sync`.

    Exactly one of `every_minutes` and `at` is set; `at` with `day` is monthly, without daily.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("任务", max_length=60, unique=True)
    every_minutes = models.PositiveSmallIntegerField("间隔（分钟）", null=True)
    at = models.TimeField("时刻", null=True)
    day = models.PositiveSmallIntegerField("每月几日", null=True)
    enabled = models.BooleanField("启用", default=True)
    next_run_at = models.DateTimeField("下次运行")
    last_run_at = models.DateTimeField("上次运行", null=True)
    last_run = models.ForeignKey(
        JobRun, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="上次"
    )

    class Meta:
        verbose_name = verbose_name_plural = "定时任务"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="jobs_schedule_when",
                condition=Q(every_minutes__isnull=True, at__isnull=False)
                | Q(every_minutes__isnull=False, every_minutes__gt=0, at__isnull=True, day__isnull=True),
                violation_error_message="定时任务要么按间隔运行，要么按时刻运行，须填其一",
            ),
        ]

    def __str__(self) -> str:
        return self.name
