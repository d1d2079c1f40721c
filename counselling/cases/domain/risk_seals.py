"""A record's own key: sealed to its team's newest epoch, and renewed by `rewrap` when a new one begins."""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from counselling.cases.models import RiskRecord, Role
from counselling.people.domain.rings import Ring
from counselling.people.models import TeamKey
from counselling.vault import sealing, seals
from counselling.vault.sealing import Binding, Kind

trail = logging.getLogger("counselling.audit")


def binding(record: UUID) -> Binding:
    """What a record's text is bound to: itself alone."""
    return Binding(Kind.RISK_RECORD, record, Role.COUNSELLOR)


def seal_key(key: bytes, record: UUID, to: TeamKey) -> bytes:
    """A record's key for a team's epoch."""
    return seals.seal_case_key(key, bytes(to.public), record, _holder(to.team_id, to.epoch))


def open_key(private: bytes, record: RiskRecord) -> bytes:
    """A record's key, opened by the private half of its epoch; raises Unreadable."""
    return seals.open_case_key(private, record.sealed_key, record.pk, _holder(record.team_id, record.epoch))


def hold(team: UUID, epoch: int) -> bool:
    """Whether some record is still sealed to this epoch."""
    return RiskRecord.objects.filter(team=team, epoch=epoch).exists()


def renew(newest: TeamKey, ring: Ring, most: int) -> int:
    """Seal up to `most` records of older epochs to the newest; how many. By compare-and-set, so safe to repeat.

    What does not open stays where it is, and so does its epoch.
    """
    made: list[tuple[RiskRecord, bytes]] = []
    for record in of_older_epochs(newest).order_by("pk").iterator(chunk_size=most):
        private = ring.teams.get((record.team_id, record.epoch))
        fresh = _renewed(private, record, newest) if private else None
        if fresh:
            made.append((record, fresh))
        if len(made) == most:
            break
    with transaction.atomic():
        for record, fresh in made:
            old = RiskRecord.objects.filter(pk=record.pk, epoch=record.epoch)
            old.update(epoch=newest.epoch, sealed_key=fresh)
    return len(made)


def _renewed(private: bytes, record: RiskRecord, newest: TeamKey) -> bytes | None:
    try:
        return seal_key(open_key(private, record), record.pk, newest)
    except sealing.Unreadable:
        trail.error("the key of a risk record does not open and was not renewed")
        return None


def of_older_epochs(newest: TeamKey) -> QuerySet[RiskRecord]:
    """The records that are sealed to older epochs of a team: `rewrap` renews them."""
    return RiskRecord.objects.filter(team=newest.team_id, epoch__lt=newest.epoch)


def _holder(team: UUID, epoch: int) -> str:
    """As a team's name in a case's seal, and never the same."""
    return f"risk:{team}:{epoch}"
