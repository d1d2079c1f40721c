"""Until when a letter wants an answer: the clock of the oldest unanswered one, in working days.

It runs from the first letter without an answer to the first personal reply; a hand-over never begins it anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.utils import timezone

from counselling.cases.domain.facts import URGENT_STRAIN
from counselling.cases.models import Case
from counselling.centre.domain import hours, worktime
from counselling.mail.domain import rules
from counselling.mail.models import Correspondence

URGENT_MINUTES = 15  # after the opening, where something cannot wait
CHANNEL = "chat"  # whose hours say when somebody is there

Light = Literal["green", "amber", "red"]


@dataclass(frozen=True)
class Promise:
    """What a young person is told before they send."""

    days: int
    latest_days: int
    due_at: datetime


def promise(team: UUID, now: datetime) -> Promise:
    """The promise for a letter that is sent now."""
    rule = rules.of_team(team)
    return Promise(rule.answer_days, rule.latest_days, worktime.end_of(now, rule.answer_days))


def asked(case: Case, *, urgent: bool, hinted: bool) -> None:
    """A letter of the young person was added to a locked case: its clock begins unless it runs already.

    Urgent or hinted ones are due URGENT_MINUTES after somebody is there; neither is ever taken back by a later letter.
    """
    now = timezone.now()
    row = _of(case)
    if not _runs(row, case):
        _begin(row, now)
        row.urgent = row.hinted = False
    if urgent or hinted:
        row.due_at = min(row.due_at or _soon(case, now), _soon(case, now))
    row.urgent, row.hinted = row.urgent or urgent, row.hinted or hinted
    row.save()


def runs(case: Case) -> bool:
    """Whether a letter waits already. A word at the end of a chat is none: "thank you, bye" wants no answer in days."""
    return _runs(_of(case), case)


def rested(case: Case) -> None:
    """A chat within letters ended on the young person's word, and nobody answered: from now on it waits like a letter.

    `case` is locked.
    """
    if case.unanswered_since is not None and not runs(case):
        asked(case, urgent=case.facts.strain == URGENT_STRAIN, hinted=False)


def answered(case: Case) -> None:
    """A personal reply was added to a locked case: nothing waits any more."""
    Correspondence.objects.filter(case=case).update(since=None, due_at=None, urgent=False, hinted=False)


def withdrawn(case: Case) -> None:
    """A letter was taken back from a locked case: the clock stays with what is left, or stops with nothing left."""
    if case.unanswered_since is None:
        answered(case)
        return
    row = _of(case)
    if row.since is None:
        return
    if row.urgent or row.hinted:  # which of the letters was it? Rather too soon than too late
        row.since = case.unanswered_since
    else:
        _begin(row, case.unanswered_since)
    row.save()


def light(due_at: datetime | None, now: datetime) -> Light:
    """Green while more than a working day's hours are left, amber from then on, red when it is over."""
    if due_at is None:
        return "green"
    if now >= due_at:
        return "red"
    return "amber" if worktime.hours_left(due_at, now) <= worktime.day_hours() else "green"


def _of(case: Case) -> Correspondence:
    return Correspondence.objects.filter(case=case).first() or Correspondence(case=case, team_id=case.team_id)


def _runs(row: Correspondence, case: Case) -> bool:
    return row.since is not None and case.unanswered_since is not None and row.since >= case.unanswered_since


def _begin(row: Correspondence, since: datetime) -> None:
    row.since = since
    row.due_at = worktime.end_of(since, rules.of_team(row.team_id).answer_days)


def _soon(case: Case, now: datetime) -> datetime:
    """URGENT_MINUTES after somebody is there: now within the hours, else after the next opening, else from now on."""
    opens = now
    if not hours.is_within(case.team_id, CHANNEL, now):
        opens = hours.next_opening(case.team_id, CHANNEL, now) or now
    return opens + timedelta(minutes=URGENT_MINUTES)
