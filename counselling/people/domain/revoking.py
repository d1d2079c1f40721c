"""Ending sign-ins of staff: their keys are gone here at once, and within a second in every process (the pulse asks)."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from counselling.people.domain import rings
from counselling.people.models import StaffSession


def revoke(sessions: QuerySet[StaffSession]) -> int:
    """End these sign-ins and the Django sessions beside them; how many. Safe to repeat."""
    found = list(sessions.values_list("pk", "session_key"))
    with transaction.atomic():
        StaffSession.objects.filter(pk__in=[pk for pk, _ in found]).update(revoked_at=timezone.now(), wrapped=None)
        Session.objects.filter(session_key__in=[key for _, key in found]).delete()
    for pk, _ in found:
        rings.drop(str(pk))
    return len(found)
