"""What is attached to a young person's letters, as the room of letters tells it: this one only lists it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from counselling.people.domain.actors import Actor


class Attached(Protocol):
    """One file. `size` in bytes, a little rounded; a locked one has no name, and nobody opens it."""

    @property
    def id(self) -> UUID:
        """Of the file."""

    @property
    def name(self) -> str:
        """With its ending; "" for a locked one."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def locked(self) -> bool:
        """Whether it was reported."""


ByLetter = Mapping[UUID, Sequence[Attached]]
_sources: list[Callable[[Actor, UUID], ByLetter]] = []


def told_by(source: Callable[[Actor, UUID], ByLetter]) -> None:
    """Ask `source` (actor, case) for the files of the letters that were sent; rooms above this one say so."""
    _sources.append(source)


def of_case(actor: Actor, case_id: UUID) -> dict[UUID, Sequence[Attached]]:
    """The files of all sent letters of this case, by letter. Raises NotFound, NotAllowed, Locked."""
    return {letter: found for source in _sources for letter, found in source(actor, case_id).items()}
