"""Letters that somebody changed in the database: unreadable where they stand, reported, and the others as they were."""

import logging

import pytest

from counselling.cases.models import Entry
from counselling.people.models import Team
from tests.mail import writing_world
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
TEXTS = ["Eins, wie ein Brief.", "Zwei, wie ein Brief.", "Drei, wie ein Brief."]


@pytest.fixture
def made() -> Correspondents:
    team = world.team()
    made = post.claimed(team, world.counsellor(team, "Linde"), TEXTS[0])
    for text in TEXTS[1:]:
        post.send(made.seeker, made.case, text)
    return made


def letters(made: Correspondents) -> list[Entry]:
    return list(Entry.objects.filter(case=made.case, kind=Entry.Kind.LETTER).order_by("seq"))


def read(made: Correspondents) -> list[str | None]:
    """The three in their places; None for what does not open."""
    seqs = {1, *(line.seq for line in writing_world.lines(made.case) if line.kind in {"letter", "unreadable"})}
    return [line.text for line in writing_world.lines(made.case) if line.seq in seqs]


def test_a_flip_of_any_byte_of_a_letter_spares_the_others(
    made: Correspondents, caplog: pytest.LogCaptureFixture
) -> None:
    middle = letters(made)[1]
    whole = bytes(middle.sealed or b"")
    for place in range(len(whole)):
        Entry.objects.filter(pk=middle.pk).update(sealed=whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            texts = read(made)

        assert texts == [TEXTS[0], None, TEXTS[2]], place
        assert any(str(made.case) in record.getMessage() for record in caplog.records)
        assert "Brief" not in caplog.text


@pytest.mark.parametrize("change", ["another letter's text", "another case's text", "another's mouth", "another id"])
def test_a_letter_in_a_foreign_place_does_not_open(made: Correspondents, change: str) -> None:
    first, middle, _last = letters(made)
    row = Entry.objects.filter(pk=middle.pk)
    if change == "another letter's text":
        row.update(sealed=first.sealed)
    elif change == "another case's text":
        other = post.asked(Team.objects.get(), "Woanders", nickname="Blauer Bus")
        row.update(sealed=Entry.objects.get(case=other.case, kind=Entry.Kind.LETTER).sealed)
    elif change == "another's mouth":
        row.update(role=2)
    else:
        row.update(client_id=made.case)

    assert read(made) == [TEXTS[0], None, TEXTS[2]]


def test_two_letters_that_change_places_do_not_open(made: Correspondents) -> None:
    first, middle, _last = letters(made)
    Entry.objects.filter(pk=first.pk).update(client_id=None)
    for row, other in ((middle, first), (first, middle)):
        Entry.objects.filter(pk=row.pk).update(sealed=other.sealed, client_id=other.client_id, at=other.at)

    assert read(made) == [None, None, TEXTS[2]]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_letter_that_was_deleted_leaves_a_gap_that_is_shown(
    made: Correspondents, caplog: pytest.LogCaptureFixture, which: int
) -> None:
    gone = letters(made)[which]
    Entry.objects.filter(pk=gone.pk).delete()

    with caplog.at_level(logging.ERROR):
        texts = read(made)

    assert texts == [None if number == which else text for number, text in enumerate(TEXTS)]
    assert f"1 entries of case {made.case} are missing" in caplog.text
