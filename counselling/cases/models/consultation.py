"""Advice from a colleague on excerpts that lead to no case."""

import uuid

from django.db import models

from counselling.cases.models.case import Case
from counselling.people.models import Staff


class Consultation(models.Model):
    """A colleague of another team asked for advice on chosen, edited excerpts; for them nothing leads to the case.

    `sealed` is for the colleague's key, `kept` for that of whoever asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="consultations")
    asker = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    consultant = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="consultations")
    sealed = models.BinaryField()
    kept = models.BinaryField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()


class ConsultationReply(models.Model):
    """A remark of the consulted colleague: `sealed` for whoever asked, `kept` for the colleague."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="replies", db_index=False)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()
    kept = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="one_reply_per_number")]
