"""Reported files: locked for everybody, told to supervisors without content, deleted by them alone.

A picture may be one whose mere possession is punishable (§§ 184b, 184c StGB). Whoever sees one can stop it being seen.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import seats
from counselling.cases.models import Role
from counselling.errors import NotFound
from counselling.mail.domain import files
from counselling.mail.models import File
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor

BY_SEEKER = "seeker"
BY_COUNSELLOR = "counsellor"


@dataclass(frozen=True, slots=True)
class LockedFile:
    """What a supervisor is told: no name, no content. `case_ref` is what the audit trail calls the case."""

    id: UUID
    locked_at: datetime
    by_seeker: bool
    from_seeker: bool
    sent_at: datetime
    team: str
    media: str
    size: int
    case_ref: UUID


def report(actor: Actor, case_id: UUID, file_id: UUID) -> None:
    """Nobody opens, saves or exports this file of a sent letter any more. Safe to repeat. Raises NotFound."""
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        file = files.visible(seat).exclude(letter__in=seat.case.letters.values("pk")).filter(pk=file_id).first()
        if file is None:
            raise NotFound
        by = BY_SEEKER if seat.role == Role.SEEKER else BY_COUNSELLOR
        locked = File.objects.filter(pk=file.pk, locked_at=None)
        if locked.update(locked_at=timezone.now(), locked_by=by) == 1:
            audit.note("file_locked", by=actor, case_ref=seat.case.audit_ref, code=by)
            bell.ring(cases=[case_id], teams=[seat.case.team_id])


def listed(actor: Actor) -> list[LockedFile]:
    """The locked files of the supervisor's teams, the newest first. Raises NotAllowed."""
    return [_told(file) for file in _of_teams(actor).order_by("-locked_at", "pk")]


def one(actor: Actor, file_id: UUID) -> LockedFile:
    """One of them. Raises NotAllowed, NotFound."""
    file = _of_teams(actor).filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return _told(file)


def delete(actor: Actor, file_id: UUID) -> None:
    """Destroy it for good; the trail keeps that it was. Raises NotAllowed, NotFound."""
    file = _of_teams(actor).filter(pk=file_id).first()
    if file is None:
        raise NotFound
    with transaction.atomic():
        case = seats.lock(file.case_id)
        if File.objects.filter(pk=file_id, locked_at__isnull=False).delete()[0] == 0:
            raise NotFound
        audit.note("file_deleted", by=actor, case_ref=case.audit_ref)
        bell.ring(cases=[case.pk])


def _of_teams(actor: Actor) -> QuerySet[File]:
    actor.require_supervisor()
    return File.objects.filter(locked_at__isnull=False, case__team__staff=actor.id).select_related("case__team")


def _told(file: File) -> LockedFile:
    return LockedFile(
        id=file.pk,
        locked_at=file.locked_at or file.at,
        by_seeker=file.locked_by == BY_SEEKER,
        from_seeker=file.role == Role.SEEKER,
        sent_at=file.at,
        team=file.case.team.name,
        media=file.media,
        size=file.size,
        case_ref=file.case.audit_ref,
    )
