"""Reading a timeline, notices, taking back, read marks. Every channel writes and reads the same log."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import BooleanField, FilteredRelation, Max, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import seats
from counselling.cases.models import Case, Entry, Role, Seat
from counselling.errors import Empty, Invalid, NotAllowed, NotFound, TooLate, TooLong
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

MAX_TEXT = 4000
PAGE = 200
MAX_SEQ = 2**31 - 1  # what the column holds
SPOKEN = (Entry.Kind.MESSAGE, Entry.Kind.LETTER)  # what people wrote, as against what happened


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as its reader may see it. `text` is None unless it is a readable message or letter."""

    seq: int
    at: datetime
    kind: str  # message | letter | notice | taken_back | unreadable
    role: str
    name: str
    seat: int | None
    client_id: UUID | None
    text: str | None = field(repr=False)
    code: str
    about: dict[str, Any] | None
    hinted: bool = False  # a word of the list stands in it; only told to readers of the team (danger_words)


def clean_text(text: str) -> str:
    """Trimmed, 1-4000 characters without NUL; raises Empty, TooLong, or Invalid for half a character (a surrogate)."""
    text = whole_characters(text).strip()
    if not text:
        raise Empty
    if len(text) > MAX_TEXT:
        raise TooLong
    return text


def whole_characters(text: str) -> str:
    """The text without NUL, which PostgreSQL cannot hold; raises Invalid for a lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid from None
    return text.replace("\0", "")


def since(case_id: UUID, key: bytes, after: int, limit: int = PAGE) -> list[Line]:
    """Up to `limit` entries after `after` in order. The caller holds a seat (and thereby the key).

    Without gaps up to the log's end: a row that was deleted stands in its place as unreadable. One query, one more when
    something is not there.
    """
    page = Entry.objects.filter(case=case_id, seq__gt=after).order_by("seq")[:limit]
    rows = list(page.values_list("case__last_seq", *_FIELDS))
    end, last = rows[-1][:2] if rows else (0, -1)
    if last == after + len(rows) and (len(rows) == limit or last >= end):
        return [_line(case_id, key, *row) for _, *row in rows]
    last = min(after + limit, MAX_SEQ)
    log = _logs({case_id: key}, Q(entries__seq__gt=after, entries__seq__lte=last)).get(case_id)
    return _whole(case_id, log, range(after + 1, last + 1)) if log else []


_FIELDS = ("seq", "at", "kind", "role", "seat__staff__alias", "seat_id", "client_id", "sealed", "code", "about")


def of_many(wanted: Mapping[UUID, Collection[int]], keys: Mapping[UUID, bytes]) -> dict[tuple[UUID, int], Line]:
    """These entries of many cases, by case and seq; what no log reaches is left out, what was deleted is unreadable.

    One query, one more when something is not there. The caller holds a seat in each case. By exact pairs, which both
    databases find in their index whatever they believe about the length of a case; Django has no words for that.
    """
    pairs = [(Case._meta.pk.get_db_prep_value(case, connection), seq) for case, seqs in wanted.items() for seq in seqs]  # noqa: SLF001 -- the documented _meta API
    if not pairs:
        return {}
    values = ", ".join(["(%s, %s)"] * len(pairs))
    sql = f"(cases_entry.case_id, cases_entry.seq) IN (VALUES {values})"
    chosen = RawSQL(sql, [value for pair in pairs for value in pair], output_field=BooleanField())  # noqa: S611 -- placeholders only
    rows = Entry.objects.filter(chosen).values_list("case_id", *_FIELDS)
    lines = {(case, row[0]): _line(case, keys[case], *row) for case, *row in rows}
    return lines if len(lines) == len(pairs) else lines | _second_look(wanted, keys, lines.keys())


def _second_look(
    wanted: Mapping[UUID, Collection[int]], keys: Mapping[UUID, bytes], there: Collection[tuple[UUID, int]]
) -> dict[tuple[UUID, int], Line]:
    """The cases of which something is not there, once more and with their ends: it is not written yet, or deleted."""
    short = {case: sorted(seqs) for case, seqs in wanted.items() if any((case, seq) not in there for seq in seqs)}
    logs = _logs({case: keys[case] for case in short}, Q(entries__seq__in=set().union(*short.values())))
    return {(case, line.seq): line for case, log in logs.items() for line in _whole(case, log, short[case])}


@dataclass(frozen=True, slots=True)
class _Log:
    """Some entries of a case by seq, and where its log ended, and when, at the moment at which they were read."""

    end: int
    at: datetime
    lines: dict[int, Line] = field(default_factory=dict)


def _logs(keys: Mapping[UUID, bytes], wanted: Q) -> dict[UUID, _Log]:
    """These cases' wanted entries and their logs' ends; a case that is gone is left out.

    In one statement and so as of one moment: what is written or erased meanwhile can not look like a deleted row.
    """
    logs: dict[UUID, _Log] = {}
    cases = Case.objects.annotate(row=FilteredRelation("entries", condition=wanted)).filter(pk__in=list(keys))
    fields = ("pk", "last_seq", "last_at", "opened_at", *(f"row__{name}" for name in _FIELDS))
    for case, end, last_at, opened_at, seq, *rest in cases.order_by("row__seq").values_list(*fields):
        log = logs.setdefault(case, _Log(end, last_at or opened_at))
        if seq is not None:
            log.lines[seq] = _line(case, keys[case], seq, *rest)
    return logs


def _whole(case_id: UUID, log: _Log, seqs: Iterable[int]) -> list[Line]:
    """Of these seqs, in order: what the log has, and a placeholder for what it lacks, which the audit log is told."""
    at = next((line.at for line in log.lines.values()), log.at)
    whole: list[Line] = []
    for seq in seqs:
        line = log.lines.get(seq) or (_deleted(seq, at) if seq <= log.end else None)
        if line:
            whole.append(line)
            at = line.at
    if missing := sum(line.seq not in log.lines for line in whole):
        seats.audit.error("%d entries of case %s are missing", missing, case_id)
    return whole


def _deleted(seq: int, at: datetime) -> Line:
    """In the place of an entry that is not there any more; whose it was, nobody knows."""
    return Line(seq, at, "unreadable", seats.ROLE_NAMES[Role.SYSTEM], "", None, None, None, "", None)


def _line(  # noqa: PLR0917 -- a row's columns
    case_id: UUID,
    key: bytes,
    seq: int,
    at: datetime,
    kind: int,
    role: int,
    alias: str | None,
    seat: int | None,
    client_id: UUID | None,
    sealed: bytes | None,
    code: str,
    about: dict[str, Any] | None,
) -> Line:
    text, shown = None, Entry.Kind(kind).name.lower()
    if kind in SPOKEN:
        try:
            text = _spoken(key, sealed or b"", kind, case_id, role, seq, client_id)
        except sealing.Unreadable:
            shown = "unreadable"
            seats.audit.error("an entry of case %s does not open", case_id)
    return Line(seq, at, shown, seats.ROLE_NAMES[Role(role)], alias or "", seat, client_id, text, code, about)


def _spoken(  # noqa: PLR0917 -- a row's columns
    key: bytes, sealed: bytes, kind: int, case_id: UUID, role: int, seq: int, client_id: UUID | None
) -> str:
    if kind == Entry.Kind.LETTER:
        return open_letter(key, sealed, case_id, role, seq, client_id)
    return sealing.open_sealed(key, sealed, Binding(Kind.MESSAGE, case_id, role, seq))


def letter_binding(case_id: UUID, role: int, letter: UUID | None, *, seq: int = 0) -> Binding:
    """What a letter is bound to: its id from the first draft on, and its place once somebody with the key sends it."""
    return Binding(Kind.LETTER, case_id, role, seq, letter)


def open_letter(  # noqa: PLR0917 -- a row's columns
    key: bytes, sealed: bytes | memoryview, case_id: UUID, role: int, seq: int, letter: UUID | None
) -> str:
    """The text of a letter on the timeline; raises Unreadable.

    Bound to its place, or to its id alone where a timer sent what was written for later (pitfalls 3). A letter that is
    bound to its place opens nowhere else, whichever is tried.
    """
    try:
        return sealing.open_sealed(key, sealed, letter_binding(case_id, role, letter, seq=seq))
    except sealing.Unreadable:
        return sealing.open_sealed(key, sealed, letter_binding(case_id, role, letter))


def marks(case_id: UUID) -> dict[str, int]:
    """How far each side has read; raises NotFound when the case is gone."""
    return seats.company(case_id).read


def add_notice(case: Case, code: str, **about: object) -> None:
    """Append a coded notice; `case` is locked. About holds ids, aliases and times, never text."""
    case.last_seq += 1
    case.save(update_fields=["last_seq"])
    Entry.objects.create(
        case=case,
        seq=case.last_seq,
        kind=Entry.Kind.NOTICE,
        role=Role.SYSTEM,
        code=code,
        about=about or None,
        at=timezone.now(),
    )
    bell.ring(cases=[case.pk], teams=[case.team_id])


def add_message(case: Case, seat: Seat, key: bytes, text: str) -> None:
    """Append one message outside the batch (a waiting person's draft); `case` is locked."""
    now = timezone.now()
    case.last_seq += 1
    case.last_at = now
    case.unanswered_since = (case.unanswered_since or now) if seat.role == Role.SEEKER else None
    case.save(update_fields=["last_seq", "last_at", "unanswered_since"])
    sealed = sealing.seal(key, text, Binding(Kind.MESSAGE, case.pk, seat.role, case.last_seq))
    Entry.objects.create(
        case=case, seq=case.last_seq, kind=Entry.Kind.MESSAGE, role=seat.role, seat=seat, sealed=sealed, at=now
    )
    bell.ring(cases=[case.pk], teams=[case.team_id])


def add_letter(case: Case, seat: Seat, letter: UUID, sealed_at: Callable[[int], bytes]) -> Entry:
    """Append a letter to a locked case; a repeat adds nothing. `sealed_at` gives its bytes for the place it gets.

    A timer has no key: it gives those that were sealed under the letter's id alone (pitfalls 3).
    """
    known = Entry.objects.filter(client_id=letter, seat=seat).first()
    if known:
        return known
    now = timezone.now()
    case.last_seq += 1
    case.last_at = now
    case.unanswered_since = (case.unanswered_since or now) if seat.role == Role.SEEKER else None
    case.save(update_fields=["last_seq", "last_at", "unanswered_since"])
    bell.ring(cases=[case.pk], teams=[case.team_id])
    return Entry.objects.create(
        case=case,
        seq=case.last_seq,
        kind=Entry.Kind.LETTER,
        role=seat.role,
        seat=seat,
        client_id=letter,
        sealed=sealed_at(case.last_seq),
        at=now,
    )


def take_back(actor: Actor, case_id: UUID, seq: int, kind: int = Entry.Kind.MESSAGE) -> None:
    """Remove an own message nobody has read yet, or a letter (mail withdraws it with what is attached).

    Raises NotFound, NotAllowed (not mine), TooLate (read).
    """
    with transaction.atomic():
        mine = seats.locked(actor, case_id)
        entry = Entry.objects.filter(case=case_id, seq=seq, kind=kind).first()
        if entry is None:
            raise NotFound
        if entry.seat_id != mine.pk:
            raise NotAllowed
        if Seat.objects.filter(case=case_id, read_seq__gte=seq).exclude(pk=mine.pk).exists():
            raise TooLate
        entry.kind, entry.sealed = Entry.Kind.TAKEN_BACK, None
        entry.save(update_fields=["kind", "sealed"])
        _answered_or_not(mine.case)
        add_notice(mine.case, "taken_back", seq=seq)


def _answered_or_not(case: Case) -> None:
    """Since when the seeker waits for an answer, told by the messages that are left."""
    left = Entry.objects.filter(case=case, kind__in=SPOKEN)
    answered = left.exclude(role=Role.SEEKER).aggregate(Max("seq"))["seq__max"] or 0
    oldest = left.filter(role=Role.SEEKER, seq__gt=answered).order_by("seq").first()
    case.unanswered_since = oldest.at if oldest else None
    case.save(update_fields=["unanswered_since"])
