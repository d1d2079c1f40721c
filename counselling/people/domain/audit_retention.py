"""The audit trail's oldest entries go after AUDIT_MONTHS, by whole months, and the rest stays verifiable.

What Django's admin notes of its own (who changed which row) goes with them.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from counselling.people.domain.audit_chain import ANCHOR, PRUNED, alone, append, chain, numbered
from counselling.people.domain.audit_proof import verify
from counselling.people.models import AuditEntry

log = logging.getLogger("counselling.audit")


def prune(now: datetime) -> int:
    """Let go of what is older than the last AUDIT_MONTHS whole months; how many entries. Safe to repeat.

    The last of them stays as the anchor, without what it told, and a new entry of the trail names it. A trail that was
    tampered with is left as it is: evidence does not expire, and nobody gets rid of entries by dating them back.
    """
    limit = months_before(now, settings.AUDIT_MONTHS)
    chain()
    if _last_to_go(limit) is None:
        return 0
    if problems := verify():
        log.error("the audit trail was not shortened: %s at %d", problems[0].kind, problems[0].number)
        return 0
    with alone():
        last = _last_to_go(limit)
        return _shorten(last, now) if last else 0


def prune_admin_log(now: datetime) -> int:
    """Let go of what the admin noted before the last AUDIT_MONTHS whole months; how many rows. Safe to repeat."""
    return LogEntry.objects.filter(action_time__lt=months_before(now, settings.AUDIT_MONTHS)).delete()[0]


def months_before(now: datetime, months: int) -> datetime:
    """The beginning of the month so many months before this one, in the house's time zone."""
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    total = month.year * 12 + month.month - 1 - months
    return timezone.make_aware(month.replace(year=total // 12, month=total % 12 + 1))


def _last_to_go(limit: datetime) -> AuditEntry | None:
    """The newest entry of those that lie wholly before `limit`; None where there is none but an anchor."""
    kept = numbered().filter(at__gte=limit).order_by("number").first()
    older = numbered().filter(number__lt=kept.number) if kept else numbered()
    last = older.order_by("-number").first()
    return None if last is None or last.event == ANCHOR else last


def _shorten(last: AuditEntry, now: datetime) -> int:
    """Make `last` the anchor; needs `alone`."""
    told = AuditEntry(at=now, event=PRUNED, subject=last.pk, code=str(last.number))
    append([told])
    told.save(force_insert=True)
    gone = numbered().filter(number__lte=last.number).exclude(event=ANCHOR).count()
    numbered().filter(number__lt=last.number).delete()
    blank = {"actor": None, "subject": None, "case_ref": None, "code": "", "kid": ""}
    AuditEntry.objects.filter(pk=last.pk).update(at=now, event=ANCHOR, **blank)
    return gone
