"""Finding a case by its nickname: over opened names in memory, since the database knows none.

What is looked for never reaches the database, an address or a log. At most MOST cases are opened, the newest first;
their keys stay in the session's ring, so that only the first search of a session opens them (pitfalls 14).
"""

import threading
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from counselling.cases.domain import keys
from counselling.cases.models import Case
from counselling.errors import Empty, Locked, SlowDown
from counselling.mail.domain import rows
from counselling.mail.domain.rows import Row
from counselling.people.domain import teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

MOST: Final = 5000
MOST_FOUND: Final = 50
MOST_TYPED: Final = 200
_AT_ONCE: Final = 500  # keys that are opened by one query
_PATIENCE: Final = 10.0  # seconds
# A first search opens thousands of keys: two of them keep two cores busy, more would hold up the chats.
_room = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Found:
    """The newest first. `cut`: older cases were not looked at. `more`: not all that fit are shown.

    `shut`: names of my teams whose vault does not open for me, so that nothing of theirs can be found.
    """

    rows: list[Row] = field(repr=False)
    cut: bool
    more: bool
    several: bool  # I work in more than one team
    shut: list[str]


def by_nickname(actor: Actor, typed: str, now: datetime) -> Found:
    """Cases of my teams, open and closed, in whose nickname this stands; capitals and forms of letters do not matter.

    Raises Empty, Locked when none of my teams' vaults opens for me, SlowDown, NotAllowed.
    """
    actor.require_counsellor()
    wanted = fold(typed[:MOST_TYPED])
    if not wanted:
        raise Empty
    open_teams, shut = _teams(actor)
    if not open_teams:
        raise Locked(keys.NOT_LET_IN)
    if not _room.acquire(timeout=_PATIENCE):
        raise SlowDown
    try:
        fitting, cut = _fitting(actor, open_teams, wanted)
    finally:
        _room.release()
    return Found(
        rows=rows.of(actor, fitting[:MOST_FOUND], now),
        cut=cut,
        more=len(fitting) > MOST_FOUND,
        several=len(open_teams) + len(shut) > 1,
        shut=shut,
    )


def fold(name: str) -> str:
    """As names are compared: compatible forms are one, no capitals, one blank where there were several."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _teams(actor: Actor) -> tuple[list[UUID], list[str]]:
    """Ids of the teams that opened for me, names of those that did not."""
    mine = list(Team.objects.filter(staff=actor.id).order_by("name").values_list("pk", "name"))
    let_in = {pk for pk, _ in mine if actor.private and teamkeys.holds(actor.id, pk)}
    return [pk for pk, _ in mine if pk in let_in], [name for pk, name in mine if pk not in let_in]


def _fitting(actor: Actor, teams: list[UUID], wanted: str) -> tuple[list[UUID], bool]:
    newest = Case.objects.filter(team__in=teams, last_seq__gt=0).order_by("-opened_at").only("pk", "nickname")
    cases = list(newest[: MOST + 1])
    looked_at = cases[:MOST]
    fitting: list[UUID] = []
    for begin in range(0, len(looked_at), _AT_ONCE):
        part = looked_at[begin : begin + _AT_ONCE]
        opened = keys.case_keys(actor, [case.pk for case in part])
        fitting += [case.pk for case in part if wanted in fold(keys.nickname(case, opened.get(case.pk)))]
    return fitting, len(cases) > MOST
