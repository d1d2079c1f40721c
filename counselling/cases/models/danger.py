"""How great a danger is judged to be, what was done about it, and where somebody is."""

import uuid

from django.db import models
from django.db.models import Q

from counselling.cases.models.case import Case
from counselling.people.models import Staff, Team


class Level(models.TextChoices):
    """How great the danger is judged to be."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class RiskRecord(models.Model):
    """An assessment from orange on as a record of its own: it outlives its case, and names none.

    Sealed under a key of its own, which is sealed to the team's `epoch`. `course` is shared by the records that came
    from one case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.UUIDField()
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=6, choices=Level.choices)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review_on = models.DateField(null=True)
    epoch = models.PositiveIntegerField()
    sealed_key = models.BinaryField()
    sealed = models.BinaryField()
    alerted_at = models.DateTimeField(null=True)  # when somebody was last called, by mail without content

    class Meta:
        indexes = [models.Index(fields=["team", "-at"]), models.Index(fields=["course", "at"])]


class Risk(models.Model):
    """One assessment of a case. Rows are only ever added; level, times and author are clear, the rest is sealed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="risks", db_index=False)
    number = models.PositiveIntegerField()
    level = models.CharField(max_length=6, choices=Level.choices)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review_on = models.DateField(null=True)
    sealed = models.BinaryField()
    record = models.OneToOneField(RiskRecord, null=True, on_delete=models.PROTECT, related_name="risk")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_risk_per_number"),
            models.CheckConstraint(
                condition=~Q(level__in=["orange", "red"]) | Q(record__isnull=False), name="serious_risk_has_record"
            ),
            models.CheckConstraint(
                condition=~Q(level__in=["yellow", "orange"]) | Q(review_on__isnull=False),
                name="risk_is_looked_at_again",
            ),
        ]


class RiskEvent(models.Model):
    """What was done about a record, and when: seen, called, asked for the place … Rows are only ever added."""

    record = models.ForeignKey(RiskRecord, on_delete=models.CASCADE, related_name="events")
    code = models.CharField(max_length=16)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "staff"], condition=Q(code="seen"), name="one_look_each")
        ]


class Whereabouts(models.Model):
    """What a young person in danger told of their own accord about where they are, sealed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="whereabouts", db_index=False)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_place_per_number")]
