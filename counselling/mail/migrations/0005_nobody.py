from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0004_lists'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outgoingmail',
            name='kind',
            field=models.CharField(choices=[('news', 'News'), ('confirm', 'Confirm'), ('page', 'Page'), ('danger', 'Danger'), ('nobody', 'Nobody')], max_length=8),
        ),
    ]
