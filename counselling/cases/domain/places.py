"""The places in a team's queue as those see them who look: the person who waits, the desk, the pulse."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from counselling.cases.domain import door, seats
from counselling.cases.models import Case, Waiting
from counselling.people.domain.actors import Actor

PRESENT = timedelta(seconds=30)
# Who comes first; then whoever waits longest. Whose danger was judged, who was promised the top, who said that it is
# urgent, and only then those of whom a word makes us think so.
ORDER: Final = ("-grave", "-front", "-urgent", "-hinted")


@dataclass(frozen=True)
class Place:
    """What a waiting person sees. `state`: waiting | called | ended | none; `deadline` while called.

    After a missed call: when that was (`called_at`, told during a call as well), and until when the place at the top is
    kept for them (`kept_until`).
    """

    state: str
    position: int
    minutes: tuple[int, int] | None
    open: str
    deadline: datetime | None
    by: str
    called_at: datetime | None = None
    kept_until: datetime | None = None


def in_line(team_id: UUID) -> QuerySet[Waiting]:
    """The open places of a team in their order."""
    return Waiting.objects.filter(team=team_id, ended_at__isnull=True).order_by(*ORDER, "since", "case_id")


def stamps(team_ids: Iterable[UUID]) -> dict[UUID, tuple[object, ...]]:
    """What differs as soon as a team's queue does: cheap to compare, whoever changed it. One query."""
    line = Waiting.objects.filter(team__in=list(team_ids), ended_at__isnull=True).order_by()
    rows = line.values_list("team").annotate(
        Count("pk"),
        Max("since"),
        Count("called_by"),
        Max("called_at"),
        Max("deadline"),
        Max("kept_until"),
        hints=Count("pk", filter=Q(hinted=True)),
        dangers=Count("pk", filter=Q(grave=True)),
    )
    return {row[0]: row[1:] for row in rows}


def is_present(waiting: Waiting, now: datetime) -> bool:
    """Whether the waiting person's page was connected within the last seconds."""
    return waiting.seen_at is not None and now - waiting.seen_at < PRESENT


def place(actor: Actor, case_id: UUID) -> Place:
    """The seeker's place now; raises NotFound."""
    seat = seats.seated(actor, case_id)
    waiting = Waiting.objects.select_related("called_by", "team").get(case=case_id)
    if waiting.ended_at is not None:
        over = seat.case.state == Case.State.CLOSED and waiting.how != Waiting.How.CLAIMED
        return Place("ended" if over else "none", 0, None, "open", None, "")
    return places(waiting.team_id, [waiting])[case_id]


def places(team_id: UUID, wanted: list[Waiting]) -> dict[UUID, Place]:
    """The places of several waiting people of one team, in a constant number of queries."""
    now = timezone.now()
    status = door.status(team_id, now)
    if status.open == "nobody" and not door.nobody_for_long(wanted[0].team, now):
        status = replace(status, open="open")  # somebody who is away for a moment does not frighten those who wait
    order = {case_id: n for n, case_id in enumerate(in_line(team_id).values_list("case_id", flat=True), 1)}
    return {waiting.case_id: _place(waiting, order.get(waiting.case_id, 1), status) for waiting in wanted}


def _place(waiting: Waiting, position: int, status: door.DoorStatus) -> Place:
    called, kept = waiting.called_by is not None, waiting.kept_until is not None
    return Place(
        state="called" if called else "waiting",
        position=position,
        minutes=status.minutes,
        open=status.open,
        deadline=waiting.deadline,
        by=waiting.called_by.alias if waiting.called_by else "",
        called_at=waiting.called_at if called or kept else None,
        kept_until=None if called else waiting.kept_until,
    )
