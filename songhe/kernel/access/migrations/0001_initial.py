import django.db.models.deletion
import songhe.kernel.clock
import songhe.kernel.guards
import songhe.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=64, unique=True, verbose_name='用户名')),
                ('name', models.CharField(max_length=64, verbose_name='姓名')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='邮箱')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('language', models.CharField(default='zh-hans', max_length=16, verbose_name='界面语言')),
                ('elder_mode', models.CharField(blank=True, max_length=8, verbose_name='长辈版字号')),
                ('created_at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='建立时间')),
            ],
            options={
                'verbose_name': '账号',
                'verbose_name_plural': '账号',
                'ordering': ['username'],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField(verbose_name='长者')),
                ('purpose', models.CharField(max_length=40, verbose_name='用途')),
                ('recipient_id', models.UUIDField(null=True, verbose_name='接收方')),
                ('recipient_name', models.CharField(max_length=120, verbose_name='接收方名称')),
                ('data', models.JSONField(default=list, verbose_name='数据范围')),
                ('starts', models.DateField(default=songhe.kernel.clock.today, verbose_name='起')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='止')),
                ('given_by', models.CharField(max_length=80, verbose_name='同意人')),
                ('channel', models.CharField(default='window', max_length=20, verbose_name='方式')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
            ],
            options={
                'verbose_name': '知情同意',
                'verbose_name_plural': '知情同意',
                'ordering': ['-starts', '-id'],
                'indexes': [models.Index(fields=['person_id', 'purpose'], name='access_cons_person__8fd165_idx'), models.Index(fields=['recipient_id', 'purpose'], name='access_cons_recipie_8cf197_idx')],
            },
        ),
        migrations.CreateModel(
            name='ReadEntry',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=songhe.kernel.clock.now, verbose_name='时间')),
                ('person_id', models.UUIDField(verbose_name='被查阅人')),
                ('post_id', models.UUIDField(null=True, verbose_name='岗位')),
                ('reader', models.CharField(max_length=160, verbose_name='查阅人')),
                ('what', models.CharField(max_length=60, verbose_name='内容')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='用途')),
                ('fields', models.JSONField(blank=True, default=list, verbose_name='字段')),
            ],
            options={
                'verbose_name': '查阅记录',
                'verbose_name_plural': '查阅记录',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['person_id', '-at'], name='access_read_person__06a069_idx')],
                'constraints': [songhe.kernel.guards.AppendOnly(name='read_append_only')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.UUIDField(default=songhe.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('bureau', '区民政局'), ('street', '街镇经办'), ('advisor', '养老顾问'), ('agency', '评估机构负责人'), ('assessor', '评估员'), ('coordinator', '护理机构协调员'), ('carer', '护理员'), ('nurse', '护士'), ('home', '养老机构负责人'), ('doctor', '家庭医生'), ('insurer', '长护险经办'), ('auditor', '稽核员'), ('elder', '长者'), ('family', '家属'), ('volunteer', '志愿者'), ('admin', '系统管理员'), ('system', '系统')], max_length=16, verbose_name='角色')),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='岗位名称')),
                ('organisation_id', models.UUIDField(blank=True, null=True, verbose_name='机构')),
                ('organisation_name', models.CharField(blank=True, max_length=120, verbose_name='机构名称')),
                ('area_code', models.CharField(blank=True, max_length=12, verbose_name='区域')),
                ('holder_id', models.UUIDField(blank=True, null=True, verbose_name='本人登记')),
                ('starts', models.DateField(default=songhe.kernel.clock.today, verbose_name='任职起')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='任职止')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '岗位',
                'verbose_name_plural': '岗位',
                'ordering': ['starts', 'id'],
                'indexes': [models.Index(fields=['role', 'area_code'], name='access_post_role_dbe115_idx'), models.Index(fields=['holder_id'], name='access_post_holder__38fe95_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gt', models.F('starts')), _connector='OR'), name='post_ends_after_start', violation_error_message='任职止日须晚于任职起日')],
            },
        ),
    ]
