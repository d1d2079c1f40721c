"""A text that both sides see while it is written, and approve at the end."""

import uuid

from django.db import models
from django.db.models import Q

from blended.models.partners import Referral
from counselling.cases.models import Case, Role
from counselling.people.models import Staff


class JointText(models.Model):
    """An agreement or a referral's summary in the making; whoever changes it takes back both approvals."""

    class Purpose(models.TextChoices):
        """What it becomes."""

        AGREEMENT = "agreement"
        REFERRAL = "referral"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="joint_texts", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    referral = models.OneToOneField(Referral, null=True, on_delete=models.CASCADE, related_name="joint_text")
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    # The version that each side approved; done when both stand at the same, current one.
    seeker_approved = models.PositiveIntegerField(null=True)
    counsellor_approved = models.PositiveIntegerField(null=True)
    # Who changed it last, and when: the other side is told that somebody writes.
    written_by = models.PositiveSmallIntegerField(choices=Role.choices, null=True)
    written_at = models.DateTimeField(null=True)
    # The counsellor who stands by it, under whose name an agreement is kept; since when the young person is asked.
    author = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "purpose"], condition=Q(done_at__isnull=True), name="one_joint_text_at_a_time"
            )
        ]
