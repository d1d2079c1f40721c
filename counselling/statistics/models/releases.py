"""What was published, once and for all, and what the centre writes before its yearly report."""

from django.db import models

from counselling.people.models import Staff


class Release(models.Model):
    """The published numbers of a quarter or a year, frozen: never computed again, never changed."""

    period = models.CharField(max_length=7, unique=True)  # 2026-Q3 or 2026
    frozen_at = models.DateTimeField()
    data = models.JSONField()  # shapes.ShownRelease.as_json
    definitions = models.PositiveSmallIntegerField()  # which edition of docs/statistics.md it was counted by

    def __str__(self) -> str:
        return self.period


class Foreword(models.Model):
    """A supervisor's words at the beginning of a year's report; public like the report itself."""

    period = models.CharField(max_length=7, primary_key=True)
    text = models.TextField(max_length=6000)
    by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
