"""Local organisations, their cards in a case, and the warm hand-over to one of them."""

import uuid

from django.db import models
from django.db.models import Q

from counselling.cases.models import Case
from counselling.people.models import Staff, Team


class Partner(models.Model):
    """An organisation that helps locally; public, kept by the team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    purpose = models.TextField(max_length=600)  # what for
    area = models.CharField(max_length=120, blank=True)
    topics = models.JSONField(default=list)  # codes of the centre's topics
    languages = models.JSONField(default=list)  # language codes
    hours = models.TextField(max_length=300, blank=True)
    access = models.TextField(max_length=300, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    address = models.TextField(max_length=300, blank=True)
    checked_on = models.DateField(null=True)  # when somebody of the team last made sure that this is true
    active = models.BooleanField(default=True)
    # What the search looks into: its words without capitals and accents, and its codes (domain/found_by.py).
    found_by = models.TextField(default="", editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="one_partner_per_name")]


class PartnerImport(models.Model):
    """A table that somebody handed in and has not confirmed yet; what stands in it is public or will be."""

    staff = models.OneToOneField(Staff, primary_key=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()


class PartnerCard(models.Model):
    """An organisation as it was put into a case: sealed whole, so that nobody else learns what it was about."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="partner_cards", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_card_per_number")]


class Referral(models.Model):
    """A warm hand-over: a pseudonymised summary, written together, agreed to, opened once by the organisation."""

    class State(models.TextChoices):
        """From the first draft to what came of it."""

        DRAFT = "draft"
        ASKED = "asked"
        AGREED = "agreed"
        REFUSED = "refused"
        HANDED = "handed"
        OPENED = "opened"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals", db_index=False)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    sealed = models.BinaryField()  # to whom, and the summary once it is agreed to: under the case's key
    at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    # The one-time code: found by its digest, and the summary once more under a key that only the code gives.
    lookup = models.BinaryField(max_length=32, null=True, unique=True)
    parcel = models.BinaryField(null=True)
    handed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="referrals_of_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "asked", "refused"]) | Q(agreed_at__isnull=False),
                name="referral_needs_consent",
            ),
            models.CheckConstraint(
                condition=Q(parcel__isnull=True) | Q(state="handed", lookup__isnull=False, expires_at__isnull=False),
                name="referral_parcel_waits_once",
            ),
        ]
