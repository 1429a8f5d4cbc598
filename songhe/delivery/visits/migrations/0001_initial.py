import django.db.models.deletion
from django.db import migrations, models

import songhe.kernel.clock
import songhe.kernel.guards
import songhe.kernel.ids


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('plans', '0001_initial'),
        ('sites', '0001_initial'),
        ('workforce', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('planned', '待排班'), ('assigned', '待上门'), ('started', '服务中'), ('done', '已完成'), ('missed', '未上门'), ('cancelled', '已取消')], default='planned', max_length=12, verbose_name='状态')),
                ('day', models.DateField(verbose_name='日期')),
                ('planned_start', models.DateTimeField(verbose_name='计划开始')),
                ('planned_minutes', models.PositiveSmallIntegerField(verbose_name='计划时长（分钟）')),
                ('staff_class', models.CharField(max_length=16, verbose_name='服务人员类别')),
                ('items', models.JSONField(default=list, verbose_name='计划项目')),
                ('done_items', models.JSONField(default=list, verbose_name='完成项目')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='签到时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='签退时间')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='服务时长（分钟）')),
                ('flags', models.JSONField(default=list, verbose_name='证据提示')),
                ('signed', models.BooleanField(default=False, verbose_name='已签字')),
                ('area_code', models.CharField(max_length=12, verbose_name='区域')),
                ('why_carer', models.CharField(blank=True, max_length=120, verbose_name='派单理由')),
                ('carer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.worker', verbose_name='护理员')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='people.person', verbose_name='长者')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='plans.careplan', verbose_name='照护计划')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='服务机构')),
                ('slot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='plans.slot', verbose_name='每周服务安排')),
            ],
            options={
                'verbose_name': '上门服务',
                'verbose_name_plural': '上门服务',
                'ordering': ['day', 'planned_start', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Punch',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('in', '签到'), ('out', '签退')], max_length=4, verbose_name='类别')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('phone_at', models.DateTimeField(verbose_name='手机时间')),
                ('received_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='收到时间')),
                ('lng', models.FloatField(null=True, verbose_name='经度')),
                ('lat', models.FloatField(null=True, verbose_name='纬度')),
                ('accuracy', models.PositiveIntegerField(null=True, verbose_name='定位精度（米）')),
                ('distance', models.PositiveIntegerField(null=True, verbose_name='距住处（米）')),
                ('device', models.CharField(blank=True, max_length=64, verbose_name='设备')),
                ('mocked', models.BooleanField(default=False, verbose_name='疑似虚拟定位')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='围栏外理由')),
                ('items', models.JSONField(default=list, verbose_name='完成项目')),
                ('vitals', models.JSONField(default=dict, verbose_name='生命体征')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='备注')),
                ('counted', models.BooleanField(default=True, verbose_name='计入服务')),
                ('carer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.worker', verbose_name='护理员')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='punches', to='visits.visit', verbose_name='上门服务')),
            ],
            options={
                'verbose_name': '签到签退',
                'verbose_name_plural': '签到签退',
                'ordering': ['visit', 'at'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12, verbose_name='类别')),
                ('file', models.CharField(max_length=200, verbose_name='文件')),
                ('digest', models.CharField(db_index=True, max_length=64, verbose_name='SM3 摘要')),
                ('size', models.PositiveIntegerField(verbose_name='字节数')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='visits.visit', verbose_name='上门服务')),
            ],
            options={
                'verbose_name': '照片与签字',
                'verbose_name_plural': '照片与签字',
                'ordering': ['visit', 'at'],
            },
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['carer', 'day'], name='visits_visi_carer_i_27d8bc_idx'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['person', 'day'], name='visits_visi_person__027f49_idx'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['provider', 'day', 'state'], name='visits_visi_provide_9db6d6_idx'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['area_code', 'day'], name='visits_visi_area_co_0d361c_idx'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(fields=('slot', 'day'), name='visit_once_per_slot_and_day', violation_error_message='该安排当天的服务已生成'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('ended_at__isnull', False), ('minutes__isnull', False), ('started_at__isnull', False)), _connector='OR'), name='visit_done_has_times', violation_error_message='已完成的服务须有签到和签退时间'),
        ),
        migrations.AddIndex(
            model_name='punch',
            index=models.Index(fields=['carer', 'at'], name='visits_punc_carer_i_4bb24a_idx'),
        ),
        migrations.AddIndex(
            model_name='punch',
            index=models.Index(fields=['device', 'at'], name='visits_punc_device_e1b724_idx'),
        ),
        migrations.AddConstraint(
            model_name='punch',
            constraint=songhe.kernel.guards.AppendOnly(name='punch_append_only'),
        ),
        migrations.AddConstraint(
            model_name='punch',
            constraint=models.UniqueConstraint(condition=models.Q(('counted', True)), fields=('visit', 'kind'), name='punch_one_counted', violation_error_message='该次服务已签到或签退'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=songhe.kernel.guards.AppendOnly(name='evidence_append_only'),
        ),
    ]
