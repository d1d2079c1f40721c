"""What a connection reads: who is connected, what they may open, what changed. Synchronous; run by `run_db`."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from counselling.cases.domain import closing, danger_words, keys, places, queue, seats, timeline, trail
from counselling.cases.domain.places import Place
from counselling.cases.domain.seats import SeatView
from counselling.cases.domain.timeline import Line
from counselling.cases.models import Case, Waiting
from counselling.people.domain import access, sessions
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team


@dataclass(frozen=True)
class Greeting:
    """What a connection starts with. `blocked`: a seeker whose chat was ended by a block today."""

    cases: list[dict[str, Any]]
    teams: frozenset[UUID] = field(default_factory=frozenset)
    blocked: bool = False


@dataclass(frozen=True)
class Opened:
    """A seat's right to a stream, dropped when the seat ends; where the log ended and how far the seat had read."""

    seat: int
    role: int
    team: UUID
    key: bytes = field(repr=False)
    end: int = 0
    read: int = 0


@dataclass(frozen=True)
class CaseState:
    """A case as its reader sees it now."""

    seat: int
    role: int
    last_seq: int
    state: str
    ending: str
    read: dict[str, int]
    seats: list[SeatView]


def greet(actor: Actor) -> Greeting:
    """The actor's open cases (a seeker: the newest one) and, for staff, the teams whose queue they see."""
    if actor.kind == "seeker":
        cases = seats.own(actor)[:1]
        teams: frozenset[UUID] = frozenset()
    else:
        mine = Case.objects.filter(seats__staff=actor.id, seats__ended_at__isnull=True)
        cases = mine.exclude(state=Case.State.LETTERS)  # they may be hundreds, and nothing of them is live
        teams = frozenset(Team.objects.filter(staff=actor.id).values_list("pk", flat=True))
    rows = list(cases.values_list("pk", "last_seq", "state", "ending", "closed_at"))
    shown = [{"case": str(pk), "last_seq": seq, "state": state} for pk, seq, state, *_ in rows]
    blocked = actor.kind == "seeker" and any(closing.blocked_today(ending, closed_at) for *_, ending, closed_at in rows)
    return Greeting(shown, teams, blocked)


def open_case(actor: Actor, case_id: UUID) -> Opened:
    """The actor's seat and the case's key; raises NotFound, NotAllowed, Unreadable."""
    seat = seats.seated(actor, case_id)
    key = keys.case_key(actor, case_id)
    if actor.kind == "staff":
        keys.to_seeker(case_id, key)
    trail.opened(actor, seat.case)
    return Opened(seat.pk, seat.role, seat.case.team_id, key, seat.case.last_seq, seat.read_seq)


def fresh(actor: Actor, case_id: UUID, key: bytes, after: int, limit: int) -> list[Line]:
    """Entries after `after`; checks the seat each time, so that a lost seat reads nothing more."""
    team = seats.seated(actor, case_id).case.team_id
    return _for(actor, team, timeline.since(case_id, key, after, limit))


def case_state(actor: Actor, case_id: UUID) -> CaseState:
    """State, seats and read marks; raises NotFound when the seat is gone."""
    seat = seats.seated(actor, case_id)
    return _state(seat.pk, seat.role, case_id)


def arrive(actor: Actor, case_id: UUID) -> Place:
    """A seeker's page connected: note it, begin the chat if they were called; their place then."""
    queue.appear(actor, case_id)
    return places.place(actor, case_id)


def log_ends(case_ids: list[UUID]) -> dict[UUID, int]:
    """How far each log reaches; a case that is gone is left out."""
    return dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "last_seq"))


def places_of(case_ids: list[UUID]) -> dict[UUID, Place]:
    """The places of connected waiting seekers, by team in a constant number of queries."""
    found: dict[UUID, Place] = {}
    waiting = Waiting.objects.filter(case__in=case_ids, ended_at__isnull=True).select_related("called_by", "team")
    by_team: dict[UUID, list[Waiting]] = {}
    for place in waiting:
        by_team.setdefault(place.team_id, []).append(place)
    for team_id, group in by_team.items():
        found |= places.places(team_id, group)
    return found


def still_in(seekers: set[int], staff: set[str]) -> set[str]:
    """Of the connected sessions, those that hold: cookie accesses by id, unlocked sign-ins of those who counsel."""
    valid = {str(pk) for pk in access.still_valid(sorted(seekers))}
    return valid | (sessions.still_open(staff, timezone.now(), role=Staff.Role.COUNSELLOR) if staff else set())


# --- streams: many at once, and a new one in one go ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Want:
    """The entries that one stream lacks, and the seat by which its actor may have them."""

    actor: Actor
    case: UUID
    seat: int
    team: UUID
    key: bytes = field(repr=False)
    seqs: list[int]


def fresh_together(wants: list[Want]) -> list[list[Line] | None]:
    """What each stream wants, in order; None where its seat does not hold (any more).

    Two queries for all of them, three when a row lacks.
    """
    held = seats.still_seated([(want.actor, want.case, want.seat) for want in wants])
    wanted: dict[UUID, set[int]] = {}
    keys_of: dict[UUID, bytes] = {}
    for want, holds in zip(wants, held, strict=True):
        if holds:
            wanted.setdefault(want.case, set()).update(want.seqs)
            keys_of[want.case] = want.key
    lines = timeline.of_many(wanted, keys_of)
    return [
        _for(want.actor, want.team, [lines[want.case, seq] for seq in want.seqs if (want.case, seq) in lines])
        if holds
        else None
        for want, holds in zip(wants, held, strict=True)
    ]


@dataclass(frozen=True)
class Begun:
    """A new stream's right, where it begins, its first page, and the case as it was just before that was read."""

    opened: Opened
    after: int
    lines: list[Line]
    state: CaseState


def begin(actor: Actor, case_id: UUID, after: int) -> Begun:
    """All that a new stream starts with: at most four queries, three when nothing is new. Raises like `open_case`."""
    opened = open_case(actor, case_id)
    state = _state(opened.seat, opened.role, case_id)
    after = min(after, state.last_seq)  # nobody knows entries that are not written yet
    lines = timeline.since(case_id, opened.key, after) if after < state.last_seq else []
    return Begun(opened, after, _for(actor, opened.team, lines), state)


def _for(actor: Actor, team: UUID, lines: list[Line]) -> list[Line]:
    """For readers of the team with a mark where a word may hint at danger."""
    return lines if actor.kind == "seeker" else danger_words.marked(lines, danger_words.lately(team))


def _state(seat: int, role: int, case_id: UUID) -> CaseState:
    """The case for this seat. One query, and nobody's right is asked."""
    case = seats.company(case_id)
    return CaseState(seat, role, case.last_seq, case.state, case.ending, case.read, case.names)
