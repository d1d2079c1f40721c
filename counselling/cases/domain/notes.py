"""Internal notes: sealed under the case key, for those seated from the team; seekers never see them."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import alarm, keys, seats, timeline, twice
from counselling.cases.models import Note, Role, Seat
from counselling.errors import NotAllowed
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

NoteView = dict[str, object]


def add(actor: Actor, case_id: UUID, text: str) -> NoteView:
    """Write a note of 1-4000 characters, once if its form comes twice. Raises Empty, TooLong, NotFound, NotAllowed."""
    actor.require_counsellor()
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        key, text = keys.case_key(actor, case_id), timeline.clean_text(text)
        note = _sent_twice(actor, case_id, key, text) or write(seat, key, text)
    return _view(note, text, actor)


def write(seat: Seat, key: bytes, text: str) -> Note:
    """Append a note by a seat whose case is locked."""
    if seat.role == Role.SEEKER or seat.staff_id is None:
        raise NotAllowed
    text = timeline.clean_text(text)
    number = (Note.objects.filter(case=seat.case_id).aggregate(Max("number"))["number__max"] or 0) + 1
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


def _sent_twice(actor: Actor, case_id: UUID, key: bytes, text: str) -> Note | None:
    """My same note of the last moments."""
    lately = Note.objects.filter(case=case_id, author=actor.id, at__gt=twice.since()).select_related("author")
    return next((note for note in lately if _open(note, key) == text), None)


def _open(note: Note, key: bytes) -> str | None:
    return alarm.opened(key, note.sealed, _binding(note.case_id, note.number))


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
