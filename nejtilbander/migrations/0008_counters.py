from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('nejtilbander', '0007_notices_as_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Count',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
