from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='careplan',
            name='signature',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='签名文件'),
        ),
        migrations.AddField(
            model_name='careplan',
            name='signature_digest',
            field=models.CharField(blank=True, default='', max_length=64, verbose_name='签名 SM3 摘要'),
        ),
    ]
