from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('code', models.CharField(max_length=12, primary_key=True, serialize=False, verbose_name='区划代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('kind', models.CharField(choices=[('city', '市'), ('district', '区'), ('town', '街镇'), ('committee', '居村委')], max_length=12, verbose_name='层级')),
                ('town_kind', models.CharField(blank=True, max_length=12, verbose_name='类别')),
                ('code_status', models.CharField(default='official', max_length=16, verbose_name='代码来源')),
                ('boundary', models.JSONField(blank=True, null=True, verbose_name='边界')),
                ('centre_lng', models.FloatField(null=True, verbose_name='中心经度')),
                ('centre_lat', models.FloatField(null=True, verbose_name='中心纬度')),
                ('area_km2', models.FloatField(null=True, verbose_name='面积（平方千米）')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='来源')),
            ],
            options={
                'verbose_name': '行政区划',
                'verbose_name_plural': '行政区划',
                'ordering': ['code'],
            },
        ),
    ]
