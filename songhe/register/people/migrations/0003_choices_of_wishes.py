from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_faster_search'),
    ]

    operations = [
        migrations.AlterField(
            model_name='person',
            name='education',
            field=models.CharField(blank=True, choices=[('none', '未上过学'), ('primary', '小学'), ('junior', '初中'), ('senior', '高中及中专'), ('college', '大专及以上')], max_length=12, verbose_name='文化程度'),
        ),
        migrations.AlterField(
            model_name='person',
            name='language',
            field=models.CharField(choices=[('shanghainese', '沪语'), ('mandarin', '普通话'), ('dialect', '其他方言')], default='mandarin', max_length=12, verbose_name='语言'),
        ),
        migrations.AlterField(
            model_name='person',
            name='marital',
            field=models.CharField(blank=True, choices=[('married', '有配偶'), ('widowed', '丧偶'), ('divorced', '离婚'), ('single', '未婚')], max_length=12, verbose_name='婚姻状况'),
        ),
    ]
