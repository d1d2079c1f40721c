"""When those who lead a shift want to be told."""

from django.db import models

from counselling.people.models import Team


class AlertRule(models.Model):
    """From which number on a team's shift is told, and how. No row: the default of `domain/alerts.py`."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    threshold = models.PositiveIntegerField()
    active = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)  # when mail last went out about it: not again for an hour

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "kind"], name="one_alert_rule_per_kind")]
