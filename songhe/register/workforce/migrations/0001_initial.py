import django.db.models.deletion
from django.db import migrations, models

import songhe.kernel.crypto
import songhe.kernel.ids
import songhe.kernel.intervals


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sites', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('pinyin', models.CharField(max_length=80, verbose_name='拼音')),
                ('sex', models.CharField(max_length=1, verbose_name='性别')),
                ('phone', songhe.kernel.crypto.EncryptedText(blank=True, purpose='phone', verbose_name='电话')),
                ('occupation', models.CharField(choices=[('carer', '养老护理员'), ('nurse', '护士'), ('assessor', '评估员'), ('doctor', '医生'), ('coordinator', '协调员'), ('manager', '负责人')], max_length=12, verbose_name='岗位类别')),
                ('staff_class', models.CharField(blank=True, choices=[('carer_health', '养老护理员（健康照护）'), ('carer_medical', '养老护理员（医疗照护）'), ('nurse', '执业护士')], max_length=16, verbose_name='服务人员类别')),
                ('grade', models.CharField(blank=True, max_length=12, verbose_name='职业等级')),
                ('assessor_class', models.CharField(blank=True, max_length=1, verbose_name='评估员类别')),
                ('area_code', models.CharField(db_index=True, max_length=12, verbose_name='区域')),
                ('lng', models.FloatField(blank=True, null=True, verbose_name='出发点经度')),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='出发点纬度')),
                ('skills', models.JSONField(blank=True, default=list, verbose_name='技能')),
                ('languages', models.JSONField(blank=True, default=list, verbose_name='语言')),
                ('starts', models.DateField(verbose_name='入职日期')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='离职日期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='模拟人员')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='workers', to='sites.organisation', verbose_name='机构')),
            ],
            options={
                'verbose_name': '从业人员',
                'verbose_name_plural': '从业人员',
                'ordering': ['pinyin', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField(verbose_name='星期')),
                ('starts', models.TimeField(verbose_name='上班')),
                ('ends', models.TimeField(verbose_name='下班')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='workforce.worker', verbose_name='人员')),
            ],
            options={
                'verbose_name': '工作时间',
                'verbose_name_plural': '工作时间',
                'ordering': ['worker', 'weekday', 'starts'],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40, verbose_name='证书')),
                ('number', models.CharField(max_length=60, verbose_name='证书编号')),
                ('grade', models.CharField(blank=True, max_length=12, verbose_name='等级')),
                ('starts', models.DateField(verbose_name='发证日期')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='有效期止')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='workforce.worker', verbose_name='人员')),
            ],
            options={
                'verbose_name': '证书',
                'verbose_name_plural': '证书',
                'ordering': ['worker', 'kind', '-starts'],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12, verbose_name='类别')),
                ('starts', models.DateField(verbose_name='起')),
                ('ends', models.DateField(verbose_name='止')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='workforce.worker', verbose_name='人员')),
            ],
            options={
                'verbose_name': '请假',
                'verbose_name_plural': '请假',
                'ordering': ['worker', '-starts'],
            },
        ),
        migrations.AddIndex(
            model_name='worker',
            index=models.Index(fields=['organisation', 'occupation'], name='workforce_w_organis_67ba3e_idx'),
        ),
        migrations.AddIndex(
            model_name='worker',
            index=models.Index(fields=['occupation', 'pinyin', 'id'], name='workforce_w_occupat_048450_idx'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['ends'], name='workforce_c_ends_d64503_idx'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['starts', 'ends'], name='workforce_a_starts_ede55b_idx'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=songhe.kernel.intervals.PreventOverlap(ends='ends', keys=['worker'], message='该时段已登记请假', name='absence_no_overlap', starts='starts'),
        ),
    ]
