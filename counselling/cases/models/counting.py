"""What remains when a case is gone: events as codes, and how much was erased."""

import uuid

from django.db import models

from counselling.people.models import Team


class CountRow(models.Model):
    """One event for the statistics: no case id, no time finer than the band, no order of arrival."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT)
    month = models.CharField(max_length=7)  # 2026-11
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    band = models.PositiveSmallIntegerField()  # three hours each: 0 is 0-3 o'clock, local time
    channel = models.CharField(max_length=8)
    event = models.CharField(max_length=16)
    codes = models.JSONField(default=dict)


class Deletion(models.Model):
    """How many cases were erased on a day, and why: a log without content or ids."""

    day = models.DateField()
    reason = models.CharField(max_length=12)  # expired | kept_expired | wish
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "reason"], name="one_deletion_row_per_day_and_reason")]
