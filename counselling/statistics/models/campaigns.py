"""Links on posters and in schools, counted as a whole."""

from django.db import models


class Campaign(models.Model):
    """`/k/<code>`: leads to the start page and is counted as one event without anything about who came."""

    code = models.SlugField(max_length=40, primary_key=True)
    label = models.CharField(max_length=80)
    active = models.BooleanField(default=True)
    since = models.DateField()

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label
