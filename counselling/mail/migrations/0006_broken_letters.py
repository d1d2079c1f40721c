import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_put_forward"),
        ("mail", "0005_nobody"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="broken_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="planned",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AlterField(
            model_name="letter",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="cases.seat"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("broken_at__isnull", True)), fields=("seat",), name="one_letter_at_a_time"
            ),
        ),
    ]
