"""The audit trail: who opened, claimed, handed over, exported, let in, reset. For supervisors; no content, no names.

Events are coded; a case is called by its `audit_ref`, which nothing keeps once the case is erased.
"""

from collections import OrderedDict
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry

EVENTS: Final = (
    "signed_in",
    "signed_out",
    "password_changed",
    "password_reset",
    "invited",
    "factor_added",
    "factor_removed",
    "factor_refused",
    "session_ended",
    "vault_founded",
    "let_in",
    "recovery_used",
    "recovery_renewed",
    "epoch_began",
    "rewrapped",
    "case_opened",
    "claimed",
    "handed_over",
    "back_to_queue",
    "colleague_invited",
    "colleague_left",
    "closed",
    "exported",
    "erased",
    "content_refused",
    "second_look",
    "file_locked",
    "file_deleted",
    "facts_changed",
    "agreed",
    "risk_assessed",
    "risk_read",
    "risk_seen",
    "consultation_asked",
    "consultation_answered",
    "partner_written",
    "partners_imported",
    "referral_handed",
    "referral_opened",
    "room_set",
    "offer_withdrawn",
    "alert_set",
    "foreword_written",
    "release_frozen",
    "hours_changed",
    "campaign_changed",
    "special_day_set",
    "announcement_set",
    "help_changed",
    "topic_changed",
    "capacity_set",
    "on_call_changed",
    "modules_changed",
    "absence_set",
)
MOST_REMEMBERED: Final = 10_000
_ONCE: Final = UUID("6f0a8e0c-5d0f-4c7e-9a53-1f1f0a3b7c21")
_remembered: OrderedDict[UUID, None] = OrderedDict()  # what this process need not write again today


def note(
    event: str,
    *,
    by: Actor | None = None,
    subject: UUID | None = None,
    case_ref: UUID | None = None,
    code: str = "",
) -> None:
    """Write one event, in the transaction of what it tells. Raises ValueError for an undeclared event."""
    _entry(event, by=by, subject=subject, case_ref=case_ref, code=code).save(force_insert=True)


def note_once(event: str, *, by: Actor, case_ref: UUID | None = None, code: str = "") -> None:
    """As `note`, but once per session, case, code and day: refreshing a page must not fill the trail.

    The entry's id is made of these, so that several processes write one; one insert, and nothing the next time.
    """
    mark = uuid5(_ONCE, f"{event}|{by.access}|{case_ref}|{code}|{timezone.localdate()}")
    if mark in _remembered:
        return
    entry = _entry(event, by=by, case_ref=case_ref, code=code)
    entry.id = mark
    with transaction.atomic():
        AuditEntry.objects.bulk_create([entry], ignore_conflicts=True)
        transaction.on_commit(lambda: _remember(mark))


def _entry(
    event: str, *, by: Actor | None, subject: UUID | None = None, case_ref: UUID | None = None, code: str = ""
) -> AuditEntry:
    if event not in EVENTS:
        raise ValueError(event)
    actor = by.id if by and by.kind == "staff" else None
    return AuditEntry(at=timezone.now(), event=event, actor=actor, subject=subject, case_ref=case_ref, code=code)


def _remember(mark: UUID) -> None:
    _remembered[mark] = None
    while len(_remembered) > MOST_REMEMBERED:
        _remembered.popitem(last=False)
