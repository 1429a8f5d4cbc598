"""Accounts, postings and their entries. Written by actions.py alone."""

from typing import Any, NoReturn

from django.db import models

from songhe.kernel import clock
from songhe.kernel.errors import Refused
from songhe.kernel.guards import AppendOnly
from songhe.kernel.ids import uuid7

_ONCE_WRITTEN = "账目只增不改：更正请冲正后另记一笔，不能修改或删除原有记录。"


def _refuse() -> NoReturn:
    raise Refused("ledger.append_only", _ONCE_WRITTEN)


class Unit(models.TextChoices):
    """What an account counts, always in whole numbers."""

    FEN = "fen", "人民币（分）"
    MINUTE = "minute", "分钟"
    POINT = "point", "积分"


class Account(models.Model):
    """A named purse in a book 账簿: a fund, a provider, an elder's hours.

    code    unique in the book, e.g. "provider:<id>"
    floor   the balance it refuses to go under: 0 forbids a debt, -n allows one of n, empty any
    owner   kind and id of the register row it belongs to, where it belongs to one
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.CharField("账簿", max_length=40)
    code = models.CharField("科目代码", max_length=120)
    name = models.CharField("科目名称", max_length=200)
    unit = models.CharField("单位", max_length=6, choices=Unit.choices)
    floor = models.BigIntegerField("余额下限", null=True, blank=True)
    owner_kind = models.CharField("归属类别", max_length=40, blank=True)
    owner_id = models.UUIDField("归属", null=True, blank=True)

    class Meta:
        verbose_name = "账户"
        verbose_name_plural = "账户"
        ordering = ["book", "code"]
        indexes = [models.Index(name="ledger_account_owner", fields=["owner_kind", "owner_id"])]
        constraints = [
            models.UniqueConstraint(
                name="ledger_account_code",
                fields=["book", "code"],
                violation_error_message="该账簿中已有这个科目代码。",
            ),
            models.CheckConstraint(
                name="ledger_account_unit",
                condition=models.Q(unit__in=Unit.values),
                violation_error_message="单位只能是分、分钟或积分。",
            ),
            models.CheckConstraint(
                # A new account holds nothing: a floor above zero would be broken from the start.
                name="ledger_account_floor",
                condition=models.Q(floor__isnull=True) | models.Q(floor__lte=0),
                violation_error_message="余额下限不能大于零。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.name}"


class _OnceWritten(models.QuerySet[Any]):
    """Rows are created and read; the database's guard stands behind this one."""

    def update(self, **kwargs: Any) -> int:
        _refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse()


class _Written(models.Model):
    objects = _OnceWritten.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse()


class Posting(_Written):
    """One event in the books. Its entries sum to zero.

    key       unique for ever; sending it again with the same content changes nothing
    kind      what it was, for reports: "ltci.claim", "reversal"
    on        the day it counts for, which may lie before the day it was written
    reverses  the posting it takes back; each can be taken back once
    digest    SM3 of kind, day, entries and `reverses`: tells a repeat from a different posting
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField("记账号", max_length=200, unique=True)
    kind = models.CharField("类别", max_length=60, blank=True)
    on = models.DateField("记账日", db_index=True)
    memo = models.CharField("摘要", max_length=400, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", verbose_name="冲正"
    )
    digest = models.CharField("内容摘要", max_length=64)
    created_at = models.DateTimeField("写入时间", default=clock.now)
    by_post_id = models.UUIDField("经办岗位", null=True, blank=True)

    class Meta:
        verbose_name = "记账"
        verbose_name_plural = "记账"
        ordering = ["on", "id"]
        constraints = [AppendOnly(name="ledger_posting_append_only", violation_error_message=_ONCE_WRITTEN)]

    def __str__(self) -> str:
        return f"{self.on} {self.key}"


class Entry(_Written):
    """One line of a posting: `amount` added to an account, in the account's unit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="entries", verbose_name="记账")
    # The index below serves the foreign key and answers a balance without touching the table.
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="entries", db_index=False, verbose_name="账户"
    )
    amount = models.BigIntegerField("数额")

    class Meta:
        verbose_name = "分录"
        verbose_name_plural = "分录"
        indexes = [models.Index(name="ledger_entry_balance", fields=["account", "amount"])]
        constraints = [
            AppendOnly(name="ledger_entry_append_only", violation_error_message=_ONCE_WRITTEN),
            models.CheckConstraint(
                name="ledger_entry_not_zero",
                condition=~models.Q(amount=0),
                violation_error_message="分录数额不能为零。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount:+d}"
