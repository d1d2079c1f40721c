"""A second factor for people of tests: an authenticator app whose secret is known, and the codes it shows."""

import time
from uuid import UUID

from django.utils import timezone

from counselling.people.domain import factors
from counselling.people.domain.actors import Actor
from counselling.people.models import Passkey, RecoveryCode, Staff, Totp
from counselling.vault import recovery, totp
from counselling.vault.operational import seal_operational

SECRET = bytes(range(totp.SECRET_BYTES))


def give_app(staff: UUID, secret: bytes = SECRET) -> None:
    """An app that was set up before; every code of it is still unused."""
    values = {"sealed": seal_operational(secret.hex(), f"totp|v1|{staff}"), "confirmed_at": timezone.now()}
    Totp.objects.update_or_create(staff_id=staff, defaults={**values, "last_step": 0})


def give_codes(staff: UUID) -> list[str]:
    """Ten spare codes that somebody keeps."""
    codes = recovery.recovery_codes()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(staff_id=staff, digest=recovery.code_digest(staff, code)) for code in codes
    )
    return codes


def give_passkey(staff: UUID, name: str = "Handy", credential: bytes = b"credential") -> int:
    """A row that counts as a factor and that nobody can use."""
    row = Passkey.objects.create(
        staff_id=staff, credential_id=credential, public_key=b"", name=name, added_on=timezone.localdate()
    )
    return row.pk


def code(secret: bytes = SECRET, *, steps: int = 0, now: float | None = None) -> str:
    """What the app shows now, or so many steps of 30 seconds later. The same step counts once."""
    when = (time.time() if now is None else now) + steps * totp.STEP
    return totp._totp(secret).generate(int(when)).decode()


def count(staff: UUID) -> int:
    """How many second factors somebody has."""
    return factors.overview(Actor.for_staff(Staff.objects.get(pk=staff), "")).count
