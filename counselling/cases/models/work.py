"""What a case is worked on with: notes, unsent texts, agreements, tasks."""

from django.db import models
from django.db.models import Q

from counselling.cases.models.case import Case, Seat
from counselling.people.models import Staff


class Note(models.Model):
    """Sealed, for the team; seekers never see it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_note_per_number")]


class Draft(models.Model):
    """Unsent text of one seat, sealed: it survives a reload and never lies on the device."""

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    sealed = models.BinaryField()
    at = models.DateTimeField()
    # Written in the waiting room: becomes the first message. What stands in a composer is only ever sent by hand.
    first = models.BooleanField(default=False)


class Agreement(models.Model):
    """What both sides agreed on, sealed; the newest holds, the earlier ones stay as its history."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="agreements", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_agreement_per_number")]


class Task(models.Model):
    """Something the team has to do for a case, sealed; young people never see it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_task_per_number"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_by_somebody",
            ),
        ]
