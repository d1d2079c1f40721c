"""A second look: one colleague of the team reads an unsent letter and the one it answers, and both talk about it.

The colleague gets no seat. What they may open follows from an open row alone: this draft, the young person's last
letter, and the remarks. It ends when the letter is sent, thrown away, or no longer shared, and nothing of it is left.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import alarm, keys, seats, timeline, twice
from counselling.cases.models import Case, Entry, Role
from counselling.errors import Conflict, Empty, NotFound
from counselling.mail.domain import begun
from counselling.mail.models import SecondLook, SecondLookRemark
from counselling.people.domain import audit, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind


@dataclass(frozen=True)
class Remark:
    """What one of the two said; `text` is None where it does not open."""

    author: str
    mine: bool
    at: datetime
    text: str | None = field(repr=False)


@dataclass(frozen=True)
class Look:
    """A shared letter as both see it. Texts are None where there is none, or where it does not open."""

    id: UUID
    case: UUID
    mine: bool  # I wrote the letter
    author: str
    reader: str
    since: datetime
    draft: str | None = field(repr=False)
    saved_at: datetime
    answers: str | None = field(repr=False)
    answers_at: datetime | None
    remarks: list[Remark]


@dataclass(frozen=True)
class Row:
    """A shared letter in a list: who wrote it, who reads it, since when, how many remarks; nothing of its case."""

    id: UUID
    case: UUID
    author: str
    reader: str
    since: datetime
    remarks: int


def share(actor: Actor, case_id: UUID, *, reader: UUID) -> UUID:
    """Show my unsent letter of this case to one colleague; whoever was asked before no longer sees it.

    Raises Empty (no letter yet), NotFound (not of the team, or not let in), NotAllowed.
    """
    actor.require_counsellor()
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        letter = begun.at_hand(seat).first()
        if letter is None:
            raise Empty(_("Schreib erst etwas, dann kannst du es zeigen."))
        colleague = teamkeys.openers(seat.case.team_id).exclude(pk=actor.id).filter(pk=reader).first()
        if colleague is None:
            raise NotFound(_("Diese Person gehört nicht zum Team oder ist noch nicht freigeschaltet."))
        known = SecondLook.objects.filter(letter=letter).first()
        if known and known.reader_id == reader:
            return known.pk
        SecondLook.objects.filter(letter=letter).delete()
        made = SecondLook.objects.create(letter=letter, case_id=case_id, reader=colleague, since=timezone.now())
        audit.note("second_look", by=actor, subject=reader, case_ref=seat.case.audit_ref)
    return made.pk


def stop(actor: Actor, case_id: UUID) -> None:
    """Nobody else sees the letter any more, and the remarks are gone; nothing happens where nothing was shared."""
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        gone, _of = SecondLook.objects.filter(letter__seat=seat).delete()
        if gone:
            audit.note("second_look", by=actor, case_ref=seat.case.audit_ref, code="ended")


def of_letter(actor: Actor, case_id: UUID) -> Look | None:
    """My own shared letter of this case with what was said about it. Raises NotFound, NotAllowed."""
    seat = seats.seated(actor, case_id)
    row = _open().filter(letter__seat=seat).first()
    return _look(actor, row) if row else None


def read(actor: Actor, look: UUID) -> Look:
    """What I was asked to read, or shared myself. Raises NotFound for everybody else, NotAllowed, Locked."""
    row = _visible(actor, look)
    if row.reader_id == actor.id:
        audit.note_once("second_look", by=actor, case_ref=row.case.audit_ref, code="read")
    return _look(actor, row)


def remark(actor: Actor, look: UUID, text: str) -> None:
    """Say something about the letter, 1-4,000 characters; once, if the form comes twice.

    Raises Empty, TooLong, Invalid, NotFound, NotAllowed, Conflict (MOST remarks).
    """
    text = timeline.clean_text(text)
    with transaction.atomic():
        found = _visible(actor, look)
        seats.lock(found.case_id)
        row = _visible(actor, look)  # sent or no longer shared meanwhile: NotFound
        key = keys.case_key(actor, row.case_id)
        mine = row.remarks.filter(author=actor.id, at__gt=twice.since())
        if any(_opened(key, one.sealed, _of(one, row)) == text for one in mine):
            return
        if row.remarks.count() >= MOST:
            raise Conflict(_("Das sind schon sehr viele Anmerkungen. Sprecht am besten miteinander."))
        number = uuid.uuid4()
        sealed = sealing.seal(key, text, _binding(row.case_id, number))
        SecondLookRemark.objects.create(pk=number, look=row, author_id=actor.id, sealed=sealed, at=timezone.now())


MOST = 200


def asked(actor: Actor) -> list[Row]:
    """What I was asked to read, oldest first. One query for the rows."""
    actor.require_counsellor()
    return [_row(row) for row in _for_reader(actor)]


def shared(actor: Actor) -> list[Row]:
    """What I am showing to somebody."""
    actor.require_counsellor()
    return [_row(row) for row in _open().filter(letter__seat__staff=actor.id).prefetch_related("remarks")]


def number_asked(actor: Actor) -> int:
    """How many letters wait for my second look. One query."""
    actor.require_counsellor()
    return _for_reader(actor).count()


def _open() -> QuerySet[SecondLook]:
    """Shared letters whose writer still answers this case."""
    rows = SecondLook.objects.filter(letter__seat__ended_at__isnull=True).exclude(case__state=Case.State.CLOSED)
    return rows.select_related("case", "reader", "letter__seat__staff").order_by("since")


def _for_reader(actor: Actor) -> QuerySet[SecondLook]:
    """The reader is still of the team; whoever left it sees nothing any more."""
    rows = _open().filter(reader=actor.id, reader__is_active=True, reader__teams=F("case__team"))
    return rows.prefetch_related("remarks")


def _visible(actor: Actor, look: UUID) -> SecondLook:
    actor.require_counsellor()
    row = _for_reader(actor).filter(pk=look).first() or _open().filter(pk=look, letter__seat__staff=actor.id).first()
    if row is None:
        raise NotFound
    return row


def _look(actor: Actor, row: SecondLook) -> Look:
    key = keys.case_key(actor, row.case_id)
    seat = row.letter.seat
    last = Entry.objects.filter(case=row.case_id, kind=Entry.Kind.LETTER, role=Role.SEEKER).order_by("-seq").first()
    remarks = row.remarks.select_related("author").order_by("at", "pk")
    return Look(
        id=row.pk,
        case=row.case_id,
        mine=seat.staff_id == actor.id,
        author=_alias(seat.staff),
        reader=row.reader.alias,
        since=row.since,
        draft=_opened(key, row.letter.sealed, timeline.letter_binding(row.case_id, seat.role, row.letter_id)),
        saved_at=row.letter.saved_at,
        answers=_letter(key, last) if last else None,
        answers_at=last.at if last else None,
        remarks=[
            Remark(one.author.alias, one.author_id == actor.id, one.at, _opened(key, one.sealed, _of(one, row)))
            for one in remarks
        ],
    )


def _row(row: SecondLook) -> Row:
    author, said = row.letter.seat.staff, len(row.remarks.all())
    return Row(row.pk, row.case_id, _alias(author), row.reader.alias, row.since, said)


def _alias(staff: Staff | None) -> str:
    return staff.alias if staff else ""


def _letter(key: bytes, entry: Entry) -> str | None:
    try:
        return timeline.open_letter(key, entry.sealed or b"", entry.case_id, entry.role, entry.seq, entry.client_id)
    except sealing.Unreadable:
        alarm.does_not_open("letter", entry.case_id)
        return None


def _opened(key: bytes, sealed: bytes | memoryview, binding: Binding) -> str | None:
    return alarm.opened(key, sealed, binding)


def _of(one: SecondLookRemark, look: SecondLook) -> Binding:
    return _binding(look.case_id, one.pk)


def _binding(case_id: UUID, remark: UUID) -> Binding:
    return Binding(Kind.REMARK, case_id, Role.COUNSELLOR, ref=remark)
