"""Staging: what was uploaded waits here, sealed, until it is confirmed or thrown away."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.crypto import EncryptedText
from songhe.kernel.ids import uuid7

from . import codec
from .cells import CellError


class BatchState(models.TextChoices):
    """Where an upload stands: staged → checked → committed, or discarded before that."""

    STAGED = "staged", "待核对"
    CHECKED = "checked", "已核对"
    COMMITTED = "committed", "已导入"
    DISCARDED = "discarded", "已作废"


OPEN = (BatchState.STAGED, BatchState.CHECKED)


class ImportBatch(ScopedModel):
    """One uploaded file 导入批次. `total` rows, of which `bad` have faults (known once checked)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("表", max_length=40)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件 SM3", max_length=64)
    state = models.CharField("状态", max_length=10, choices=BatchState.choices, default=BatchState.STAGED)
    post_id = models.UUIDField("上传岗位")
    by = models.CharField("上传人", max_length=160)
    total = models.PositiveIntegerField("行数", default=0)
    bad = models.PositiveIntegerField("有错行数", default=0)
    job_id = models.UUIDField("后台任务", null=True)
    result = models.JSONField("结果", default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField("上传时间", default=clock.now)
    checked_at = models.DateTimeField("核对时间", null=True)
    committed_at = models.DateTimeField("导入时间", null=True)
    purged_at = models.DateTimeField("明细清除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        ordering = ["-id"]
        indexes = [models.Index(fields=["post_id", "-id"], name="sheets_batch_by_post")]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.get_state_display()}）"

    @property
    def is_open(self) -> bool:
        """Neither imported nor thrown away."""
        return self.state in OPEN

    @property
    def may_commit(self) -> bool:
        """Checked, and every row is sound."""
        return self.state == BatchState.CHECKED and self.bad == 0


class ImportRow(ScopedModel):
    """A row of an upload 导入明细. Its content is personal, so it lies sealed and is purged after some weeks.

    `raw` is what was typed by column key, `cleaned` what the program makes of it, `errors` its faults.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", verbose_name="批次")
    number = models.PositiveIntegerField("行号")
    faulty = models.BooleanField("有错", default=False)
    content = EncryptedText("内容", purpose="sheets.row")

    class Meta:
        verbose_name = verbose_name_plural = "导入明细"
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="sheets_row_once"),
        ]
        indexes = [models.Index(fields=["batch", "faulty", "number"], name="sheets_row_faulty")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"

    @staticmethod
    def sealed(raw: Any, cleaned: Any = None, errors: Any = ()) -> str:
        """The content of a row, ready to be stored."""
        return codec.dumps([raw, cleaned, [[e.column, e.message] for e in errors]])

    @property
    def raw(self) -> dict[str, Any]:
        """What was typed, by column key."""
        return self._parts[0]  # type: ignore[no-any-return]

    @property
    def cleaned(self) -> dict[str, Any]:
        """What the program makes of it; empty for a faulty row."""
        return self._parts[1] or {}

    @property
    def errors(self) -> list[CellError]:
        """The faults of the row."""
        return [CellError(column, message) for column, message in self._parts[2]]

    @property
    def _parts(self) -> list[Any]:
        return codec.loads(self.content)  # type: ignore[no-any-return]
