"""Snapshots of indicators."""

from django.db import migrations, models

import songhe.kernel.clock
import songhe.kernel.ids


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, verbose_name="指标")),
                ("area_code", models.CharField(max_length=12, verbose_name="区域")),
                ("day", models.DateField(verbose_name="日期")),
                ("value", models.FloatField(null=True, verbose_name="数值")),
                ("taken_at", models.DateTimeField(default=songhe.kernel.clock.now, verbose_name="计算时间")),
                ("fault", models.CharField(blank=True, max_length=200, verbose_name="未能计算的原因")),
            ],
            options={"verbose_name": "指标快照", "verbose_name_plural": "指标快照", "ordering": ["code", "area_code", "-day"]},
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(
                fields=("code", "area_code", "day"), name="snapshot_once", violation_error_message="该日快照已存在"
            ),
        ),
    ]
