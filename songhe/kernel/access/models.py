"""Accounts, posts, the read log and consents."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from songhe.kernel import clock
from songhe.kernel.guards import AppendOnly
from songhe.kernel.ids import uuid7

from .roles import OFFICE, PORTAL, Role
from .scoping import ScopedModel


class AccountManager(BaseUserManager["Account"]):
    """Accounts are looked up by user name when signing in, before any post exists."""

    def create_user(self, username: str, password: str | None = None, **extra: Any) -> Account:
        """Make an account; a missing password leaves it unable to sign in by password."""
        account = self.model(username=username, **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Account 账号: who signs in. Has no rights of its own; rights come with a post.

    ``must_change_password``: an office chose the password and has seen it. Until its holder has
    chosen another, the account acts in no post.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField("用户名", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=64)
    email = models.EmailField("邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须先修改密码", default=False)
    language = models.CharField("界面语言", max_length=16, default="zh-hans")
    elder_mode = models.CharField("长辈版字号", max_length=8, blank=True)
    created_at = models.DateTimeField("建立时间", default=clock.now)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username


class Post(models.Model):
    """Post 岗位: a role, in an organisation, over an area, held by an account for a time.

    ``area_code`` is a prefix of the 12-digit code (310107 is 普陀). ``holder_id`` is the
    row of the register that the holder is: a worker, an elder, or an elder's relative.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts", verbose_name="账号")
    role = models.CharField("角色", max_length=16, choices=Role.choices)
    title = models.CharField("岗位名称", max_length=100, blank=True)
    organisation_id = models.UUIDField("机构", null=True, blank=True)
    organisation_name = models.CharField("机构名称", max_length=120, blank=True)
    area_code = models.CharField("区域", max_length=12, blank=True)
    holder_id = models.UUIDField("本人登记", null=True, blank=True)
    starts = models.DateField("任职起", default=clock.today)
    ends = models.DateField("任职止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ["starts", "id"]
        indexes = [models.Index(fields=["role", "area_code"]), models.Index(fields=["holder_id"])]
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_start",
                condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")),
                violation_error_message="任职止日须晚于任职起日",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """How the post is written on a record: 「李芸（曹杨护理站 护理机构协调员）」."""
        where = f"{self.organisation_name} " if self.organisation_name else ""
        return f"{self.account.name}（{where}{self.title or self.get_role_display()}）"

    @property
    def is_current(self) -> bool:
        """Whether the post is held today. A post that has ended opens nothing."""
        today = clock.today()
        return self.starts <= today and (self.ends is None or today < self.ends)

    @property
    def is_portal(self) -> bool:
        """An elder or a relative: the portal's pages, in the elder's sizes."""
        return self.role in PORTAL

    @property
    def is_office(self) -> bool:
        """A bureau, street or advisor's post."""
        return self.role in OFFICE


class ReadEntry(ScopedModel):
    """Read log 查阅记录: who looked at whom, when, at what, for what. Only ever appended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间", default=clock.now)
    person_id = models.UUIDField("被查阅人")
    post_id = models.UUIDField("岗位", null=True)
    reader = models.CharField("查阅人", max_length=160)
    what = models.CharField("内容", max_length=60)
    purpose = models.CharField("用途", max_length=200, blank=True)
    fields = models.JSONField("字段", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查阅记录"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["person_id", "-at"])]
        constraints = [AppendOnly(name="read_append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.reader} {self.what}"


class Consent(ScopedModel):
    """Consent 知情同意: purpose × recipient × data × period. Without one, a disclosure is refused."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField("长者")
    purpose = models.CharField("用途", max_length=40)
    recipient_id = models.UUIDField("接收方", null=True)
    recipient_name = models.CharField("接收方名称", max_length=120)
    data = models.JSONField("数据范围", default=list)
    starts = models.DateField("起", default=clock.today)
    ends = models.DateField("止", null=True, blank=True)
    given_by = models.CharField("同意人", max_length=80)
    channel = models.CharField("方式", max_length=20, default="window")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "知情同意"
        ordering = ["-starts", "-id"]
        indexes = [models.Index(fields=["person_id", "purpose"]), models.Index(fields=["recipient_id", "purpose"])]

    def __str__(self) -> str:
        return f"{self.purpose} → {self.recipient_name}"
