"""Letters in the order of the lists, only those that wait; and no date that nobody reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0003_danger"),
    ]

    operations = [
        migrations.RemoveField(model_name="correspondence", name="latest_at"),
        migrations.RemoveIndex(model_name="correspondence", name="letters_in_order"),
        migrations.AddIndex(
            model_name="correspondence",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["team", "-urgent", "-hinted", "due_at", "case", "since"],
                name="letters_in_order",
            ),
        ),
    ]
