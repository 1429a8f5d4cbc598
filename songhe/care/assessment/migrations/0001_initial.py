import django.db.models.deletion
from django.db import migrations, models

import songhe.kernel.clock
import songhe.kernel.crypto
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
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='编号')),
                ('state_since', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='进入状态时间')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='办理时限')),
                ('due_certain', models.BooleanField(default=True, verbose_name='时限确定')),
                ('area_code', models.CharField(max_length=12, verbose_name='区域')),
                ('opened_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='建立时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('state', models.CharField(choices=[('draft', '待提交'), ('submitted', '待受理'), ('accepted', '待派单'), ('assigned', '待预约'), ('scheduled', '待上门'), ('surveyed', '待集体审核'), ('reviewed', '待公示'), ('noticed', '公示中'), ('objected', '异议处理中'), ('concluded', '待送达'), ('delivered', '结论有效'), ('refused', '不予受理'), ('withdrawn', '已撤回'), ('expired', '已过期'), ('superseded', '已被新结论取代'), ('terminated', '已终止')], max_length=24, verbose_name='状态')),
                ('kind', models.CharField(choices=[('first', '首次评估'), ('renewal', '期末评估'), ('change', '状态评估'), ('review', '复核'), ('final', '终核')], default='first', max_length=8, verbose_name='评估类别')),
                ('applicant', models.CharField(choices=[('self', '本人'), ('relative', '家属或监护人'), ('office', '代办')], default='self', max_length=8, verbose_name='申请人')),
                ('channel', models.CharField(default='window', max_length=8, verbose_name='申请渠道')),
                ('green_channel', models.BooleanField(default=False, verbose_name='绿色通道')),
                ('discharged_on', models.DateField(blank=True, null=True, verbose_name='出院日期')),
                ('priority', models.CharField(blank=True, max_length=40, verbose_name='优先情形')),
                ('self_paid', models.BooleanField(default=False, verbose_name='自费评估')),
                ('statement', songhe.kernel.crypto.EncryptedText(blank=True, purpose='assessment.statement', verbose_name='申请说明')),
                ('documents', models.JSONField(blank=True, default=list, verbose_name='申请材料')),
                ('assignment', models.JSONField(blank=True, default=dict, verbose_name='派单说明')),
                ('accepted_on', models.DateField(blank=True, null=True, verbose_name='受理日期')),
                ('scheduled_at', models.DateTimeField(blank=True, null=True, verbose_name='预约上门时间')),
                ('panel', models.JSONField(blank=True, default=list, verbose_name='集体审核人')),
                ('national_level', models.SmallIntegerField(blank=True, null=True, verbose_name='国家失能等级')),
                ('gbt_level', models.SmallIntegerField(blank=True, null=True, verbose_name='能力评估等级')),
                ('official_level', models.SmallIntegerField(blank=True, null=True, verbose_name='照护等级')),
                ('official_number', models.CharField(blank=True, max_length=60, verbose_name='市系统结论编号')),
                ('reported_on', models.DateField(blank=True, null=True, verbose_name='报告日期')),
                ('noticed_on', models.DateField(blank=True, null=True, verbose_name='公示日期')),
                ('reworked_on', models.DateField(blank=True, null=True, verbose_name='重新审核日期')),
                ('concluded_on', models.DateField(blank=True, null=True, verbose_name='结论日期')),
                ('delivered_on', models.DateField(blank=True, null=True, verbose_name='送达日期')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='有效期止')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='评估机构')),
                ('assessor_a', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.worker', verbose_name='评估员')),
                ('assessor_b', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.worker', verbose_name='评估员（B 类）')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='people.person', verbose_name='长者')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='assessment.assessment', verbose_name='原评估')),
            ],
            options={
                'verbose_name': '评估办件',
                'verbose_name_plural': '评估办件',
                'ordering': ['-opened_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('photo', '照片'), ('signature', '签字'), ('document', '材料')], max_length=12, verbose_name='类别')),
                ('signer', models.CharField(blank=True, choices=[('assessor_a', '评估员'), ('assessor_b', '评估员（B 类）'), ('elder', '长者本人'), ('family', '家属或监护人')], max_length=12, verbose_name='签字人')),
                ('caption', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('file', models.CharField(max_length=200, unique=True, verbose_name='文件')),
                ('media_type', models.CharField(max_length=40, verbose_name='格式')),
                ('digest', models.CharField(max_length=64, verbose_name='SM3 摘要')),
                ('size', models.PositiveIntegerField(verbose_name='字节数')),
                ('at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='时间')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='assessment.assessment', verbose_name='评估办件')),
            ],
            options={
                'verbose_name': '现场材料',
                'verbose_name_plural': '现场材料',
                'ordering': ['assessment', 'at'],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('instrument', models.CharField(max_length=24, verbose_name='量表')),
                ('version', models.CharField(max_length=16, verbose_name='版本')),
                ('answers', models.JSONField(default=dict, verbose_name='答案')),
                ('answered_at', models.JSONField(default=dict, verbose_name='作答时间')),
                ('notes', models.JSONField(default=dict, verbose_name='备注')),
                ('context', models.JSONField(default=dict, verbose_name='附加情况')),
                ('log', models.JSONField(default=list, verbose_name='填写记录')),
                ('revision', models.PositiveIntegerField(default=0, verbose_name='修订号')),
                ('result', models.JSONField(default=dict, verbose_name='结果')),
                ('started_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='开始时间')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='提交时间')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='surveys', to='assessment.assessment', verbose_name='评估办件')),
            ],
            options={
                'verbose_name': '现场评估',
                'verbose_name_plural': '现场评估',
                'ordering': ['assessment', 'instrument'],
            },
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['state', 'due_on'], name='assessment__state_5b33e6_idx'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['area_code', 'state', 'due_on'], name='assessment__area_co_8776e8_idx'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['agency', 'state'], name='assessment__agency__9b58f3_idx'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['person', '-opened_at'], name='assessment__person__de8b8c_idx'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['opened_at'], name='assessment__opened__40c61e_idx'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['accepted_on'], name='assessment__accepte_9747b4_idx'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'accepted', 'assigned', 'scheduled', 'surveyed', 'reviewed', 'noticed', 'objected'])), fields=('person',), name='assessment_one_open', violation_error_message='该长者已有一件在办的评估，不能重复申请'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('official_level__isnull', True), ('official_level__range', (-1, 6)), _connector='OR'), name='assessment_level_range', violation_error_message='照护等级应为 0 至 6，或「建议就诊」'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.UniqueConstraint(fields=('assessment', 'instrument'), name='survey_once_per_instrument', violation_error_message='该量表已在填写'),
        ),
    ]
