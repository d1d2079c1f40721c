"""A case's place in the queue, and how long others waited."""

import uuid

from django.db import models
from django.db.models import Q

from counselling.cases.models.case import Case
from counselling.people.models import Staff, Team


class Waiting(models.Model):
    """A case's place in its team's queue. It needs no connection."""

    class How(models.TextChoices):
        """How a place ended."""

        CLAIMED = "claimed"
        LEFT = "left"
        ABANDONED = "abandoned"
        CLOSED = "closed"
        LETTER = "letter"

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="waiting")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, db_index=False)
    since = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    hinted = models.BooleanField(default=False)  # a word of the list stood in what was written; a hint, nothing else
    grave = models.BooleanField(default=False)  # the newest assessment is orange or red; kept by `risk.assess`
    front = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(null=True)  # stays after a missed call, as long as the place is kept
    deadline = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["team", "-grave", "-front", "-urgent", "-hinted", "since"],
                condition=Q(ended_at__isnull=True),
                name="queue_order",
            )
        ]


class WaitSample(models.Model):
    """How long somebody waited, for honest estimates: the hour and the day, no case; kept 28 days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    seconds = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["team", "hour", "day"])]
