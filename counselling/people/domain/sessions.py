"""Sign-ins of staff: one row per browser, the private half in it only under the token of that browser's second cookie.

Beside Django's session (pitfalls 5, 7): locking and revoking are compare-and-set here, and no other tab can undo them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from counselling.errors import Locked, NotFound
from counselling.people.domain import audit, rings, staffkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.revoking import revoke as _revoke
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff, StaffSession
from counselling.vault import digests, wraps
from counselling.vault.sealing import Unreadable

TOUCH_SECONDS = 30  # activity is noted at most that often


def begin(staff: Staff, session_key: str, private: bytes | None) -> tuple[Actor, str]:
    """A session for somebody who has just proved who they are, and the token for the browser's second cookie."""
    token, now = digests.new_token(), timezone.now()
    with transaction.atomic():
        session = StaffSession.objects.create(
            staff=staff,
            session_key=session_key,
            token_lookup=digests.token_lookup(token),
            wrapped=_wrap(token, private, staff.pk) if private else None,
            began_at=now,
            active_at=now,
        )
    return Actor.for_staff(staff, str(session.pk), _ring(session.pk, private)), token


def actor_of(staff: Staff, session_key: str, token: str, now: datetime) -> Actor | None:
    """Who asks with these two cookies, with the keys they hold; None when the session is over.

    Raises Locked after 15 minutes without activity (and locks), or when it was locked before.
    """
    session = _find(staff.pk, session_key, token, now)
    if session is None:
        return None
    if session.locked_at is None and is_idle(session, now):
        lock(session.pk, now)
        raise Locked
    if session.locked_at is not None:
        raise Locked
    return Actor.for_staff(staff, str(session.pk), _ring(session.pk, _open(session, token)))


def touch(actor: Actor, now: datetime) -> None:
    """Note activity: a session that is used does not lock."""
    before = now - timedelta(seconds=TOUCH_SECONDS)
    with transaction.atomic():
        StaffSession.objects.filter(pk=actor.access, active_at__lt=before, locked_at=None).update(active_at=now)


def lock(session: UUID | str, now: datetime) -> None:
    """Drop the private half; a password opens it again. Chats stay assigned. Safe to repeat."""
    with transaction.atomic():
        StaffSession.objects.filter(pk=session, locked_at=None, revoked_at=None).update(locked_at=now, wrapped=None)
    rings.drop(str(session))


def unlock(staff: Staff, session_key: str, token: str, password: str, now: datetime) -> bool:
    """Open a locked session with the password; False when it is the wrong one or the session is over."""
    private = staffkeys.open_private(staff, password)
    session = _find(staff.pk, session_key, token, now)
    if session is None or private is None:
        return False
    wrapped = _wrap(token, private, staff.pk)
    still = StaffSession.objects.filter(pk=session.pk, locked_at__isnull=False, revoked_at=None)
    with transaction.atomic():
        opened = still.update(locked_at=None, wrapped=wrapped, active_at=now) == 1
    return opened or session.locked_at is None


def end(actor: Actor) -> None:
    """Sign out: this session's keys are gone at once."""
    with transaction.atomic():
        if _revoke(StaffSession.objects.filter(pk=actor.access, revoked_at=None)):
            audit.note("signed_out", by=actor, subject=actor.id)


def end_by_key(session_key: str) -> None:
    """End the session that belongs to a Django session (quick exit, a locked browser that signs out)."""
    _revoke(StaffSession.objects.filter(session_key=session_key))


def own(actor: Actor) -> list[StaffSession]:
    """My sign-ins that are not over, the newest first."""
    now = timezone.now()
    return list(_alive(now).filter(staff=actor.id).order_by("-began_at"))


def revoke(actor: Actor, session: UUID) -> None:
    """Sign out one of my other browsers; its sockets close within a second. Raises NotFound, also for this one."""
    if not _end(actor, StaffSession.objects.filter(pk=session)):
        raise NotFound


def revoke_others(actor: Actor) -> int:
    """Sign out everywhere but here; how many."""
    return _end(actor, StaffSession.objects.all())


def seconds_left(actor: Actor, now: datetime) -> int:
    """How long this session may still go without activity before it locks; 0 or more."""
    active_at = StaffSession.objects.values_list("active_at", flat=True).get(pk=actor.access)
    return max(0, int((active_at - _idle_since(now)).total_seconds()))


def tend(now: datetime) -> None:
    """What each process does once a second: lock whoever is idle, drop the keys of whoever was locked or signed out."""
    lock_idle(now)
    wipe_ended(now)


def lock_idle(now: datetime) -> int:
    """Lock every session without activity for STAFF_IDLE_MINUTES; the pulse asks. How many."""
    idle = _alive(now).filter(locked_at=None, active_at__lt=_idle_since(now))
    ids = list(idle.values_list("pk", flat=True))
    for session in ids:
        lock(session, now)
    return len(ids)


def still_open(ids: Iterable[str], now: datetime, *, role: str | None = None) -> set[str]:
    """Which of these sessions may go on holding keys and sockets: unlocked, not over, of active staff of this role."""
    known = _alive(now).filter(pk__in=list(ids), locked_at=None, staff__is_active=True)
    known = known.filter(session_key__in=Session.objects.filter(expire_date__gt=now).values("session_key"))
    known = known.filter(staff__role=role) if role else known
    return {str(pk) for pk in known.values_list("pk", flat=True)}


def wipe_ended(now: datetime) -> None:
    """Drop the rings of this process whose session was locked or ended elsewhere."""
    held = rings.held()
    if held:
        valid = still_open(held, now)
        for access in held:
            if access not in valid:
                rings.drop(access)


def prune(now: datetime) -> int:
    """Forget sign-ins that are over for a day; how many."""
    day = timedelta(days=1)
    too_old = Q(began_at__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE) - day)
    with transaction.atomic():
        return StaffSession.objects.filter(too_old | Q(revoked_at__lt=now - day)).delete()[0]


def _end(actor: Actor, which: QuerySet[StaffSession]) -> int:
    """End those of mine that are not this one, and say so in the trail."""
    others = which.filter(staff=actor.id, revoked_at=None).exclude(pk=actor.access)
    with transaction.atomic():
        ended = _revoke(others)
        if ended:
            audit.note("session_ended", by=actor, subject=actor.id)
    return ended


def is_idle(session: StaffSession, now: datetime) -> bool:
    """Without activity for longer than a session may be."""
    return session.active_at < _idle_since(now)


def _idle_since(now: datetime) -> datetime:
    return now - timedelta(minutes=settings.STAFF_IDLE_MINUTES)


def _alive(now: datetime) -> QuerySet[StaffSession]:
    began = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return StaffSession.objects.filter(revoked_at=None, began_at__gt=began)


def _find(staff: UUID, session_key: str, token: str, now: datetime) -> StaffSession | None:
    lookup = digests.token_lookup(token)
    return _alive(now).filter(staff=staff, session_key=session_key, token_lookup=lookup).first()


def _wrap(token: str, private: bytes, staff: UUID) -> bytes:
    return wraps.wrap(digests.token_kek(token), private, staffkeys.purpose(staff))


def _open(session: StaffSession, token: str) -> bytes | None:
    try:
        kek = digests.token_kek(token)
        return wraps.unwrap(kek, session.wrapped, staffkeys.purpose(session.staff_id)) if session.wrapped else None
    except Unreadable:
        return None


def _ring(session: UUID, private: bytes | None) -> Ring | None:
    return rings.of_session(str(session), private) if private else None
