from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_public_keys_vouched"),
    ]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="insofa",
            field=models.BooleanField(
                default=False,
                help_text="Steht an erster Stelle, wenn jemand Rat ohne Namen holt, auch im eigenen Team.",
                verbose_name="Insoweit erfahrene Fachkraft (§ 8a)",
            ),
        ),
    ]
