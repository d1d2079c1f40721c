"""What both sides agreed on: sealed, replaced with its history, seen by both, and told."""

import pytest

from counselling.cases.domain import agreements, closing, handover
from counselling.cases.models import Agreement
from counselling.errors import Closed, Empty, Invalid, NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def texts(chat: Chat) -> list[str | None]:
    return [one.text for one in agreements.of_case(chat.seeker, chat.case, world.key(chat.case))]


def test_an_agreement_is_sealed_told_and_noted(chat: Chat) -> None:
    agreements.write(chat.counsellor, chat.case, "  Wir schreiben uns\r\njeden Dienstag.  ")

    row = Agreement.objects.get()
    assert b"Dienstag" not in bytes(row.sealed)
    assert texts(chat) == ["Wir schreiben uns\njeden Dienstag."]
    assert world.lines(chat.case)[-1].code == "agreed"
    assert world.lines(chat.case)[-1].about == {"name": "Mara"}
    assert AuditEntry.objects.filter(event="agreed", actor=chat.counsellor.id).count() == 1


def test_a_new_one_comes_first_and_the_earlier_ones_stay(chat: Chat) -> None:
    for text in ("Eins", "Zwei", "Zwei", "Drei"):
        agreements.write(chat.counsellor, chat.case, text)

    assert texts(chat) == ["Drei", "Zwei", "Eins"]
    assert world.notices(chat.case).count("agreed") == 3


def test_both_sides_read_who_and_when(chat: Chat) -> None:
    agreements.write(chat.counsellor, chat.case, "Eins")

    (mine,) = agreements.of_case(chat.seeker, chat.case, world.key(chat.case))

    assert (mine.number, mine.name, mine.at) == (1, "Mara", Agreement.objects.get().at)
    assert "Eins" not in repr(mine)


@pytest.mark.parametrize(
    ("text", "error"), [("", Empty), (" \n", Empty), ("x" * 1001, TooLong), ("\ud83d", Invalid), ("\0", Empty)]
)
def test_what_is_no_agreement_is_refused(chat: Chat, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        agreements.write(chat.counsellor, chat.case, text)

    assert texts(chat) == []


def test_a_thousand_characters_fit(chat: Chat) -> None:
    agreements.write(chat.counsellor, chat.case, "ä" * 1000)

    assert texts(chat) == ["ä" * 1000]


def test_only_who_counsels_the_case_writes_one(team: Team, chat: Chat, jon: Actor) -> None:
    for actor, error in (
        (chat.seeker, NotAllowed),
        (jon, NotFound),
        (world.staff(team, "Lea", "supervisor"), NotAllowed),
        (world.staff(team, "Tek", "administrator"), NotAllowed),
    ):
        with pytest.raises(error):
            agreements.write(actor, chat.case, "Eins")
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    with pytest.raises(NotAllowed):
        agreements.write(jon, chat.case, "Eins")

    assert texts(chat) == []


def test_a_closed_case_gets_no_new_one(chat: Chat) -> None:
    agreements.write(chat.counsellor, chat.case, "Eins")
    closing.end(chat.seeker, chat.case)

    with pytest.raises(Closed):
        agreements.write(chat.counsellor, chat.case, "Zwei")

    assert texts(chat) == ["Eins"]


def test_one_that_was_moved_does_not_open(team: Team, chat: Chat, mara: Actor) -> None:
    other = world.chat(team, mara, nickname="Blauer Bus")
    agreements.write(chat.counsellor, chat.case, "Eins")
    agreements.write(mara, other.case, "Zwei")
    Agreement.objects.filter(case=chat.case).update(sealed=Agreement.objects.get(case=other.case).sealed)

    assert texts(chat) == [None]
