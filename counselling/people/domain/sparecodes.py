"""Ten spare codes for the day the phone is lost: each works once, only keyed digests are kept."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counselling.errors import Invalid
from counselling.people.domain import audit, factors
from counselling.people.domain.actors import Actor
from counselling.people.models import RecoveryCode
from counselling.vault import recovery


def new_codes(actor: Actor) -> list[str]:
    """Ten fresh ones to be shown; they count only once somebody says that they kept them (`keep`)."""
    factors.require_staff(actor)
    return recovery.recovery_codes()


def keep(actor: Actor, codes: list[str]) -> None:
    """From now on these count, and the earlier ones no more. Raises Invalid for fewer than ten different ones."""
    if len(set(codes)) != recovery.CODES:
        raise Invalid
    rows = [RecoveryCode(staff_id=actor.id, digest=recovery.code_digest(actor.id, code)) for code in codes]
    with factors.adding(actor, first=False):
        RecoveryCode.objects.filter(staff=actor.id).delete()
        RecoveryCode.objects.bulk_create(rows)
        audit.note("factor_added", by=actor, subject=actor.id, code=factors.SPARE)


def exist(staff: UUID) -> bool:
    """Whether somebody ever kept theirs, used up or not."""
    return RecoveryCode.objects.filter(staff=staff).exists()


def use(staff: UUID, code: str, now: datetime) -> bool:
    """Whether this code was still unused; of two who send it together one wins. Codes from before a rotation count."""
    digests = recovery.every_code_digest(staff, code)
    with transaction.atomic():
        return RecoveryCode.objects.filter(staff=staff, digest__in=digests, used_at=None).update(used_at=now) == 1
