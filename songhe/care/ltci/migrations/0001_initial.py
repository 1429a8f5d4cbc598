import django.db.models.deletion
import django.db.models.expressions
import songhe.kernel.clock
import songhe.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('sites', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentFile',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(verbose_name='结算月份')),
                ('made_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='生成时间')),
                ('made_by', models.CharField(max_length=160, verbose_name='经办')),
                ('statements', models.JSONField(default=list, verbose_name='结算单')),
                ('total_fen', models.BigIntegerField(verbose_name='总额（分）')),
                ('digest', models.CharField(max_length=64, verbose_name='SM3 摘要')),
            ],
            options={
                'verbose_name': '拨付文件',
                'verbose_name_plural': '拨付文件',
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='编号')),
                ('state_since', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='进入状态时间')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='办理时限')),
                ('due_certain', models.BooleanField(default=True, verbose_name='时限确定')),
                ('area_code', models.CharField(max_length=12, verbose_name='区域')),
                ('opened_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='建立时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('state', models.CharField(choices=[('drafted', '待申报'), ('submitted', '待审核'), ('approved', '待拨付'), ('paid', '已拨付'), ('reversed', '已冲正')], max_length=24, verbose_name='状态')),
                ('month', models.DateField(verbose_name='结算月份')),
                ('run', models.PositiveSmallIntegerField(default=1, verbose_name='次数')),
                ('lines_total', models.PositiveIntegerField(default=0, verbose_name='申报条数')),
                ('lines_accepted', models.PositiveIntegerField(default=0, verbose_name='通过条数')),
                ('people', models.PositiveIntegerField(default=0, verbose_name='服务人数')),
                ('minutes', models.PositiveIntegerField(default=0, verbose_name='服务分钟')),
                ('amount_fen', models.BigIntegerField(default=0, verbose_name='总费用（分）')),
                ('fund_fen', models.BigIntegerField(default=0, verbose_name='基金支付（分）')),
                ('person_fen', models.BigIntegerField(default=0, verbose_name='个人支付（分）')),
                ('refused_fen', models.BigIntegerField(default=0, verbose_name='拒付（分）')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='明细摘要')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='护理机构')),
            ],
            options={
                'verbose_name': '月度结算单',
                'verbose_name_plural': '月度结算单',
                'ordering': ['-month', 'provider'],
            },
        ),
        migrations.CreateModel(
            name='ClaimLine',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('visit', '上门服务'), ('days', '机构照护床日')], default='visit', max_length=8, verbose_name='类别')),
                ('visit_id', models.UUIDField(null=True, verbose_name='上门服务')),
                ('day', models.DateField(verbose_name='服务日期')),
                ('level', models.SmallIntegerField(null=True, verbose_name='照护等级')),
                ('staff_class', models.CharField(blank=True, max_length=16, verbose_name='服务人员类别')),
                ('quantity', models.PositiveIntegerField(verbose_name='分钟或床日')),
                ('price_fen', models.BigIntegerField(verbose_name='单价（分）')),
                ('amount_fen', models.BigIntegerField(verbose_name='费用（分）')),
                ('fund_fen', models.BigIntegerField(verbose_name='基金支付（分）')),
                ('person_fen', models.BigIntegerField(verbose_name='个人支付（分）')),
                ('accepted', models.BooleanField(verbose_name='通过')),
                ('refusals', models.JSONField(default=list, verbose_name='拒付理由')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='长者')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='ltci.statement', verbose_name='结算单')),
            ],
            options={
                'verbose_name': '结算明细',
                'verbose_name_plural': '结算明细',
                'ordering': ['statement', 'day', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='编号')),
                ('state_since', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='进入状态时间')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='办理时限')),
                ('due_certain', models.BooleanField(default=True, verbose_name='时限确定')),
                ('area_code', models.CharField(max_length=12, verbose_name='区域')),
                ('opened_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='建立时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('state', models.CharField(choices=[('choosing', '待选机构'), ('requested', '待机构确认'), ('confirmed', '待定计划'), ('serving', '服务中'), ('suspended', '已暂停'), ('ended', '已结束')], max_length=24, verbose_name='状态')),
                ('form', models.CharField(choices=[('home', '社区居家照护'), ('institution', '养老机构照护')], default='home', max_length=12, verbose_name='照护形式')),
                ('declined_by', models.JSONField(blank=True, default=list, verbose_name='曾婉拒的机构')),
                ('bonus', models.CharField(blank=True, choices=[('', '未选择'), ('hours', '增加服务时长'), ('cash', '现金补贴')], max_length=8, verbose_name='居家激励')),
                ('started_on', models.DateField(blank=True, null=True, verbose_name='服务开始日')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='服务结束日')),
                ('assessment_id', models.UUIDField(blank=True, null=True, verbose_name='评估办件')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='people.person', verbose_name='长者')),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.organisation', verbose_name='护理机构')),
            ],
            options={
                'verbose_name': '长护险服务关系',
                'verbose_name_plural': '长护险服务关系',
                'ordering': ['-opened_at', '-id'],
                'indexes': [models.Index(fields=['provider', 'state'], name='ltci_enrolm_provide_1ec201_idx'), models.Index(fields=['area_code', 'state'], name='ltci_enrolm_area_co_ecb56c_idx'), models.Index(fields=['person', 'state'], name='ltci_enrolm_person__c7b135_idx'), models.Index(fields=['state', 'due_on'], name='ltci_enrolm_state_db63fb_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('person',), name='enrolment_one_open', violation_error_message='该长者已有一种在办的长护险照护形式，同一时间只能享受一种')],
            },
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['month', 'state'], name='ltci_statem_month_87b2bf_idx'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'reversed'), _negated=True), fields=('provider', 'month'), name='statement_one_open', violation_error_message='该机构本月已有结算单'),
        ),
        migrations.AddIndex(
            model_name='claimline',
            index=models.Index(fields=['person', 'day'], name='ltci_claiml_person__7eeb24_idx'),
        ),
        migrations.AddIndex(
            model_name='claimline',
            index=models.Index(fields=['statement', 'accepted'], name='ltci_claiml_stateme_613d96_idx'),
        ),
        migrations.AddConstraint(
            model_name='claimline',
            constraint=models.UniqueConstraint(condition=models.Q(('visit_id__isnull', False)), fields=('statement', 'visit_id'), name='claim_once_per_visit', violation_error_message='该次服务已在本结算单中'),
        ),
        migrations.AddConstraint(
            model_name='claimline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', django.db.models.expressions.CombinedExpression(models.F('fund_fen'), '+', models.F('person_fen')))), name='claim_shares_add_up', violation_error_message='基金支付与个人支付之和须等于费用'),
        ),
    ]
