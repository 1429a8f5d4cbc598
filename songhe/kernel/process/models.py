"""The case: a row that lives through a process; and the counters that number cases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models, transaction

from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.ids import uuid7

from .table import Process, State

if TYPE_CHECKING:
    from songhe.kernel.calendar import Deadline


class Counter(models.Model):
    """The last number given out in a series. Numbers may have gaps, never twins."""

    name = models.CharField("序列", max_length=40, primary_key=True)
    value = models.PositiveBigIntegerField("当前值", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号序列"

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


def take_numbers(prefix: str, count: int = 1) -> list[str]:
    """``count`` new numbers like 「PG2026-000123」, counted afresh every year."""
    series = f"{prefix}{clock.today().year}"
    with transaction.atomic():
        counter, _ = Counter.objects.select_for_update().get_or_create(name=series)
        first = counter.value + 1
        counter.value += count
        counter.save(update_fields=["value"])
    return [f"{series}-{n:06d}" for n in range(first, first + count)]


class Case(ScopedModel):
    """A case 办件: number, state, deadline. Subclasses set ``process`` and add their facts.

    ``due_on`` is the last day of the present state's time limit; ``due_certain`` is false
    where the holidays of that year are not published yet.
    """

    process: ClassVar[Process]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("编号", max_length=24, unique=True)
    state = models.CharField("状态", max_length=24)
    state_since = models.DateTimeField("进入状态时间", default=clock.now)
    due_on = models.DateField("办理时限", null=True, blank=True)
    due_certain = models.BooleanField("时限确定", default=True)
    area_code = models.CharField("区域", max_length=12)
    opened_at = models.DateTimeField("建立时间", default=clock.now)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def state_now(self) -> State:
        """The declared state, with its word and tone."""
        return self.process.by_state[self.state]

    def limit(self, state: State, start: date) -> Deadline | None:
        """The time limit of ``state`` when entered on ``start``. A subclass may count from elsewhere."""
        from .deadlines import due

        return due(state.within, start, self.area_code)

    @classmethod
    def counts_working_days(cls, state: State) -> bool:
        """Whether the limit of ``state`` is, or ever was, counted in working days."""
        from songhe.kernel import policy

        return bool(state.within) and any(value.unit == "working_day" for value in policy.history(state.within))

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can happen."""
        return self.state_now.final
