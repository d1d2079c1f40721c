"""What was written elsewhere becomes part of the letter: in a waiting room, or before somebody was signed in."""

from uuid import UUID

from django.db import transaction

from counselling.cases.domain import drafts, seats
from counselling.mail.domain import letters
from counselling.people.domain.actors import Actor


def into_letter(actor: Actor, case_id: UUID, text: str) -> None:
    """Put a text below what stands in the unsent letter; what stands there already is not doubled.

    Raises TooLong, Invalid, NotFound, NotAllowed.
    """
    with transaction.atomic():
        seats.locked(actor, case_id)
        known = letters.unsent(actor, case_id)
        before, version = (known.text or "", known.version) if known else ("", 0)
        if not text.strip() or text.strip() in before:
            return
        whole = f"{before.rstrip()}\n\n{text}" if before.strip() else text
        letters.keep(actor, case_id, whole, version=version)


def from_chat(actor: Actor, case_id: UUID, text: str) -> None:
    """What somebody wrote in their chat's page, unsent, moves from there into the letter; raises as `into_letter`."""
    actor.require_seeker()
    with transaction.atomic():
        seats.locked(actor, case_id)
        into_letter(actor, case_id, text)
        drafts.keep(actor, case_id, "")
