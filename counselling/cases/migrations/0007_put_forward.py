"""What puts a case forward in the queue: a word that may hint at danger, and an open orange or red assessment."""

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def weigh(apps, schema_editor):
    """Cases whose newest assessment is orange or red."""
    risk, waiting = apps.get_model("cases", "Risk"), apps.get_model("cases", "Waiting")
    newer = risk.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number"))
    grave = risk.objects.filter(~Exists(newer), level__in=["orange", "red"])
    waiting.objects.filter(case__in=grave.values("case")).update(grave=True)


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0006_panel"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="waiting", name="queue_order"),
        migrations.AddField(model_name="waiting", name="hinted", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="waiting", name="grave", field=models.BooleanField(default=False)),
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["team", "-grave", "-front", "-urgent", "-hinted", "since"],
                name="queue_order",
            ),
        ),
        migrations.RunPython(weigh, migrations.RunPython.noop),
    ]
