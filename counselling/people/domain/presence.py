"""Who is here. A status is set by hand; being seen is the socket's heartbeat, and both are needed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from counselling.errors import Invalid
from counselling.people.domain import teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import MAX_CAPACITY, Staff, StaffSession, Team


def set_status(actor: Actor, status: str) -> None:
    """here, pausing or away; raises Invalid for anything else."""
    actor.require_counsellor()
    if status not in Staff.Status.values:
        raise Invalid
    _note(actor.id, status)


def arrive(staff: Staff) -> None:
    """Whoever signs in to counsel is here until they say otherwise."""
    if staff.role == Staff.Role.COUNSELLOR:
        _note(staff.pk, Staff.Status.HERE)


def _note(staff_id: UUID, status: str) -> None:
    now = timezone.now()
    with transaction.atomic():
        Staff.objects.filter(pk=staff_id).update(status=status, seen_at=now)
        if status == Staff.Status.HERE:
            _open_to([staff_id]).update(last_here_at=now, alerted_at=None)


def set_capacity(actor: Actor, chats: int) -> None:
    """How many chats at once, 1-12; raises Invalid."""
    actor.require_counsellor()
    if not 1 <= chats <= MAX_CAPACITY:
        raise Invalid
    with transaction.atomic():
        Staff.objects.filter(pk=actor.id).update(capacity=chats)


def seen(staff: Iterable[UUID], now: datetime) -> None:
    """Heartbeat of connected staff, written a few times a minute by each process."""
    ids = list(staff)
    if not ids:
        return
    with transaction.atomic():
        Staff.objects.filter(pk__in=ids).update(seen_at=now)
        here = Staff.objects.filter(pk__in=ids, status=Staff.Status.HERE, is_active=True)
        _open_to(list(here.values_list("pk", flat=True))).update(last_here_at=now, alerted_at=None)


def kept(staff: UUID, now: datetime) -> None:
    """Heartbeat of a locked screen: chats stay with their counsellor, but nobody is here by that."""
    with transaction.atomic():
        Staff.objects.filter(pk=staff).update(seen_at=now)


def is_here(staff: Staff, now: datetime) -> bool:
    """Says "here" and was seen within the grace period."""
    return staff.is_active and staff.status == Staff.Status.HERE and was_seen(staff.seen_at, now)


def was_seen(seen_at: datetime | None, now: datetime) -> bool:
    """Within the grace period after which a lost counsellor's chats return to the queue."""
    return seen_at is not None and now - seen_at < timedelta(seconds=settings.COUNSELLOR_GRACE_SECONDS)


def anyone_here(team_id: UUID, now: datetime) -> bool:
    """Whether the chat has somebody behind its door: seen lately, able to open its vault, not locked for long."""
    since = now - timedelta(seconds=settings.COUNSELLOR_GRACE_SECONDS)
    here = teamkeys.openers(team_id).filter(status=Staff.Status.HERE, seen_at__gt=since)
    return here.exclude(locked(now)).exists()


def locked(now: datetime) -> Q:
    """Staff whose screens have all been covered for longer than the grace period: a condition for their query."""
    since = now - timedelta(seconds=settings.COUNSELLOR_GRACE_SECONDS)
    theirs = StaffSession.objects.filter(staff=OuterRef("pk"), revoked_at=None)
    return Q(Exists(theirs.filter(locked_at__lte=since)) & ~Exists(theirs.filter(locked_at=None)))


def _open_to(staff: list[UUID]) -> QuerySet[Team]:
    """The teams of these people whose vault one of them can open: elsewhere nobody is here by their being here."""
    return Team.objects.filter(pk__in=Team.objects.filter(staff__in=staff, keys__seals__staff__in=staff).values("pk"))
