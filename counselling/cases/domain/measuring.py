"""How long and how much, in whole numbers for count rows: taken where it happens, since nobody may ask a case later."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from counselling.cases.models import Case, Entry, Role, Waiting

LONGEST: Final = 24 * 60  # minutes: whatever takes longer counts as a day
MOST: Final = 500  # messages of one side
_BEGAN: Final = "chat_began"
_BROKE_OFF: Final = ("back_to_queue", "counsellor_lost")
_MARKS: Final = (_BEGAN, *_BROKE_OFF, "closed")


def minutes(lasted: timedelta) -> int:
    """Whole minutes that went by, 0 to LONGEST."""
    return min(max(0, int(lasted.total_seconds() // 60)), LONGEST)


def of_claim(case: Case, waiting: Waiting, now: datetime) -> dict[str, object]:
    """Of a chat that begins: `wait` in minutes; `resumed` if it had broken off and goes on. One query.

    To be asked before the notice of its beginning is written.
    """
    last = _marks(case).values_list("code", flat=True).last()
    return {"wait": minutes(now - waiting.since), "resumed": last in _BROKE_OFF}


def of_chat(case: Case, now: datetime, *, silent: bool = False) -> dict[str, object]:
    """Of a chat that ends: its `duration` in minutes and each side's messages. Two queries.

    A chat that went back to the queue in between is one chat; the time until it went on does not count. `silent`: it
    ended by itself, so it lasted until the last word. To be asked before the notice of its end is written.
    """
    lasted, after = _parts(case, (case.last_at or now) if silent else now)
    written = Entry.objects.filter(case=case, kind=Entry.Kind.MESSAGE, seq__gt=after)
    sides = written.aggregate(
        seeker=Count("pk", filter=Q(role=Role.SEEKER)), team=Count("pk", filter=~Q(role=Role.SEEKER))
    )
    return {
        "duration": minutes(lasted),
        "messages_seeker": min(sides["seeker"], MOST),
        "messages_team": min(sides["team"], MOST),
    }


def _parts(case: Case, until: datetime) -> tuple[timedelta, int]:
    """How long somebody of the team sat there since the chat before ended, and after which entry that was."""
    lasted, began, after = timedelta(), None, 0
    for code, seq, at in _marks(case).values_list("code", "seq", "at"):
        if code == _BEGAN:
            began = began or at
            continue
        if code == "closed":
            lasted, after = timedelta(), seq
        elif began:
            lasted += at - began
        began = None
    return lasted + (until - began if began else timedelta()), after


def _marks(case: Case) -> QuerySet[Entry]:
    """Beginnings, breaks and ends of the case's chats, in order."""
    return Entry.objects.filter(case=case, kind=Entry.Kind.NOTICE, code__in=_MARKS).order_by("seq")
