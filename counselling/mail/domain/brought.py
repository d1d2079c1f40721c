"""A file that a plain form brings, without any script: sealed piece by piece while it comes, of unknown length."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from uuid import UUID

from django.db import DatabaseError

from counselling.errors import DomainError, Invalid
from counselling.mail.domain import cleaning, uploads
from counselling.mail.domain.aside import stand_aside
from counselling.mail.domain.files import MOST_BYTES, FileView
from counselling.people.domain.actors import Actor
from counselling.vault.chunks import BYTES

TRIES: Final = 2  # while others are being checked; each waits


def bring(actor: Actor, case_id: UUID, letter: UUID, *, name: str, parts: Iterator[bytes], at_most: int) -> FileView:
    """Attach what comes to the unsent letter; at most two pieces of it lie in memory. `at_most`: bytes it can have.

    Whatever goes wrong, nothing of it stays. Raises as uploads.begin and finish do, and whatever `parts` raises.
    """
    file, _letter = uploads.begin(actor, case_id, letter, name=name, size=min(at_most, MOST_BYTES))
    with _or_nothing(actor, case_id, file):
        waiting, number = bytearray(), 0
        for part in parts:
            waiting += part
            while len(waiting) > BYTES:  # the last one is told apart, so one always waits
                _keep(actor, case_id, file, number, bytes(waiting[:BYTES]))
                del waiting[:BYTES]
                number += 1
        size = number * BYTES + len(waiting)
        uploads.measured(actor, case_id, file, size)
        _keep(actor, case_id, file, number, bytes(waiting))
        return _finished(actor, case_id, file)


def _keep(actor: Actor, case_id: UUID, file: UUID, number: int, data: bytes) -> None:
    if number * BYTES + len(data) > MOST_BYTES:
        raise uploads.TooLarge
    uploads.piece(actor, case_id, file, number, data)
    stand_aside()  # the next piece may take a slow line seconds


def _finished(actor: Actor, case_id: UUID, file: UUID) -> FileView:
    for left in range(TRIES - 1, -1, -1):
        try:
            return uploads.finish(actor, case_id, file)
        except cleaning.Busy:
            if not left:
                raise
    raise Invalid


@contextmanager
def _or_nothing(actor: Actor, case_id: UUID, file: UUID) -> Iterator[None]:
    """Where a file does not come whole, its pieces go at once; the sweep takes what even this leaves."""
    try:
        yield
    except DomainError:
        with suppress(DomainError, DatabaseError):
            uploads.remove(actor, case_id, file)
        raise
