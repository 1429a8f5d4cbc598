import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import songhe.kernel.clock
import songhe.kernel.crypto
import songhe.kernel.ids
import songhe.kernel.intervals
import songhe.kernel.text


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', songhe.kernel.text.SortText(max_length=40, verbose_name='姓名')),
                ('pinyin', songhe.kernel.text.SortText(max_length=240, verbose_name='拼音')),
                ('initials', songhe.kernel.text.SortText(max_length=40, verbose_name='拼音首字母')),
                ('sex', models.CharField(choices=[('m', '男'), ('f', '女')], max_length=1, verbose_name='性别')),
                ('birth_date', models.DateField(verbose_name='出生日期')),
                ('identity_number', songhe.kernel.crypto.EncryptedText(purpose='identity', verbose_name='居民身份证号')),
                ('identity_index', models.CharField(max_length=32, verbose_name='身份证号索引')),
                ('identity_tail', models.CharField(max_length=32, verbose_name='身份证号后四位索引')),
                ('phone', songhe.kernel.crypto.EncryptedText(blank=True, purpose='phone', verbose_name='电话')),
                ('phone_index', models.CharField(blank=True, max_length=32, verbose_name='电话索引')),
                ('phone_tail', models.CharField(blank=True, max_length=32, verbose_name='电话后四位索引')),
                ('hukou_area_code', models.CharField(max_length=12, verbose_name='户籍区划')),
                ('hukou_address', songhe.kernel.crypto.EncryptedText(blank=True, purpose='address', verbose_name='户籍地址')),
                ('area_code', models.CharField(max_length=12, verbose_name='常住区划')),
                ('address', songhe.kernel.crypto.EncryptedText(blank=True, purpose='address', verbose_name='常住地址')),
                ('lng', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('living', models.CharField(choices=[('alone', '独居'), ('lone', '孤老'), ('elders', '纯老家庭'), ('family', '与子女同住'), ('institution', '住养老机构')], max_length=12, verbose_name='居住情况')),
                ('income', models.CharField(choices=[('dibao', '低保'), ('low', '低收入'), ('modest', '低于企业平均养老金'), ('general', '一般')], default='general', max_length=8, verbose_name='收入类别')),
                ('language', models.CharField(default='mandarin', max_length=12, verbose_name='语言')),
                ('sex_wish', models.CharField(blank=True, choices=[('m', '男'), ('f', '女')], max_length=1, verbose_name='护理员性别意愿')),
                ('marital', models.CharField(blank=True, max_length=12, verbose_name='婚姻状况')),
                ('education', models.CharField(blank=True, max_length=12, verbose_name='文化程度')),
                ('status', models.CharField(choices=[('living', '在册'), ('deceased', '已故'), ('moved', '迁出')], default='living', max_length=8, verbose_name='档案状态')),
                ('death_date', models.DateField(blank=True, null=True, verbose_name='死亡日期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='模拟人员')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='备注')),
                ('created_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='建档时间')),
                ('updated_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='更新时间')),
            ],
            options={
                'verbose_name': '长者',
                'verbose_name_plural': '长者',
                'ordering': ['pinyin', 'id'],
                'indexes': [models.Index(fields=['pinyin', 'id'], name='people_pers_pinyin_c93a65_idx'), models.Index(fields=['name', 'id'], name='people_pers_name_b4b3db_idx'), models.Index(fields=['initials', 'pinyin', 'id'], name='people_pers_initial_6bdb93_idx'), models.Index(fields=['area_code', 'pinyin', 'id'], name='people_pers_area_co_c3da52_idx'), models.Index(django.db.models.functions.text.Substr('name', 1, 1), models.F('pinyin'), models.F('id'), name='person_surname'), models.Index(fields=['hukou_area_code', 'pinyin', 'id'], name='people_pers_hukou_a_fddeef_idx'), models.Index(fields=['birth_date', 'id'], name='people_pers_birth_d_499e5b_idx'), models.Index(fields=['identity_tail'], name='people_pers_identit_322367_idx'), models.Index(fields=['phone_index'], name='people_pers_phone_i_ad7784_idx'), models.Index(fields=['phone_tail'], name='people_pers_phone_t_fbeec4_idx')],
                'constraints': [models.UniqueConstraint(fields=('identity_index',), name='person_identity_once', violation_error_message='该身份证号已建档'), models.CheckConstraint(condition=models.Q(('death_date__isnull', True), ('death_date__gte', models.F('birth_date')), _connector='OR'), name='person_death_after_birth', violation_error_message='死亡日期不能早于出生日期')],
            },
        ),
        migrations.CreateModel(
            name='Diagnosis',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=20, verbose_name='代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('since', models.DateField(blank=True, null=True, verbose_name='确诊日期')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='diagnoses', to='people.person', verbose_name='长者')),
            ],
            options={
                'verbose_name': '诊断',
                'verbose_name_plural': '诊断',
                'ordering': ['person', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Cover',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('employee', '职工医保'), ('resident', '居民医保'), ('elsewhere', '外地医保')], max_length=12, verbose_name='险种')),
                ('pension_claimed', models.BooleanField(default=True, verbose_name='已办理领取养老金')),
                ('starts', models.DateField(verbose_name='起')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='止')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='covers', to='people.person', verbose_name='长者')),
            ],
            options={
                'verbose_name': '医保参保',
                'verbose_name_plural': '医保参保',
                'ordering': ['person', 'starts'],
                'constraints': [songhe.kernel.intervals.PreventOverlap(ends='ends', keys=['person'], message='该时段已有参保记录，请先调整原记录的止日', name='cover_no_overlap', starts='starts')],
            },
        ),
        migrations.CreateModel(
            name='CareLevel',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('scheme', models.CharField(choices=[('shanghai', '上海统一需求评估（0–6）'), ('national', '国家长护失能等级（0–5）'), ('gbt42195', '老年人能力评估（0–4）')], max_length=12, verbose_name='等级体系')),
                ('level', models.SmallIntegerField(verbose_name='等级')),
                ('label', models.CharField(max_length=40, verbose_name='等级名称')),
                ('starts', models.DateField(verbose_name='生效日')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='失效日')),
                ('official', models.BooleanField(default=False, verbose_name='官方结论')),
                ('case_id', models.UUIDField(blank=True, null=True, verbose_name='评估办件')),
                ('reasons', models.JSONField(default=list, verbose_name='理由')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='people.person', verbose_name='长者')),
            ],
            options={
                'verbose_name': '照护等级',
                'verbose_name_plural': '照护等级',
                'ordering': ['person', 'scheme', '-starts'],
                'indexes': [models.Index(fields=['scheme', 'level', 'starts'], name='people_care_scheme_7a32e6_idx'), models.Index(fields=['scheme', 'ends'], name='people_care_scheme_8d596f_idx')],
                'constraints': [songhe.kernel.intervals.PreventOverlap(ends='ends', keys=['person', 'scheme'], message='该时段已有同一体系的照护等级，不能重叠', name='level_no_overlap', starts='starts')],
            },
        ),
        migrations.CreateModel(
            name='Relative',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('relation', models.CharField(max_length=20, verbose_name='关系')),
                ('phone', songhe.kernel.crypto.EncryptedText(blank=True, purpose='phone', verbose_name='电话')),
                ('phone_index', models.CharField(blank=True, max_length=32, verbose_name='电话索引')),
                ('lives_with', models.BooleanField(default=False, verbose_name='同住')),
                ('is_guardian', models.BooleanField(default=False, verbose_name='监护人')),
                ('is_emergency', models.BooleanField(default=False, verbose_name='紧急联系人')),
                ('may_view', models.BooleanField(default=False, verbose_name='可查看')),
                ('may_act', models.BooleanField(default=False, verbose_name='可代办')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='顺序')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relatives', to='people.person', verbose_name='长者')),
            ],
            options={
                'verbose_name': '家属',
                'verbose_name_plural': '家属',
                'ordering': ['person', 'position', 'id'],
                'indexes': [models.Index(fields=['phone_index'], name='people_rela_phone_i_4a10fa_idx')],
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('hospital', '住院'), ('institution', '入住养老机构'), ('away', '暂离本市')], max_length=12, verbose_name='类别')),
                ('organisation_id', models.UUIDField(blank=True, null=True, verbose_name='机构')),
                ('organisation_name', models.CharField(blank=True, max_length=120, verbose_name='机构名称')),
                ('starts', models.DateTimeField(verbose_name='起')),
                ('ends', models.DateTimeField(blank=True, null=True, verbose_name='止')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stays', to='people.person', verbose_name='长者')),
            ],
            options={
                'verbose_name': '住院与入住',
                'verbose_name_plural': '住院与入住',
                'ordering': ['person', '-starts'],
                'indexes': [models.Index(fields=['kind', 'ends'], name='people_stay_kind_352be4_idx'), models.Index(fields=['person', 'starts'], name='people_stay_person__d4ce13_idx')],
                'constraints': [songhe.kernel.intervals.PreventOverlap(ends='ends', keys=['person'], message='该时段已有住院、入住或外出记录，不能重叠', name='stay_no_overlap', starts='starts')],
            },
        ),
    ]
