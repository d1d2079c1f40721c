"""The team's letters as lists: who waits unclaimed, what is mine, what is due; a constant number of queries.

Which cases stand on a page is asked first (`lists.py`), by index and no more than a page of them; what a row shows
comes after that (`rows.py`), so that thousands of cases cost what twenty do.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from counselling.mail.domain import lists, rows
from counselling.mail.domain.lists import Chosen
from counselling.mail.domain.rows import Row
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

PAGE: Final = 16
MOST_COUNTED: Final = 100  # a count that reaches it is shown as "more than"
COUNTED: Final = ("inbox", "mine", "due", "reminders")


@dataclass(frozen=True)
class Listed:
    """One page of a list. `counts` are of the lists in COUNTED, without filters, up to MOST_COUNTED."""

    chosen: Chosen
    rows: list[Row] = field(repr=False)
    more: bool
    counts: dict[str, int]
    several: bool  # I work in more than one team
    shut: bool  # there is something, and none of it opens for this session


def page(actor: Actor, chosen: Chosen, now: datetime) -> Listed:
    """What the chosen tab shows. Raises NotAllowed for everybody but counsellors."""
    actor.require_counsellor()
    chosen, teams = chosen.known(), my_teams(actor)
    begin = (chosen.page - 1) * PAGE
    ids = lists.ids(actor, teams, chosen, now, begin=begin, end=begin + PAGE + 1)
    shown = rows.of(actor, ids[:PAGE], now)
    return Listed(
        chosen=chosen,
        rows=shown,
        more=len(ids) > PAGE,
        counts=_counts(actor, teams, now),
        several=len(teams) > 1,
        shut=bool(shown) and not any(row.opens for row in shown),
    )


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many stand in each list of COUNTED; `mine` counts those that wait for me. Raises NotAllowed."""
    actor.require_counsellor()
    return _counts(actor, my_teams(actor), now)


def due(actor: Actor, now: datetime) -> int:
    """How many are due today or over, with me or with nobody; one query. Raises NotAllowed."""
    actor.require_counsellor()
    return lists.number(actor, Team.objects.filter(staff=actor.id).values("pk"), Chosen("due"), now, most=MOST_COUNTED)


def my_teams(actor: Actor) -> list[UUID]:
    """The teams somebody works in."""
    return list(Team.objects.filter(staff=actor.id).order_by().values_list("pk", flat=True))


def _counts(actor: Actor, teams: list[UUID], now: datetime) -> dict[str, int]:
    return {tab: lists.number(actor, teams, Chosen(tab), now, most=MOST_COUNTED) for tab in COUNTED}
