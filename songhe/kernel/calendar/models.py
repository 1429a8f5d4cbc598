"""The days on which the published arrangement differs from the ordinary week."""

from django.db import models

from songhe.kernel.ids import uuid7


class Kind(models.TextChoices):
    """What a day is. ORDINARY takes back a published day without deleting its row."""

    HOLIDAY = "holiday", "放假"
    WORKDAY = "workday", "调休上班"
    ORDINARY = "ordinary", "按平日"


class Day(models.Model):
    """One exception to Monday-to-Friday, with the paper it comes from.

    Officers may add and change rows; a later load of the published files never touches a row
    that is there. To undo a published day set it to ORDINARY: a deleted row would be loaded again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    date = models.DateField("日期", unique=True, error_messages={"unique": "这一天已有安排，请直接修改。"})
    kind = models.CharField("安排", max_length=8, choices=Kind.choices)
    name = models.CharField("节日", max_length=40, blank=True)
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "放假调休日"
        verbose_name_plural = "放假调休日"
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                name="calendar_day_kind",
                condition=models.Q(kind__in=Kind.values),
                violation_error_message="安排只能是放假、调休上班或按平日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()} {self.name}".strip()
