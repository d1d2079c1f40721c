"""Unsent text: sealed, one per seat, for nobody else."""

from uuid import uuid4

import pytest

from counselling.cases.domain import drafts, handover
from counselling.cases.models import Draft
from counselling.errors import DomainError, NotAllowed, NotFound, TooLong
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def test_a_draft_survives_as_it_was_typed(chat: Chat) -> None:
    drafts.keep(chat.seeker, chat.case, " Ich wollte\n noch ")

    assert drafts.read(chat.seeker, chat.case) == " Ich wollte\n noch "


def test_every_seat_has_its_own_draft(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    for actor, text in [(chat.seeker, "eins"), (chat.counsellor, "zwei"), (jon, "drei")]:
        drafts.keep(actor, chat.case, text)

    assert [drafts.read(actor, chat.case) for actor in (chat.seeker, chat.counsellor, jon)] == ["eins", "zwei", "drei"]


def test_the_last_draft_counts_and_an_empty_one_removes_it(chat: Chat) -> None:
    drafts.keep(chat.seeker, chat.case, "eins")
    drafts.keep(chat.seeker, chat.case, "zwei")
    assert (drafts.read(chat.seeker, chat.case), Draft.objects.count()) == ("zwei", 1)

    drafts.keep(chat.seeker, chat.case, "")
    assert (drafts.read(chat.seeker, chat.case), Draft.objects.count()) == ("", 0)
    drafts.keep(chat.seeker, chat.case, " \n")
    assert Draft.objects.count() == 0


def test_a_draft_is_sealed_and_its_length_hidden(chat: Chat) -> None:
    drafts.keep(chat.seeker, chat.case, "Sentinel 7f3")

    sealed = bytes(Draft.objects.get().sealed)
    assert b"Sentinel" not in sealed
    assert len(sealed) == 1 + 12 + 256 + 16


def test_a_draft_moved_to_another_seat_does_not_open(chat: Chat) -> None:
    drafts.keep(chat.seeker, chat.case, "eins")
    Draft.objects.update(seat=world.seat_of(chat.counsellor, chat.case))

    assert drafts.read(chat.counsellor, chat.case) == ""


def test_a_draft_has_the_length_of_a_message(chat: Chat) -> None:
    drafts.keep(chat.seeker, chat.case, "x" * 4000)
    with pytest.raises(TooLong):
        drafts.keep(chat.seeker, chat.case, "x" * 4001)

    assert drafts.read(chat.seeker, chat.case) == "x" * 4000


def test_half_a_character_is_refused(chat: Chat) -> None:
    """A lone surrogate cannot be sealed; whoever sends one gets an answer, not a failure."""
    with pytest.raises(DomainError):
        drafts.keep(chat.seeker, chat.case, "Hallo \ud83d")


def test_strangers_keep_and_read_nothing(team: Team, chat: Chat, jon: Actor) -> None:
    for actor, refusal in [
        (jon, NotFound),
        (access.new_seeker()[0], NotFound),
        (world.staff(team, "Kim", "supervisor"), NotAllowed),
    ]:
        for case in (chat.case, uuid4()):
            with pytest.raises(refusal):
                drafts.keep(actor, case, "x")
            with pytest.raises(refusal):
                drafts.read(actor, case)
    assert not Draft.objects.exists()


def test_a_draft_of_a_lost_seat_is_read_by_nobody(chat: Chat, jon: Actor) -> None:
    drafts.keep(chat.counsellor, chat.case, "eins")
    handover.to_colleague(chat.counsellor, chat.case, to=jon.id)

    assert drafts.read(jon, chat.case) == ""
    with pytest.raises(NotFound):
        drafts.read(chat.counsellor, chat.case)
