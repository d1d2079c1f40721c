"""What was erased lately, so that a backup from before does not bring it back (docs/backup.md)."""

import uuid

from django.db import models


class Erased(models.Model):
    """That one row of a table is gone: its number there and the day, nothing of what it held; kept for 15 days.

    Written by triggers (`cases/remembering.py`), so that no way of deleting is forgotten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=48)  # people_seekeraccess, or people_staff.is_active for what was switched off
    ref = models.CharField(max_length=64)  # the row's primary key
    day = models.DateField()  # UTC
