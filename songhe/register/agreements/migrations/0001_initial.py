import django.db.models.deletion
from django.db import migrations, models

import songhe.kernel.ids
import songhe.kernel.intervals


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sites', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60, verbose_name='协议编号')),
                ('kind', models.CharField(choices=[('ltci', '长护险定点协议'), ('medical', '医养签约'), ('embedded', '医养嵌入'), ('entrusted', '医养托管'), ('referral', '双向转诊')], max_length=12, verbose_name='类别')),
                ('starts', models.DateField(verbose_name='生效日期')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='终止日期')),
                ('terms', models.JSONField(blank=True, default=dict, verbose_name='约定')),
                ('area_code', models.CharField(db_index=True, max_length=12, verbose_name='区域')),
                ('party_a', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='甲方')),
                ('party_b', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='乙方')),
            ],
            options={
                'verbose_name': '协议',
                'verbose_name_plural': '协议',
                'ordering': ['-starts', 'id'],
                'indexes': [models.Index(fields=['party_b', 'kind'], name='agreements__party_b_ce6079_idx'), models.Index(fields=['party_a', 'kind'], name='agreements__party_a_db79ce_idx')],
                'constraints': [songhe.kernel.intervals.PreventOverlap(ends='ends', keys=['party_a', 'party_b', 'kind'], message='双方在这段时间已有同类协议，请先终止原协议', name='agreement_no_overlap', starts='starts')],
            },
        ),
    ]
