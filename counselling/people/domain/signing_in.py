"""Signing in, step by step: after the password a second factor, and for those who have none yet its set-up."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from django.conf import settings
from django.db import transaction

from counselling.people.domain import audit, authenticator, factors, presence, sessions, sparecodes
from counselling.people.models import Staff


class Step(Enum):
    """What comes next for somebody whose password was right."""

    PROVE = "prove"
    SET_UP = "set_up"
    KEEP_CODES = "keep_codes"
    ENTER = "enter"


def next_step(staff: UUID, *, proved: bool) -> Step:
    """`proved`: a second factor was shown, or set up just now. Only a demo lets somebody in who has none."""
    if not factors.has_any(staff):
        return Step.ENTER if settings.DEMO else Step.SET_UP
    if not proved:
        return Step.PROVE
    return Step.ENTER if sparecodes.exist(staff) else Step.KEEP_CODES


def prove(staff: UUID, typed: str, now: datetime) -> str:
    """Which factor a typed code proves, the app's or a spare one; "" for neither."""
    if authenticator.check(staff, typed, now):
        return factors.APP
    return factors.SPARE if sparecodes.use(staff, typed, now) else ""


def enter(staff: Staff, session_key: str, private: bytes, how: str) -> str:
    """Begin the session of somebody who has proved everything; the token for the browser's second cookie.

    `how`: the second factor, "" for the password alone.
    """
    with transaction.atomic():
        actor, token = sessions.begin(staff, session_key, private)
        presence.arrive(staff)
        audit.note("signed_in", by=actor, subject=staff.pk, code=how)
    return token


def note_guessing(staff: UUID) -> None:
    """Somebody who knows the password tries codes: worth a line in the audit trail."""
    with transaction.atomic():
        audit.note("factor_refused", subject=staff)
