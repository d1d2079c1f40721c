"""Deleting on time: seals first, then rows, then what the database engine still holds of them (pitfalls 22)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from counselling import meters
from counselling.cases.domain import (
    consultation,
    danger,
    erased,
    erasing,
    estimates,
    lifetime,
    risk_records,
    scrubbing,
    seats,
)
from counselling.cases.models import Case, Seal
from counselling.centre.domain import reports
from counselling.errors import NotFound
from counselling.people.domain import audit_retention, invitations, members
from counselling.people.domain import sessions as staff_sessions
from counselling.people.models import Seeker, SeekerAccess

ORPHAN_DAYS = 2
_SHORTEST_MONTH = timedelta(days=28)

_needs: list[Callable[[datetime], Exists]] = []


def spare(needed: Callable[[datetime], Exists]) -> None:
    """Have cases that go after hours spared while `needed` (for a query of cases, given the time) holds for them."""
    _needs.append(needed)


def prune(now: datetime) -> dict[str, int]:
    """Erase every case whose time is over and all that expired; how many of each. Safe to repeat."""
    members.reconcile_all()  # somebody may have left a team where nobody noticed
    cases = _erase_closed(now) + _erase_kept(now) + _sweep_unsealed()
    with transaction.atomic():
        accesses = SeekerAccess.objects.filter(expires_at__lt=now).delete()[0] + invitations.prune(now)
        sessions = Session.objects.filter(expire_date__lt=now).delete()[0] + staff_sessions.prune(now)
        samples = estimates.forget_old(now)
        orphans = Q(cases__isnull=True, created_on__lt=(now - timedelta(days=ORPHAN_DAYS)).date())
        seekers = Seeker.objects.filter(orphans).delete()[0]
        barriers = reports.prune(timezone.localtime(now).date())
        admin_log = audit_retention.prune_admin_log(now)
    records, asked = risk_records.prune(now), consultation.prune(now)
    trail = audit_retention.prune(now)
    erased.keep()
    scrubbing.scrub(thorough=True)
    meters.happened("prune")
    return {
        "cases": cases,
        "accesses": accesses,
        "sessions": sessions,
        "samples": samples,
        "seekers": seekers,
        "barriers": barriers,
        "risk records": records,
        "consultations": asked,
        "trail entries": trail,
        "admin log entries": admin_log,
    }


def _erase_closed(now: datetime) -> int:
    """Cases of those who keep nothing, CLOSED_CHAT_HOURS after their end.

    So long after their beginning, or the end of a chat, those that were to be letters: without words to come back none
    was ever sent.
    """
    limit = _closing_limit(now)
    quiet = Q(last_at=None) | Q(last_at__lt=limit)
    over = Q(closed_at__lt=limit) | Q(quiet, state=Case.State.LETTERS, opened_at__lt=limit)
    due = Case.objects.filter(over).exclude(_is_kept()).exclude(danger.stands_at())
    for needed in _needs:
        due = due.exclude(needed(now))
    return _erase_each(due, "expired", lambda _case: True)


def _erase_kept(now: datetime) -> int:
    """Cases of those who have a passphrase, KEPT_CASE_MONTHS after they were last seen; letters that rest, too."""
    today = timezone.localdate(now)
    not_seen = Q(seeker__seen_on=None) | Q(seeker__seen_on__lte=today - settings.KEPT_CASE_MONTHS * _SHORTEST_MONTH)
    over = Q(closed_at__lt=_closing_limit(now)) | Q(state=Case.State.LETTERS)
    due = Case.objects.filter(over, not_seen, _is_kept()).exclude(danger.stands_at())

    def is_over(case: Case) -> bool:
        seen_on = case.seeker.seen_on or case.seeker.created_on
        return lifetime.kept_until(seen_on, case.closed_at) < today

    return _erase_each(due, "kept_expired", is_over)


def _sweep_unsealed() -> int:
    """What a wish left behind that was interrupted between seals and rows."""
    unsealed = Case.objects.filter(~Exists(Seal.objects.filter(case=OuterRef("pk"))))
    return _erase_each(unsealed, "wish", lambda _case: True)


def _erase_each(due: QuerySet[Case], reason: erasing.Reason, is_over: Callable[[Case], bool]) -> int:
    """Erase each case in a transaction of its own, once it is locked and still due."""
    return sum(_erase_one(due, case_id, reason, is_over) for case_id in list(due.values_list("pk", flat=True)))


def _erase_one(due: QuerySet[Case], case_id: UUID, reason: erasing.Reason, is_over: Callable[[Case], bool]) -> bool:
    with transaction.atomic():
        # Their seeker first, as everywhere: a passphrase that is being kept in this moment comes before or after.
        list(Seeker.objects.select_for_update().filter(pk__in=Case.objects.filter(pk=case_id).values("seeker")))
        try:
            case = seats.lock(case_id)
        except NotFound:
            return False
        if not (due.filter(pk=case_id).exists() and is_over(case)):
            return False
        erasing.erase_case(case, reason)
        return True


def _closing_limit(now: datetime) -> datetime:
    return now - timedelta(hours=settings.CLOSED_CHAT_HOURS)


def _is_kept() -> Exists:
    kept = SeekerAccess.objects.filter(seeker=OuterRef("seeker"), kind=SeekerAccess.Kind.PASSPHRASE)
    return Exists(kept)
