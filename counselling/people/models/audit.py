"""The audit trail."""

import uuid

from django.db import models


class AuditEntry(models.Model):
    """Who did what. No content, no name of a young person.

    Written unnumbered in the transaction of what was done; one job gives numbers and chains them (pitfalls 23): `mac`
    covers the entry and the mac before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveBigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=24)
    actor = models.UUIDField(null=True)  # a member of staff; None: a timer, a command, a young person
    subject = models.UUIDField(null=True)  # the member of staff or the team it was done to
    case_ref = models.UUIDField(null=True)  # `Case.audit_ref`, which goes with the case (pitfalls 23)
    code = models.CharField(max_length=24, blank=True)
    kid = models.CharField(max_length=16, blank=True)
    mac = models.BinaryField(max_length=32, null=True)
