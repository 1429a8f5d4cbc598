"""Who was sent besides who came; and single-column indexes go where a longer one begins with the column."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0002_signed_agreement'),
        ('visits', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='visit',
            name='rostered_id',
            field=models.UUIDField(blank=True, null=True, verbose_name='排班护理员'),
        ),
        migrations.AlterField(
            model_name='visit',
            name='carer',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.worker', verbose_name='护理员'),
        ),
        migrations.AlterField(
            model_name='visit',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='people.person', verbose_name='长者'),
        ),
        migrations.AlterField(
            model_name='visit',
            name='provider',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='服务机构'),
        ),
        migrations.AlterField(
            model_name='visit',
            name='slot',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='plans.slot', verbose_name='每周服务安排'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['day', 'planned_start', 'id'], name='visits_visi_day_d828ef_idx'),
        ),
    ]
