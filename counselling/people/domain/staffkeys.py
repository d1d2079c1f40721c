"""A member of staff's password and key pair: one Argon2 gives the verifier and the key that wraps the private half.

`Staff.password` keeps `vault$salt$verifier` (pitfalls 11); the root it came from is never stored.
"""

import hmac
from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from counselling.errors import Invalid
from counselling.people.domain import members, stretching
from counselling.people.domain.revoking import revoke
from counselling.people.hashers import VaultHasher
from counselling.people.models import Staff, StaffKey, StaffSession, Team, TeamSeal
from counselling.vault import pairs, passwords, vouching, wraps
from counselling.vault.sealing import Unreadable

PASSWORD_MAX: Final = 200  # more would only cost Argon2 time


def _nothing() -> None:
    """Nothing more to do."""


def recognise(username: str, password: str) -> tuple[Staff, bytes] | None:
    """Who this is and their open private half; None alike for unknown, wrong, switched off and not set up.

    Costs one Argon2 whatever the answer, so that nothing tells who works here.
    """
    staff = Staff.objects.select_related("key").filter(username__iexact=username).first()
    if staff is None or not staff.has_usable_password():
        stretching.stretch(password, passwords.new_salt())
        return None
    private = open_private(staff, password)
    return (staff, private) if private and staff.is_active else None


def open_private(staff: Staff, password: str) -> bytes | None:
    """The private half under this password, or None. An account from before the vault gets its pair now."""
    if not staff.password.startswith(VaultHasher.algorithm + "$"):
        return set_password(staff, password) if check_password(password, staff.password) else None
    salt, verifier = VaultHasher.parts(staff.password)
    root = stretching.stretch(password, salt)
    if not hmac.compare_digest(passwords.verifier(root), verifier):
        return None
    try:
        return wraps.unwrap_peppered(passwords.kek(root), staff.key.wrapped, purpose(staff.pk))
    except (Unreadable, StaffKey.DoesNotExist):
        return None


def set_password(staff: Staff, password: str, *, also: Callable[[], None] = _nothing) -> bytes:
    """A new password with a NEW pair (first time, reset): what the old one opened is closed to this person.

    A colleague or the recovery key lets them in again. Returns the private half; every session of theirs ends. `also`
    is done in the same transaction; when it raises, nothing has happened. Raises Invalid for an overlong password.
    """
    pair = pairs.new_pair()
    made = _made(staff.pk, password, pair.private)
    with transaction.atomic():
        also()
        members.take_out(staff.pk)
        _write(staff, made, pair.public)
        _end_sessions(staff, but=None)
    return pair.private


def change_password(
    staff: Staff, private: bytes, password: str, *, session: UUID, also: Callable[[], None] = _nothing
) -> None:
    """A new password around the same pair; every other session ends. `also` and errors as in `set_password`."""
    made = _made(staff.pk, password, private)
    with transaction.atomic():
        _write(staff, made, pairs.public_of(private))
        _end_sessions(staff, but=session)
        also()


def close(staff: Staff) -> None:
    """Nobody is this person until they set a password: no password, no pair, no place in a vault, no session."""
    with transaction.atomic():
        staff.set_unusable_password()
        staff.save(update_fields=["password"])
        members.take_out(staff.pk)
        StaffKey.objects.filter(staff=staff).delete()
        _end_sessions(staff, but=None)


def hold_vaults(staff: UUID) -> set[UUID]:
    """The teams whose vault this person can open, kept as they are until the transaction ends. Needs `atomic`.

    Two last holders who leave at the same moment wait here for each other.
    """
    held = TeamSeal.objects.filter(staff=staff).values("team_key__team")
    return {team.pk for team in Team.objects.select_for_update().filter(pk__in=held).order_by("pk")}


def repepper(staff_key: StaffKey) -> bool:
    """Renew the outer layer under the active master key, without a password; whether anything changed."""
    fresh = wraps.repepper(bytes(staff_key.wrapped), purpose(staff_key.staff_id))
    if fresh == bytes(staff_key.wrapped):
        return False
    return StaffKey.objects.filter(pk=staff_key.pk, wrapped=staff_key.wrapped).update(wrapped=fresh) == 1


def purpose(staff: UUID) -> bytes:
    """What a wrap of staff is bound to."""
    return b"staff|v1|" + staff.bytes


def _made(staff: UUID, password: str, private: bytes) -> tuple[str, bytes]:
    """(stored password, wrapped private half); a quarter of a second of Argon2, so never within a transaction."""
    if len(password) > PASSWORD_MAX:
        raise Invalid
    salt = passwords.new_salt()
    root = stretching.stretch(password, salt)
    wrapped = wraps.wrap_peppered(passwords.kek(root), private, purpose(staff))
    return VaultHasher.join(salt, passwords.verifier(root)), wrapped


def _write(staff: Staff, made: tuple[str, bytes], public: bytes) -> None:
    staff.password, wrapped = made
    staff.save(update_fields=["password"])
    mac = vouching.vouch(vouching.staff_key(staff.pk), public)
    defaults = {"public": public, "mac": mac, "wrapped": wrapped, "made_at": timezone.now()}
    staff.key = StaffKey.objects.update_or_create(staff=staff, defaults=defaults)[0]


def _end_sessions(staff: Staff, *, but: UUID | None) -> None:
    sessions = StaffSession.objects.filter(staff=staff, revoked_at=None)
    revoke(sessions.exclude(pk=but) if but else sessions)
