"""Many chats' messages and read marks in one transaction: the hot path of design section 4.

Rules 16-20 of pitfalls.md: lock cases in one order and skip the locked, check seats, known ids and doubles within
the batch before writing, replay singly when the database refuses the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from counselling.cases.domain import calls, danger_words
from counselling.cases.models import Case, Entry, Role, Seat
from counselling.errors import Closed, Conflict, DomainError, NotFound, Unavailable
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind


@dataclass(slots=True)
class Post:
    """One message to be written: by which seat, under which case key. `client_id` makes a repeat harmless."""

    case: UUID
    seat: int
    role: int
    client_id: UUID
    text: str = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(slots=True)
class Mark:
    """How far a seat has read."""

    case: UUID
    seat: int
    seq: int


@dataclass(frozen=True, slots=True)
class Posted:
    """On disk under this `seq`. `repeat` tells that the id was known already and nothing was written.

    `hinted`: a young person wrote it, and a word that may hint at danger stands in it.
    """

    seq: int
    at: datetime
    repeat: bool = False
    hinted: bool = False


class Busy(Exception):
    """Another transaction holds the case."""


Outcome = Posted | DomainError | Busy

_OF_CASE = ("pk", "team_id", "last_seq", "state", "unanswered_since")

_INSERT = (
    "INSERT INTO cases_entry (case_id, seq, kind, role, seat_id, client_id, sealed, code, at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_ADVANCE = "UPDATE cases_case SET last_seq = %s, last_at = %s, unanswered_since = %s WHERE id = %s"
_MARK = (
    "UPDATE cases_seat SET read_seq = %s WHERE id = %s AND read_seq < %s "
    "AND %s <= (SELECT last_seq FROM cases_case WHERE cases_case.id = cases_seat.case_id)"
)


def commit(posts: Sequence[Post], marks: Sequence[Mark] = ()) -> list[Outcome]:
    """Write all in one transaction; the outcomes stand in the order of `posts`, durable when this returns.

    Raises DatabaseError only when the database refuses even single messages (it is away).
    """
    try:
        return _write(posts, marks)
    except DatabaseError:
        if len(posts) + len(marks) <= 1:
            raise
        connection.close_if_unusable_or_obsolete()
    return _one_by_one(posts, marks)


def _one_by_one(posts: Sequence[Post], marks: Sequence[Mark]) -> list[Outcome]:
    """The database refused the batch: whoever spoils it is alone with that. Raises when all are refused."""
    outcomes: list[Outcome] = []
    refusals: list[DatabaseError] = []
    for one_post, one_mark in [((post,), ()) for post in posts] + [((), (mark,)) for mark in marks]:
        try:
            outcomes += _write(one_post, one_mark)
        except DatabaseError as refusal:
            refusals.append(refusal)
            outcomes += [Unavailable() for _ in one_post]
            connection.close_if_unusable_or_obsolete()
    if len(refusals) == len(posts) + len(marks):
        raise refusals[0]
    return outcomes


def _write(posts: Sequence[Post], marks: Sequence[Mark]) -> list[Outcome]:
    with transaction.atomic():
        batch = _Batch(posts, marks)
        outcomes = [batch.place(post) for post in posts]
        batch.write()
    return outcomes


@dataclass(slots=True)
class _Log:
    """A locked case's end of log, as the batch moves it on. `hinted`: of what was written now."""

    team: UUID
    last_seq: int
    state: str
    unanswered_since: datetime | None
    grown: bool = False
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What stands under an id already: sealed on disk, or in plain text earlier in this batch."""

    seq: int
    at: datetime
    sealed: bytes | None
    plain: str = ""


class _Batch:
    """The state of the cases and seats of one batch, and what is to be written to them."""

    def __init__(self, posts: Sequence[Post], marks: Sequence[Mark]) -> None:
        self.now = timezone.now()
        self.stamp = connection.ops.adapt_datetimefield_value(self.now)
        self.cases = self._lock({post.case for post in posts})
        self.seats = self._open_seats({post.seat for post in posts})
        self.known = self._known(posts)
        self.rows: list[tuple[Any, ...]] = []
        self.marks = marks

    def _lock(self, ids: set[UUID]) -> dict[UUID, _Log]:
        """The cases by id, locked in the order of ids; those that others hold are left out."""
        if not ids:
            return {}
        rows = Case.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, skip_locked=True)
        return {
            pk: _Log(team, last_seq, state, unanswered)
            for pk, team, last_seq, state, unanswered in rows.values_list(*_OF_CASE)
        }

    def _open_seats(self, ids: set[int]) -> dict[int, UUID]:
        if not ids:
            return {}
        return dict(Seat.objects.filter(pk__in=ids, ended_at__isnull=True).values_list("pk", "case_id"))

    def _known(self, posts: Sequence[Post]) -> dict[tuple[int | None, UUID | None], _Known]:
        """What is on disk under the batch's ids, by (seat, id)."""
        if not posts:
            return {}
        rows = Entry.objects.filter(client_id__in=[post.client_id for post in posts])
        return {
            (seat, client_id): _Known(seq, at, None if sealed is None else bytes(sealed))
            for seat, client_id, seq, at, sealed in rows.values_list("seat_id", "client_id", "seq", "at", "sealed")
        }

    def place(self, post: Post) -> Outcome:
        """Decide one post and, if it is new and allowed, give it the next seq."""
        earlier = self.known.get((post.seat, post.client_id))
        if earlier:
            return _repeat(post, earlier, hinted=self._is_hinted(post))
        if self.seats.get(post.seat) != post.case:
            return NotFound()
        case = self.cases.get(post.case)
        if case is None:
            return Busy()  # its seat stands, so it does, too
        if not _takes(post, case.state):
            return Closed()
        return self._append(post, case)

    def _append(self, post: Post, case: _Log) -> Posted:
        case.last_seq = seq = case.last_seq + 1
        case.unanswered_since = (case.unanswered_since or self.now) if post.role == Role.SEEKER else None
        case.grown = True
        hinted = self._is_hinted(post)
        case.hinted |= hinted
        sealed = sealing.seal(post.key, post.text, Binding(Kind.MESSAGE, post.case, post.role, seq))
        ids = _uuid(post.case), _uuid(post.client_id)
        self.rows.append((ids[0], seq, Entry.Kind.MESSAGE, post.role, post.seat, ids[1], sealed, "", self.stamp))
        self.known[post.seat, post.client_id] = _Known(seq, self.now, None, post.text)
        return Posted(seq, self.now, hinted=hinted)

    def _is_hinted(self, post: Post) -> bool:
        case = self.cases.get(post.case)
        return post.role == Role.SEEKER and case is not None and danger_words.lately(case.team).stand_in(post.text)

    def write(self) -> None:
        """Entries, then the ends of the logs, then read marks: monotone and never beyond the log's end.

        Then what a word puts forward, which is rare. By hand: Django's bulk_create and bulk_update took half of the
        writer's time (docs/benchmarks.md).
        """
        with connection.cursor() as cursor:
            if self.rows:
                cursor.executemany(_INSERT, self.rows)
                cursor.executemany(_ADVANCE, self._ends())
            if self.marks:
                cursor.executemany(_MARK, [(mark.seq, mark.seat, mark.seq, mark.seq) for mark in self.marks])
        if hinted := [case for case, log in self.cases.items() if log.hinted]:
            danger_words.put_forward(hinted)

    def _ends(self) -> list[tuple[Any, ...]]:
        adapt = connection.ops.adapt_datetimefield_value
        return [
            (log.last_seq, self.stamp, adapt(log.unanswered_since), _uuid(case_id))
            for case_id, log in self.cases.items()
            if log.grown
        ]


def _takes(post: Post, state: str) -> bool:
    """A running chat takes messages of both, the queue those of whoever waits; letters only beside a call."""
    if state == Case.State.WAITING:
        return post.role == Role.SEEKER
    return state == Case.State.ACTIVE or (state == Case.State.LETTERS and calls.talking(post.case))


def _uuid(value: UUID) -> object:
    """As the database keeps it."""
    return Case._meta.pk.get_db_prep_value(value, connection)  # noqa: SLF001 -- the documented _meta API


def _repeat(post: Post, known: _Known, *, hinted: bool) -> Outcome:
    """The first result again when the text is the same; Conflict when it is another one."""
    plain = known.plain
    if known.sealed is not None:
        try:
            plain = sealing.open_sealed(post.key, known.sealed, Binding(Kind.MESSAGE, post.case, post.role, known.seq))
        except sealing.Unreadable:
            return Conflict()
    taken_back = not plain  # it was delivered once, which is what the repeat asks
    same = taken_back or plain == post.text
    return Posted(known.seq, known.at, repeat=True, hinted=hinted) if same else Conflict()
