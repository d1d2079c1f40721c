"""Internal notes: for those seated from the team, sealed, never for the young person."""

from functools import partial
from uuid import UUID

import pytest

from counselling.cases.domain import handover, notes
from counselling.cases.models import Note
from counselling.errors import Empty, NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def read(actor: Actor, case: UUID) -> list[tuple[object, ...]]:
    return [
        (note["id"], note["author"], note["text"], note["mine"]) for note in notes.of_case(actor, case, world.key(case))
    ]


def test_a_note_is_answered_as_it_is_shown(chat: Chat) -> None:
    note = notes.add(chat.counsellor, chat.case, "  Lehrerin weiß Bescheid\n")

    stored = Note.objects.get()
    assert note == {
        "id": 1,
        "author": "Mara",
        "at": stored.at.isoformat(),
        "text": "Lehrerin weiß Bescheid",
        "mine": True,
    }
    assert notes.of_case(chat.counsellor, chat.case, world.key(chat.case)) == [note]


def test_notes_are_numbered_and_tell_whose_they_are(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    notes.add(chat.counsellor, chat.case, "eins")
    notes.add(jon, chat.case, "zwei")

    assert read(jon, chat.case) == [(1, "Mara", "eins", False), (2, "Jon", "zwei", True)]


def test_a_note_is_sealed(chat: Chat) -> None:
    notes.add(chat.counsellor, chat.case, "Sentinel 7f3")

    assert b"Sentinel" not in bytes(Note.objects.get().sealed)


def test_notes_are_no_part_of_the_timeline(chat: Chat) -> None:
    before = world.row(chat.case).last_seq

    notes.add(chat.counsellor, chat.case, "eins")

    assert world.row(chat.case).last_seq == before


def test_notes_that_changed_places_do_not_open(chat: Chat) -> None:
    for text in ("eins", "zwei"):
        notes.add(chat.counsellor, chat.case, text)
    Note.objects.filter(number=1).update(number=9)
    Note.objects.filter(number=2).update(number=1)
    Note.objects.filter(number=9).update(number=2)

    assert [text for _, _, text, _ in read(chat.counsellor, chat.case)] == [None, None]


@pytest.mark.parametrize(("text", "refusal"), [("", Empty), (" \n", Empty), ("x" * 4001, TooLong)])
def test_a_note_is_a_text_of_a_messages_length(chat: Chat, text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        notes.add(chat.counsellor, chat.case, text)

    assert not Note.objects.exists()


def test_only_the_seated_team_writes_notes(team: Team, chat: Chat, jon: Actor) -> None:
    for actor, refusal in [
        (chat.seeker, NotAllowed),
        (jon, NotFound),
        (world.staff(team, "Kim", "supervisor"), NotAllowed),
    ]:
        with pytest.raises(refusal):
            notes.add(actor, chat.case, "eins")
    assert not Note.objects.exists()


def test_a_seekers_seat_never_writes_a_note(chat: Chat) -> None:
    with pytest.raises(NotAllowed):
        notes.write(world.seat_of(chat.seeker, chat.case), world.key(chat.case), "eins")


@pytest.mark.django_db(transaction=True)
def test_notes_at_the_same_moment_all_get_their_number(team: Team) -> None:
    mara = world.counsellor(team, "Mara")
    chat = world.chat(team, mara)

    results = world.together(*(partial(notes.add, mara, chat.case, f"{number}") for number in range(8)))

    assert world.kinds(results) == ["dict"] * 8
    assert [number for number, *_ in read(mara, chat.case)] == list(range(1, 9))
