import songhe.kernel.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='person',
            name='person_surname',
        ),
        migrations.RemoveIndex(
            model_name='person',
            name='people_pers_hukou_a_fddeef_idx',
        ),
        migrations.AddIndex(
            model_name='carelevel',
            index=models.Index(fields=['person', 'scheme', 'starts'], name='people_care_person__341402_idx'),
        ),
        migrations.AddIndex(
            model_name='cover',
            index=models.Index(fields=['person', 'starts'], name='people_cove_person__e3c287_idx'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(songhe.kernel.text.FirstCharacter('name'), models.F('pinyin'), models.F('id'), name='person_by_surname'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['hukou_area_code'], name='people_pers_hukou_a_7f123f_idx'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['living', 'pinyin', 'id'], name='people_pers_living_537bcc_idx'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['income', 'pinyin', 'id'], name='people_pers_income_4c275e_idx'),
        ),
    ]
