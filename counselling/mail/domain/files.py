"""What is attached to letters: who sees it, and its bytes, opened chunk after chunk for whoever may."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import alarm, keys, seats
from counselling.cases.models import Case, Entry, Role, Seat
from counselling.errors import Conflict, NotFound
from counselling.mail.domain import names, rules
from counselling.mail.domain.aside import stand_aside
from counselling.mail.models import File, FileChunk
from counselling.people.domain.actors import Actor
from counselling.vault import chunks, sealing
from counselling.vault.chunks import Place, Stage
from counselling.vault.sealing import Binding, Kind

MOST_PER_LETTER: Final = 5
MOST_BYTES: Final = 10_000_000
_AT_ONCE: Final = 2  # chunks read together: 128 KiB


class Barred(Conflict):
    """Somebody reported this file: nobody opens it any more."""

    code = "barred"
    sentence = _("Diese Datei ist gesperrt.")


class Broken(Conflict):
    """It was tampered with, or part of it is missing."""

    code = "broken"
    sentence = _("Diese Datei lässt sich nicht mehr öffnen.")


@dataclass(frozen=True, slots=True)
class FileView:
    """An attached file as its reader sees it. `size` in bytes, a little rounded; `name` is "" for a locked one."""

    id: UUID
    name: str = field(repr=False)
    media: str
    size: int
    is_image: bool
    locked: bool


def of_letters(actor: Actor, case_id: UUID, letter_ids: Collection[UUID]) -> dict[UUID, list[FileView]]:
    """What is attached to these letters (sent ones, or the actor's unsent one), by letter; those without are left out.

    Three queries at most, however many letters. Raises NotFound, NotAllowed, Locked.
    """
    seat = seats.seated(actor, case_id)
    found = list(visible(seat).filter(letter__in=letter_ids).order_by("at", "pk")) if letter_ids else []
    if not found:
        return {}
    key = keys.case_key(actor, case_id)
    by_letter: dict[UUID, list[FileView]] = {}
    for file in found:
        by_letter.setdefault(file.letter, []).append(view(file, key))
    return by_letter


def of_sent_letters(actor: Actor, case_id: UUID) -> dict[UUID, list[FileView]]:
    """What is attached to the letters that were sent in this case, by letter. Raises NotFound, NotAllowed, Locked."""
    seats.seated(actor, case_id)
    carried = File.objects.filter(case=case_id, complete=True).values_list("letter", flat=True)
    sent = Entry.objects.filter(case=case_id, kind=Entry.Kind.LETTER, client_id__in=carried)
    return of_letters(actor, case_id, [letter for letter in sent.values_list("client_id", flat=True) if letter])


def may_attach(actor: Actor, case_id: UUID) -> bool:
    """Whether this team lets the actor's side attach files, and the actor writes letters here. Raises as `seated`."""
    return allowed(seats.seated(actor, case_id))


def allowed(seat: Seat) -> bool:
    """The same for a seat with its case."""
    rule = rules.of_team(seat.case.team_id)
    return (seat.role == Role.SEEKER and rule.files_from_seekers) or (
        seat.role == Role.COUNSELLOR and rule.files_from_staff
    )


def visible(seat: Seat) -> QuerySet[File]:
    """What this seat may know of: whole files of letters that were sent, and of the one that it is writing itself."""
    sent = Entry.objects.filter(case=seat.case_id, client_id=OuterRef("letter"), kind=Entry.Kind.LETTER)
    return File.objects.filter(Q(seat=seat) | Exists(sent), case=seat.case_id, complete=True)


def case_of(actor: Actor, file_id: UUID) -> UUID:
    """The young person's case in which this file is; raises NotFound for anybody else's."""
    actor.require_seeker()
    case = Case.objects.filter(files=file_id, seeker=actor.id).values_list("pk", flat=True).first()
    if case is None:
        raise NotFound
    return case


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read: `length` in bytes, its `parts` in order, each at most 64 KiB."""

    view: FileView
    length: int
    parts: Iterator[bytes] = field(repr=False)


def opened(actor: Actor, case_id: UUID, file_id: UUID) -> Opened:
    """The file's bytes, read while they are asked for; a file that is locked meanwhile breaks off (Unreadable).

    Raises NotFound for everybody who holds no seat here, Barred for a locked one, Broken, Locked.
    """
    seat = seats.seated(actor, case_id)
    file = visible(seat).filter(pk=file_id).first()
    if file is None:
        raise NotFound
    if file.locked_at is not None:
        raise Barred
    key = keys.case_key(actor, case_id)
    try:
        length, parts = chunks.open_all(key, _rows(file.pk), place(file, Stage.WHOLE))
    except sealing.Unreadable:
        seats.audit.error("a file of case %s does not open", case_id)
        raise Broken from None
    return Opened(view(file, key), length, parts)


def view(file: File, key: bytes) -> FileView:
    """A whole file as it is shown."""
    locked = file.locked_at is not None
    name = "" if locked else names.whole(_stem(file, key), file.media)
    return FileView(file.pk, name, file.media, file.size, file.media != File.Media.PDF, locked)


def place(file: File, stage: Stage) -> Place:
    """What its chunks are bound to."""
    return Place(file.case_id, file.pk, stage)


def name_binding(file: File) -> Binding:
    """What its name is bound to."""
    return Binding(Kind.FILE_NAME, file.case_id, file.role, ref=file.pk)


def _stem(file: File, key: bytes) -> str:
    return alarm.opened(key, file.name, name_binding(file)) or ""


def _rows(file: UUID) -> Iterator[bytes | memoryview]:
    """Its sealed chunks in order, a few at a time, as long as nobody locks it."""
    after = -1
    rest = FileChunk.objects.filter(file=file, file__locked_at__isnull=True).order_by("number")
    while page := list(rest.filter(number__gt=after).values_list("number", "sealed")[:_AT_ONCE]):
        stand_aside()  # a slow line may take minutes for it
        yield from (sealed for _number, sealed in page)
        after = page[-1][0]
