from django.db import migrations, models


class Migration(migrations.Migration):
    """A mail may say that a limit of the shift is reached."""

    dependencies = [("mail", "0006_broken_letters")]

    operations = [
        migrations.AlterField(
            model_name="outgoingmail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("news", "News"),
                    ("confirm", "Confirm"),
                    ("page", "Page"),
                    ("danger", "Danger"),
                    ("nobody", "Nobody"),
                    ("shift", "Shift"),
                ],
                max_length=8,
            ),
        ),
    ]
