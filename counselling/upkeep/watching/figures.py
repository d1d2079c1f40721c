"""How the centre's work stands, summed over all teams: numbers alone, no team, no person, no case.

They are what a shift sees (statistics/domain/live.py), at most some seconds old, and are kept nowhere here. How long a
collector may keep them: docs/watching.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from counselling.cases.models import Case
from counselling.mail.models import OutgoingMail
from counselling.people.models import Team
from counselling.statistics.domain import live

_MINUTE: Final = 60


@dataclass(frozen=True)
class Figures:
    """Times are whole minutes given as seconds, 0 where nobody waits; `here` and `full` count once for each team.

    `unattended`: teams in which somebody waits and nobody is here.
    """

    waiting: int
    longest_wait: int
    unanswered: int
    open_chats: int
    here: int
    full: int
    unattended: int
    letters_overdue: int
    mails_unsent: int


def taken() -> Figures:
    """Asked of the database now, with a connection of its own. Raises DatabaseError."""
    try:
        return _taken(timezone.now())
    finally:
        connection.close()


def _taken(now: datetime) -> Figures:
    loads = live.measured(list(Team.objects.all()), now)
    return Figures(
        waiting=sum(load.waiting for load in loads),
        longest_wait=max((load.longest_wait or 0 for load in loads), default=0) * _MINUTE,
        unanswered=max((load.unanswered or 0 for load in loads), default=0) * _MINUTE,
        open_chats=Case.objects.filter(state=Case.State.ACTIVE).count(),
        here=sum(load.here for load in loads),
        full=sum(load.full for load in loads),
        unattended=sum(bool(load.waiting and not load.here) for load in loads),
        letters_overdue=sum(load.overdue for load in loads),
        mails_unsent=OutgoingMail.objects.filter(tries__gt=0, until__gt=now).count(),
    )
