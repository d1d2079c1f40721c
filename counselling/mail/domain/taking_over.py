"""Who is on call answers a letter that cannot wait, also where the case has a keeper; the keeper is told.

Only within the team, only while the young person's letter is urgent or hints at danger and nobody has answered it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import by_letter, keys, seats
from counselling.cases.models import Case, Entry, Role, Seat
from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.mail.domain import oncall
from counselling.mail.models import OnCall
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

TOLD_FOR: Final = timedelta(days=7)
_MOST: Final = 50

_PRESSES: Final = Q(correspondence__urgent=True) | Q(correspondence__hinted=True)
_WAITS: Final = Q(correspondence__due_at__isnull=False, correspondence__since__gte=F("unanswered_since"))


@dataclass(frozen=True)
class Pressing:
    """A letter that cannot wait, with somebody else. `urgent`: they said so; `hinted`: a word hints at danger."""

    case: UUID
    nickname: str = field(repr=False)
    keeper: str
    since: datetime
    urgent: bool
    hinted: bool


@dataclass(frozen=True)
class Taken:
    """A case of mine that somebody on call took over."""

    case: UUID
    nickname: str = field(repr=False)
    by: str
    at: datetime


def is_on_call(actor: Actor) -> bool:
    """Whether I stand in a list of one of my teams. Raises NotAllowed for everybody but counsellors."""
    actor.require_counsellor()
    return _teams(actor).exists()


def number_pressing(actor: Actor) -> int:
    """How many letters that cannot wait lie with colleagues, for whoever is on call. One query."""
    actor.require_counsellor()
    return _pressing(actor)[:_MOST].count()


def pressing(actor: Actor) -> list[Pressing]:
    """Those letters, the longest waiting first. Three queries."""
    actor.require_counsellor()
    rows = list(_pressing(actor).select_related("keeper", "correspondence").order_by("correspondence__since")[:_MOST])
    opened, now = keys.case_keys(actor, [case.pk for case in rows]), timezone.now()
    return [
        Pressing(
            case=case.pk,
            nickname=keys.nickname(case, opened.get(case.pk)),
            keeper=case.keeper.alias if case.keeper else "",
            since=case.correspondence.since or now,
            urgent=case.correspondence.urgent,
            hinted=case.correspondence.hinted,
        )
        for case in rows
    ]


def take_over(actor: Actor, case_id: UUID) -> None:
    """Answer this case from now on, as who is on call; noted in the trail, and all who read the case see it.

    Raises NotFound (another team's, or no letters), NotAllowed (not on call), Conflict (it does not press any more, or
    nobody keeps it: then it lies in the inbox), Locked (not let in).
    """
    actor.require_counsellor()
    with transaction.atomic():
        case = seats.lock(case_id)
        if case.state != Case.State.LETTERS or not Staff.objects.filter(pk=actor.id, teams=case.team_id).exists():
            raise NotFound
        if not OnCall.objects.filter(team=case.team_id, staff=actor.id).exists():
            raise NotAllowed(_("Das geht nur, wenn du in der Rufbereitschaft dieses Teams stehst."))
        keys.case_key(actor, case_id)  # who cannot read it must not take it
        if case.keeper_id is None or not _pressing(actor).filter(pk=case_id).exists():
            raise Conflict(_("Das ist nicht mehr nötig: Jemand hat geantwortet, oder der Fall liegt im Eingang."))
        before = Staff.objects.values_list("alias", flat=True).get(pk=case.keeper_id)
        by_letter.pass_on(case, actor.id, by=actor, before=before, read_seq=0, why=by_letter.ON_CALL)
        oncall.somebody_came(case_id)


def taken_from_me(actor: Actor, now: datetime) -> list[Taken]:
    """Cases of mine that somebody on call took over in the last TOLD_FOR and that are not mine again. Three queries."""
    actor.require_counsellor()
    rows = list(_taken(actor, now).select_related("case__team").order_by("-at")[:_MOST])
    opened = keys.case_keys(actor, [row.case_id for row in rows])
    return [
        Taken(row.case_id, keys.nickname(row.case, opened.get(row.case_id)), (row.about or {})["to"], row.at)
        for row in rows
    ]


def number_taken(actor: Actor, now: datetime) -> int:
    """How many those are. One query."""
    actor.require_counsellor()
    return _taken(actor, now)[:_MOST].count()


def _teams(actor: Actor) -> QuerySet[Team]:
    return Team.objects.filter(staff=actor.id, on_call__staff=actor.id)


def _pressing(actor: Actor) -> QuerySet[Case]:
    """Of the teams in which I am on call; with a keeper who is not me."""
    resting = Case.objects.filter(team__in=_teams(actor), state=Case.State.LETTERS, keeper__isnull=False)
    return resting.exclude(keeper=actor.id).filter(_PRESSES, _WAITS)


def _taken(actor: Actor, now: datetime) -> QuerySet[Entry]:
    """The notices of it in cases in which my seat ended meanwhile."""
    since = now - TOLD_FOR
    left = Seat.objects.filter(staff=actor.id, role=Role.COUNSELLOR, ended_at__gte=since, case__team__staff=actor.id)
    lost = Entry.objects.filter(case__in=left.values("case"), code="handed_over", at__gte=since)
    mine = lost.filter(about__why=by_letter.ON_CALL, about__from=actor.alias)
    return mine.exclude(case__keeper=actor.id)
