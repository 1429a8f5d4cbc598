import django.db.models.deletion
from django.db import migrations, models

import songhe.kernel.clock
import songhe.kernel.ids


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('sites', '0001_initial'),
        ('workforce', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarePlan',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='编号')),
                ('state_since', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='进入状态时间')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='办理时限')),
                ('due_certain', models.BooleanField(default=True, verbose_name='时限确定')),
                ('area_code', models.CharField(max_length=12, verbose_name='区域')),
                ('opened_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='建立时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('state', models.CharField(choices=[('draft', '编制中'), ('proposed', '待家属确认'), ('active', '执行中'), ('superseded', '已换新计划'), ('ended', '已结束'), ('discarded', '已作废')], max_length=24, verbose_name='状态')),
                ('funding', models.CharField(default='ltci', max_length=8, verbose_name='费用来源')),
                ('source_id', models.UUIDField(blank=True, null=True, verbose_name='来源办件')),
                ('level', models.SmallIntegerField(verbose_name='照护等级')),
                ('weekly_minutes', models.PositiveIntegerField(verbose_name='每周服务额度（分钟）')),
                ('starts', models.DateField(verbose_name='开始日期')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('goals', models.CharField(blank=True, max_length=300, verbose_name='照护目标')),
                ('risks', models.JSONField(blank=True, default=list, verbose_name='风险提示')),
                ('sex_wish', models.CharField(blank=True, max_length=1, verbose_name='护理员性别')),
                ('agreed_by', models.CharField(blank=True, max_length=80, verbose_name='确认人')),
                ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='people.person', verbose_name='长者')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.careplan', verbose_name='原计划')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='服务机构')),
            ],
            options={
                'verbose_name': '照护计划',
                'verbose_name_plural': '照护计划',
                'ordering': ['-opened_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField(verbose_name='星期')),
                ('earliest', models.TimeField(verbose_name='最早开始')),
                ('latest', models.TimeField(verbose_name='最晚开始')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='时长（分钟）')),
                ('items', models.JSONField(default=list, verbose_name='服务项目')),
                ('staff_class', models.CharField(max_length=16, verbose_name='服务人员类别')),
                ('carer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workforce.worker', verbose_name='指定护理员')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='plans.careplan', verbose_name='照护计划')),
            ],
            options={
                'verbose_name': '每周服务安排',
                'verbose_name_plural': '每周服务安排',
                'ordering': ['plan', 'weekday', 'earliest'],
            },
        ),
        migrations.AddIndex(
            model_name='careplan',
            index=models.Index(fields=['provider', 'state'], name='plans_carep_provide_98a471_idx'),
        ),
        migrations.AddIndex(
            model_name='careplan',
            index=models.Index(fields=['person', 'state'], name='plans_carep_person__a2c0a2_idx'),
        ),
        migrations.AddIndex(
            model_name='careplan',
            index=models.Index(fields=['area_code', 'state'], name='plans_carep_area_co_36171a_idx'),
        ),
        migrations.AddConstraint(
            model_name='careplan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('person', 'funding'), name='plan_one_active', violation_error_message='该长者已有执行中的照护计划'),
        ),
        migrations.AddConstraint(
            model_name='careplan',
            constraint=models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='plan_ends_after_start', violation_error_message='计划结束日期不能早于开始日期'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('latest__gte', models.F('earliest'))), name='slot_window', violation_error_message='最晚开始时间不能早于最早开始时间'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='slot_weekday', violation_error_message='星期应为周一至周日'),
        ),
    ]
