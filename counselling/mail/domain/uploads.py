"""A file on its way in: in pieces of 64 KiB, each sealed at once; checked and made clean before anybody sees it.

The pieces lie beside the numbers of a whole file (RAW_FROM on) and are gone before it counts as complete. Every step is
a transaction of its own, so that a chat's messages never wait for a whole file.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import keys, seats
from counselling.cases.models import Seat
from counselling.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooLong, Unavailable
from counselling.mail.domain import begun, cleaning, files, letters, names
from counselling.mail.domain.aside import one_at_a_time
from counselling.mail.domain.files import MOST_BYTES, MOST_PER_LETTER, FileView
from counselling.mail.models import File, FileChunk, Letter
from counselling.people.domain.actors import Actor
from counselling.vault import chunks, sealing
from counselling.vault.chunks import Stage

RAW_FROM: Final = 1_000_000
MOST_PER_CASE: Final = 300_000_000  # bytes
UPLOADING: Final = ""  # in place of a media type, until it is known
CHECKING: Final = "checking"
GIVEN_UP: Final = timedelta(minutes=30)  # without a piece: nobody goes on with it
_STALLED: Final = timedelta(minutes=2)  # the same, where somebody begins anew
_EMPTY: Final = _("Diese Datei ist leer.")
_BATCH: Final = 4  # rows that one transaction takes out
_line = threading.Semaphore(1)  # per process: a chat's message waits behind one piece of a file at most


class NoRoom(Unavailable):
    """The disk is full, or the database is away: the letter is there, the file is not."""

    sentence = _("Die Datei konnte nicht gespeichert werden. Dein Brief ist noch da. Versuch es später noch einmal.")


class TooMany(Conflict):
    """As many as a letter may have."""

    code = "too_many"
    sentence = _("Mehr als fünf Dateien gehen nicht in einen Brief. Den Rest kannst du im nächsten schicken.")


class TooLarge(TooLong):
    """More than MOST_BYTES."""

    sentence = _("Diese Datei ist größer als 10 MB. Nimm bitte eine kleinere.")


def begin(actor: Actor, case_id: UUID, letter: UUID, *, name: str, size: int) -> tuple[UUID, UUID]:
    """(the new file's id, the id of the unsent letter it belongs to). `size` in bytes, `name` as the browser gave it.

    `letter`: under which id the page will send; where another is kept already, that one counts. Raises NotAllowed where
    the team does not want files, TooLarge, Invalid (empty), TooMany, AlreadySent, NotFound, Conflict, NoRoom.
    """
    if size > MOST_BYTES:
        raise TooLarge
    if size < 1:
        raise Invalid(_EMPTY)
    with _room(), transaction.atomic():
        seat = seats.locked(actor, case_id)
        if not files.allowed(seat):
            raise NotAllowed(_("Hier lassen sich gerade keine Dateien anhängen."))
        key = keys.case_key(actor, case_id)
        unsent = begun.at_hand(seat).first()
        letter = unsent.pk if unsent else letters.keep(actor, case_id, "", version=0, letter=letter).id
        _leave_room(seat, letter, size)
        file = File(id=uuid4(), case_id=case_id, letter=letter, seat=seat, role=seat.role, size=size, at=timezone.now())
        file.name = sealing.seal(key, names.stem(name), files.name_binding(file))
        file.media = UPLOADING
        file.save(force_insert=True)
        return file.pk, letter


def piece(actor: Actor, case_id: UUID, file_id: UUID, number: int, data: bytes) -> None:
    """Keep one piece, sealed. Each but the last has 64 KiB; one that came before is kept as it is.

    Raises NotFound, Invalid (another size than was told), NoRoom.
    """
    with _room(), _in_line():
        file = _mine(seats.locked(actor, case_id), file_id, UPLOADING)
        count = _count(file)
        expected = chunks.BYTES if number < count - 1 else file.size - (count - 1) * chunks.BYTES
        if not 0 <= number < count or len(data) != expected:
            raise Invalid
        key = keys.case_key(actor, case_id)
        sealed = chunks.seal(key, data, files.place(file, Stage.RAW), number, last=number == count - 1)
        FileChunk.objects.bulk_create(
            [FileChunk(file=file, number=RAW_FROM + number, sealed=sealed)], ignore_conflicts=True
        )
        File.objects.filter(pk=file.pk).update(at=timezone.now())


def measured(actor: Actor, case_id: UUID, file_id: UUID, size: int) -> None:
    """A file whose length nobody knew has so many bytes: before its last piece, and no more than was told at first.

    Raises NotFound, TooLarge, Invalid (empty), NoRoom.
    """
    with _room(), transaction.atomic():
        file = _mine(seats.locked(actor, case_id), file_id, UPLOADING)
        if size > file.size:
            raise TooLarge
        if size < 1:
            raise Invalid(_EMPTY)
        File.objects.filter(pk=file.pk).update(size=size, at=timezone.now())


def finish(actor: Actor, case_id: UUID, file_id: UUID) -> FileView:
    """Check what was uploaded, make it clean, and attach it. Safe to repeat.

    Raises cleaning.Refused with a sentence (the upload is gone then), Conflict when pieces are missing or the letter
    was sent meanwhile, NotFound, NoRoom, Busy while others are being checked (ask again).
    """
    with cleaning.turn():
        return _checked(actor, case_id, file_id)


def _checked(actor: Actor, case_id: UUID, file_id: UUID) -> FileView:
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        key = keys.case_key(actor, case_id)
        known = File.objects.filter(pk=file_id, seat=seat, complete=True).first()
        if known:
            return files.view(known, key)
        file = _mine(seat, file_id, UPLOADING)
        if FileChunk.objects.filter(file=file, number__gte=RAW_FROM).count() != _count(file):
            raise Conflict
        _move(file, UPLOADING, CHECKING)
    try:
        with _room():
            return _finish(actor, file, key)
    except DomainError:
        with suppress(DatabaseError):
            _take_out(file)
        raise


def remove(actor: Actor, case_id: UUID, file_id: UUID) -> None:
    """Take a file out of the letter that is being written, whole or half. Raises NotFound for a sent one."""
    with transaction.atomic():
        seat = seats.locked(actor, case_id)
        file = File.objects.filter(pk=file_id, seat=seat, locked_at=None, letter__in=_unsent(seat)).first()
        if file is None:
            raise NotFound
        file.delete()


def sweep(now: datetime) -> int:
    """Half uploads that nobody goes on with, and files whose letter is gone; how many. Needs no key."""
    abandoned = Q(complete=False, at__lt=now - GIVEN_UP)
    return sum(_take_out(file) for file in File.objects.filter(abandoned))


def _finish(actor: Actor, file: File, key: bytes) -> FileView:
    """The clean file in place of the pieces; each batch in a transaction of its own."""
    with cleaning.clean(_raw(file, key), file.size) as clean:
        parts = clean.parts or _raw(file, key)
        sealed = chunks.seal_all(key, parts, clean.size, files.place(file, Stage.WHOLE))
        for number, chunk in enumerate(sealed):
            with _in_line():
                FileChunk.objects.create(file_id=file.pk, number=number, sealed=chunk)
    while _take_chunks(file, FileChunk.objects.filter(number__gte=RAW_FROM)):
        pass
    with transaction.atomic():
        seat = seats.locked(actor, file.case_id)
        if seat.pk != file.seat_id or not _unsent(seat).filter(pk=file.letter).exists():
            raise Conflict(_("Der Brief ist schon weg, die Datei ist nicht mehr mitgegangen."))
        _move(file, CHECKING, clean.media)
        file.size, file.complete, file.at = chunks.padded(clean.size), True, timezone.now()
        file.save(update_fields=["size", "complete", "at"])
    return files.view(file, key)


def _raw(file: File, key: bytes) -> Iterator[bytes]:
    """What was uploaded, piece after piece; raises Refused for what is not as it was sealed."""
    place, count = files.place(file, Stage.RAW), _count(file)
    for number in range(count):
        sealed = FileChunk.objects.filter(file=file, number=RAW_FROM + number).values_list("sealed", flat=True).first()
        try:
            yield chunks.unseal(key, sealed or b"", place, number, last=number == count - 1)
        except sealing.Unreadable:
            raise cleaning.refused("broken") from None


def _mine(seat: Seat, file_id: UUID, media: str) -> File:
    """The seat's own upload at this step; raises NotFound."""
    file = File.objects.filter(pk=file_id, seat=seat, complete=False, media=media).first()
    if file is None:
        raise NotFound
    return file


def _move(file: File, before: str, after: str) -> None:
    """One step on, once; raises Conflict when somebody else took it (a second tap, or the sweep)."""
    if File.objects.filter(pk=file.pk, complete=False, media=before).update(media=after, at=timezone.now()) != 1:
        raise Conflict
    file.media = after


def _leave_room(seat: Seat, letter: UUID, size: int) -> None:
    """Forget what stalled in this letter; raises TooMany, or NoRoom for a case that holds MOST_PER_CASE."""
    mine = File.objects.filter(letter=letter, seat=seat)
    mine.filter(complete=False, at__lt=timezone.now() - _STALLED).delete()
    if mine.count() >= MOST_PER_LETTER:
        raise TooMany
    held = seat.case.files.aggregate(bytes=Sum("size"))["bytes"] or 0
    if held + size > MOST_PER_CASE:
        raise NoRoom


def _unsent(seat: Seat) -> QuerySet[Letter]:
    return begun.at_hand(seat)


def _count(file: File) -> int:
    """How many pieces an upload has."""
    return -(-file.size // chunks.BYTES)


def _take_out(file: File) -> bool:
    """An upload with all its pieces, a few at a time; whether it was there."""
    while _take_chunks(file, FileChunk.objects.all()):
        pass
    with transaction.atomic():
        return File.objects.filter(pk=file.pk, complete=False).delete()[0] > 0


def _take_chunks(file: File, which: QuerySet[FileChunk]) -> int:
    with _in_line():
        some = list(which.filter(file=file.pk, file__complete=False).values_list("pk", flat=True)[:_BATCH])
        return FileChunk.objects.filter(pk__in=some).delete()[0]


@contextmanager
def _in_line() -> Iterator[None]:
    """A transaction with bytes of a file: one after the other."""
    with one_at_a_time(_line), transaction.atomic():
        yield


@contextmanager
def _room() -> Iterator[None]:
    """A database that takes nothing more (disk full, gone) says so in our words."""
    try:
        yield
    except IntegrityError:  # discarded meanwhile
        raise NotFound from None
    except OperationalError:
        raise NoRoom from None
