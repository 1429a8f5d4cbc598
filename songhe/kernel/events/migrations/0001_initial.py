import django.db.models.deletion
import songhe.kernel.clock
import songhe.kernel.guards
import songhe.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='封存时间')),
                ('position', models.PositiveBigIntegerField(unique=True, verbose_name='序号')),
                ('count', models.PositiveIntegerField(verbose_name='条数')),
                ('previous', models.CharField(max_length=64, verbose_name='前序哈希')),
                ('digest', models.CharField(max_length=64, verbose_name='哈希')),
            ],
            options={
                'verbose_name': '封存',
                'verbose_name_plural': '封存',
                'ordering': ['position'],
                'constraints': [songhe.kernel.guards.AppendOnly(name='seal_append_only')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='时间')),
                ('kind', models.CharField(max_length=60, verbose_name='类型')),
                ('post_id', models.UUIDField(null=True, verbose_name='岗位')),
                ('actor', models.CharField(max_length=160, verbose_name='经办')),
                ('person_id', models.UUIDField(null=True, verbose_name='长者')),
                ('area_code', models.CharField(blank=True, max_length=12, verbose_name='区域')),
                ('subject_type', models.CharField(max_length=40, verbose_name='对象类型')),
                ('subject_id', models.UUIDField(verbose_name='对象')),
                ('data', models.JSONField(default=dict, verbose_name='内容')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='理由')),
                ('reason_digest', models.CharField(blank=True, max_length=64, verbose_name='理由摘要')),
                ('seal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.seal', verbose_name='封存')),
            ],
            options={
                'verbose_name': '事件',
                'verbose_name_plural': '事件',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['person_id', '-at'], name='events_even_person__12efbe_idx'), models.Index(fields=['subject_id', '-at'], name='events_even_subject_42da44_idx'), models.Index(fields=['seal', 'id'], name='events_even_seal_id_95ad0c_idx'), models.Index(fields=['kind', 'at'], name='events_even_kind_6899f6_idx')],
                'constraints': [songhe.kernel.guards.AppendOnly(name='event_append_only')],
            },
        ),
    ]
