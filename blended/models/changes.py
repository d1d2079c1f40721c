"""A proposed and consented switch of channel."""

import uuid

from django.db import models
from django.db.models import Q

from blended.models.meetings import Meeting
from blended.models.times import Appointment
from counselling.cases.models import Case, Role


class MediaChange(models.Model):
    """Who proposed to go on another way, why (a code), when in the course, and what the other side said."""

    class State(models.TextChoices):
        """EXPIRED: nobody answered; UNDONE: they went back."""

        PROPOSED = "proposed"
        AGREED = "agreed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"
        UNDONE = "undone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="media_changes", db_index=False)
    before = models.CharField(max_length=8)
    after = models.CharField(max_length=8)
    proposed_by = models.PositiveSmallIntegerField(choices=Role.choices)
    reason = models.CharField(max_length=16, blank=True)
    phase = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.SET_NULL, related_name="+")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="changes_of_case")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="proposed"), name="one_proposal_at_a_time")
        ]
