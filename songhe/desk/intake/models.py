"""Calls for help from the portal, answered by a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from songhe.kernel.crypto import EncryptedText
from songhe.kernel.process.models import Case
from songhe.register.people.models import Person

from .process import PROCESS


class HelpRequest(Case):
    """Call for help 请人帮忙: who asked, about what, and where to ring back. One at a time for a person."""

    class Topic(models.TextChoices):
        """想问什么."""

        APPLY = "apply", "不会申请，想请人代办"
        PROGRESS = "progress", "想问办到哪一步了"
        VISIT = "visit", "上门服务有问题"
        MONEY = "money", "费用看不明白"
        SCREEN = "screen", "手机不会用"
        OTHER = "other", "其他事情"

    process = PROCESS
    state = models.CharField("状态", max_length=24, choices=PROCESS.choices())
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="help_requests", verbose_name="长者")
    topic = models.CharField("想问什么", max_length=12, choices=Topic.choices, default=Topic.OTHER)
    words = EncryptedText("说明", purpose="help.words", blank=True)
    phone = EncryptedText("回电号码", purpose="phone", blank=True)
    asked_by = models.CharField("求助人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "请人帮忙"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["area_code", "state", "due_on"]),
            models.Index(fields=["person", "-opened_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="help_one_waiting", fields=["person"], condition=Q(state="waiting"),
                violation_error_message="已经登记过求助，正在等街道回电",
            )
        ]
