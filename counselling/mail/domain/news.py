"""Telling a young person that there is something new: once a day, a while later, and not what they have read already.

A mail shows who sent it and when (pitfalls 26): so it goes out 5 to 30 random minutes after the letter or the notice.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from counselling.cases.domain import newsworthy
from counselling.cases.models import Case, Entry, Role, Seat
from counselling.mail.models import NotifyAddress, OutgoingMail

EARLIEST, LATEST = timedelta(minutes=5), timedelta(minutes=30)
KEPT = timedelta(days=3)  # with a mail server that is away for longer it is no news any more
DAY = timedelta(days=1)

Verdict = Literal["send", "later", "drop"]


def after_letter(case: Case) -> None:
    """A letter of the team, or what else is newsworthy, stands in this case: its young person hears of it if they want.

    After the commit, since a row that names a seeker must not be written under a case's lock (order: seeker, case).
    """
    seeker = case.seeker_id
    transaction.on_commit(lambda: _announce(seeker), robust=True)


def _announce(seeker: UUID) -> None:
    with transaction.atomic():
        address = NotifyAddress.objects.select_for_update().filter(seeker=seeker, confirmed=True).first()
        if address is None or OutgoingMail.objects.filter(seeker=seeker, kind=OutgoingMail.Kind.NEWS).exists():
            return
        at = timezone.now() + _a_while()
        OutgoingMail.objects.create(
            kind=OutgoingMail.Kind.NEWS,
            to=address.sealed,
            language=address.language,
            seeker_id=seeker,
            not_before=at,
            until=at + KEPT,
        )


def verdict(seeker: UUID, now: datetime) -> Verdict:
    """Whether they are told now, the next day (they were told today), or not at all (read meanwhile, switched off)."""
    address = NotifyAddress.objects.filter(seeker=seeker, confirmed=True).first()
    if address is None or not _has_unread(seeker):
        return "drop"
    return "later" if address.told_on == timezone.localdate(now) else "send"


def told(seeker: UUID, now: datetime) -> None:
    """The mail server took it: nothing more today."""
    with transaction.atomic():
        NotifyAddress.objects.filter(seeker=seeker).update(told_on=timezone.localdate(now))


def _has_unread(seeker: UUID) -> bool:
    letters = Q(kind=Entry.Kind.LETTER, role=Role.COUNSELLOR)
    new = Entry.objects.filter(letters | newsworthy.notices(), case=OuterRef("case"), seq__gt=OuterRef("read_seq"))
    return Seat.objects.filter(Exists(new), case__seeker=seeker, role=Role.SEEKER).exists()


def _a_while() -> timedelta:
    spread = int((LATEST - EARLIEST).total_seconds())
    return EARLIEST + timedelta(seconds=secrets.randbelow(spread + 1))
