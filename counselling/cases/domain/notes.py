"""Internal notes: sealed under the case key, for those seated from the team; seekers never see them."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import keys, seats, timeline
from counselling.cases.models import Note, Role, Seat
from counselling.errors import NotAllowed
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

NoteView = dict[str, object]


def add(actor: Actor, case_id: UUID, text: str) -> NoteView:
    """Write a note of 1-4000 characters; raises Empty, TooLong, NotFound, NotAllowed."""
    actor.require_counsellor()
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        note = write(seat, keys.case_key(actor, case_id), text)
    return _view(note, timeline.clean_text(text), actor)


def write(seat: Seat, key: bytes, text: str) -> Note:
    """Append a note by a seat whose case is locked."""
    if seat.role == Role.SEEKER or seat.staff_id is None:
        raise NotAllowed
    text = timeline.clean_text(text)
    number = Note.objects.filter(case=seat.case_id).count() + 1
    bell.ring(teams=[seat.case.team_id])
    return Note.objects.create(
        case_id=seat.case_id,
        number=number,
        author_id=seat.staff_id,
        sealed=sealing.seal(key, text, _binding(seat.case_id, number)),
        at=timezone.now(),
    )


def of_case(actor: Actor, case_id: UUID, key: bytes) -> list[NoteView]:
    """All notes in order; one that does not open is shown as such. The caller checked the seat."""
    notes = Note.objects.filter(case=case_id).select_related("author").order_by("number")
    return [_view(note, _open(note, key), actor) for note in notes]


def _open(note: Note, key: bytes) -> str | None:
    try:
        return sealing.open_sealed(key, note.sealed, _binding(note.case_id, note.number))
    except sealing.Unreadable:
        return None


def _view(note: Note, text: str | None, actor: Actor) -> NoteView:
    return {
        "id": note.number,
        "author": note.author.alias,
        "at": note.at.isoformat(),
        "text": text,
        "mine": note.author_id == actor.id,
    }


def _binding(case_id: UUID, number: int) -> Binding:
    return Binding(Kind.NOTE, case_id, Role.COUNSELLOR, number)
