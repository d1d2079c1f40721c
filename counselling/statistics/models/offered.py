"""Up to when the hours offered were counted."""

from django.db import models

from counselling.people.models import Team


class OfferedQuarter(models.Model):
    """The last quarter of an hour in which a team's channel was counted as open: none is counted twice."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8)
    began = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "channel"], name="one_offered_quarter_per_channel")]
