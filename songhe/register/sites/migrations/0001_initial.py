import django.db.models.deletion
from django.db import migrations, models

import songhe.kernel.ids
import songhe.kernel.intervals


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('pinyin', models.CharField(blank=True, max_length=240, verbose_name='拼音')),
                ('kind', models.CharField(choices=[('care_home', '养老机构'), ('community', '社区养老服务组织'), ('nursing_station', '护理站'), ('assessor', '评估机构'), ('health_centre', '社区卫生服务中心'), ('hospital', '医院'), ('office', '政府部门'), ('insurer', '保险经办'), ('merchant', '服务商')], max_length=16, verbose_name='类别')),
                ('uscc', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('area_code', models.CharField(db_index=True, max_length=12, verbose_name='区域')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='电话')),
                ('lng', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('is_ltci_provider', models.BooleanField(default=False, verbose_name='长护险定点')),
                ('starts', models.DateField(blank=True, null=True, verbose_name='成立日期')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='终止日期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='模拟机构')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='来源')),
                ('source_id', models.CharField(blank=True, db_index=True, max_length=60, verbose_name='来源编号')),
            ],
            options={
                'verbose_name': '机构',
                'verbose_name_plural': '机构',
                'ordering': ['pinyin', 'id'],
                'indexes': [models.Index(fields=['kind', 'pinyin', 'id'], name='sites_organ_kind_831cc2_idx')],
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('care_home', '养老机构'), ('small_home', '长者照护之家'), ('day_care', '日间服务中心'), ('hub', '综合为老服务中心'), ('doorstep', '家门口养老服务站'), ('sports_home', '长者运动健康之家'), ('neighbour', '睦邻点'), ('activity_room', '标准化老年活动室'), ('canteen', '社区长者食堂'), ('meal_point', '助餐点'), ('advisor_point', '养老顾问点'), ('nursing_station', '护理站'), ('home_service', '居家养老服务站'), ('complex', '三站一体'), ('property_point', '物业养老服务点'), ('aids_point', '康复辅具租赁点'), ('health_centre', '社区卫生服务中心'), ('health_station', '社区卫生服务站'), ('hospital', '医院'), ('assessment', '评估机构'), ('service_window', '社区事务受理服务中心')], max_length=16, verbose_name='类型')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('pinyin', models.CharField(blank=True, max_length=240, verbose_name='拼音')),
                ('area_code', models.CharField(db_index=True, max_length=12, verbose_name='区域')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('lng', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('position_status', models.CharField(default='approximate', max_length=16, verbose_name='位置来源')),
                ('mode', models.CharField(blank=True, choices=[('public', '公建公营'), ('public_private', '公建民营'), ('private', '民建民营')], max_length=16, verbose_name='运营方式')),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='核定容量')),
                ('starts', models.DateField(blank=True, null=True, verbose_name='启用日期')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='模拟设施')),
                ('status', models.CharField(default='published', max_length=16, verbose_name='数据状态')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='来源')),
                ('source_id', models.CharField(max_length=80, unique=True, verbose_name='来源编号')),
                ('as_of', models.DateField(blank=True, null=True, verbose_name='数据日期')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='sites.organisation', verbose_name='运营机构')),
            ],
            options={
                'verbose_name': '设施',
                'verbose_name_plural': '设施',
                'ordering': ['pinyin', 'id'],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField(verbose_name='星期')),
                ('opens', models.TimeField(verbose_name='开门')),
                ('closes', models.TimeField(verbose_name='关门')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='sites.site', verbose_name='设施')),
            ],
            options={
                'verbose_name': '开放时间',
                'verbose_name_plural': '开放时间',
                'ordering': ['site', 'weekday', 'opens'],
            },
        ),
        migrations.CreateModel(
            name='Bed',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('room', models.CharField(max_length=20, verbose_name='房间')),
                ('number', models.CharField(max_length=20, verbose_name='床号')),
                ('sex', models.CharField(blank=True, max_length=1, verbose_name='男女')),
                ('equipment', models.JSONField(blank=True, default=list, verbose_name='设备')),
                ('starts', models.DateField(verbose_name='启用日期')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('area_code', models.CharField(db_index=True, max_length=12, verbose_name='区域')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='beds', to='sites.site', verbose_name='设施')),
            ],
            options={
                'verbose_name': '床位',
                'verbose_name_plural': '床位',
                'ordering': ['site', 'room', 'number'],
            },
        ),
        migrations.CreateModel(
            name='BedKind',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('approved', '核定'), ('basic', '保基本'), ('nursing', '护理型'), ('dementia', '认知障碍照护'), ('home', '家庭照护'), ('medical', '医疗机构老年护理'), ('out', '停用')], max_length=12, verbose_name='类别')),
                ('starts', models.DateField(verbose_name='起')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='止')),
                ('bed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kinds', to='sites.bed', verbose_name='床位')),
            ],
            options={
                'verbose_name': '床位类别',
                'verbose_name_plural': '床位类别',
                'ordering': ['bed', 'kind', 'starts'],
                'constraints': [songhe.kernel.intervals.PreventOverlap(ends='ends', keys=['bed', 'kind'], message='该床位在这段时间已按此类别计算', name='bedkind_no_overlap', starts='starts')],
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40, verbose_name='证照')),
                ('number', models.CharField(max_length=60, verbose_name='证号')),
                ('issuer', models.CharField(blank=True, max_length=80, verbose_name='发证机关')),
                ('starts', models.DateField(verbose_name='有效期起')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='有效期止')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='licences', to='sites.organisation', verbose_name='机构')),
            ],
            options={
                'verbose_name': '证照',
                'verbose_name_plural': '证照',
                'ordering': ['organisation', 'kind', '-starts'],
                'indexes': [models.Index(fields=['ends'], name='sites_licen_ends_02e405_idx')],
            },
        ),
        migrations.AddIndex(
            model_name='site',
            index=models.Index(fields=['kind', 'area_code'], name='sites_site_kind_d6029d_idx'),
        ),
        migrations.AddIndex(
            model_name='site',
            index=models.Index(fields=['pinyin', 'id'], name='sites_site_pinyin_f13ac1_idx'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.UniqueConstraint(fields=('site', 'weekday', 'opens'), name='hours_once', violation_error_message='该时段已登记'),
        ),
        migrations.AddConstraint(
            model_name='bed',
            constraint=models.UniqueConstraint(fields=('site', 'room', 'number'), name='bed_once', violation_error_message='该房间已有此床号'),
        ),
    ]
