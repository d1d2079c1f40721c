"""A letter that is begun comes along with its writer, whatever happens to their seat; nobody else gets it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from counselling.cases.domain import by_letter, closing, queue
from counselling.cases.models import Seat
from counselling.errors import NotFound
from counselling.mail.domain import letters, second_look, unsent
from counselling.mail.models import Letter
from tests.mail import writing_world as at
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def linde():
    return world.counsellor(world.team(), "Linde")


@pytest.fixture
def made(linde):
    made = post.claimed(world.Team.objects.get(), linde)
    letters.keep(linde, made.case, "Angefangen", version=0)
    return made


def chats(made, counsellor) -> None:
    """A chat within the letters, from its beginning."""
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(counsellor, made.case)


def text(actor, case) -> str | None:
    known = letters.unsent(actor, case)
    return known.text if known else None


def test_a_chat_in_between_leaves_the_letter_with_who_writes_it(linde, made) -> None:
    chats(made, linde)
    assert text(linde, made.case) == "Angefangen"
    closing.end(made.seeker, made.case)

    assert text(linde, made.case) == "Angefangen"
    post.send(linde, made.case, "Fertig")
    assert at.letters_of(made.case)[-1] == "Fertig"
    assert not Letter.objects.exists()


def test_a_case_that_comes_back_brings_it_and_a_colleague_never_sees_it(linde, made) -> None:
    mara = world.counsellor(world.Team.objects.get(), "Mara")
    by_letter.hand_over(linde, made.case, to=mara.id)

    assert text(mara, made.case) is None
    assert unsent.of_writer(linde) == []
    with pytest.raises(NotFound):
        letters.unsent(linde, made.case)
    letters.keep(mara, made.case, "Von Mara", version=0)
    by_letter.hand_over(mara, made.case, to=linde.id)

    assert text(linde, made.case) == "Angefangen"
    assert [row.case for row in unsent.of_writer(linde)] == [made.case]


def test_what_was_planned_goes_out_from_the_new_seat(linde, made) -> None:
    known = letters.unsent(linde, made.case)
    assert known
    when = timezone.now() + timedelta(hours=3)
    letters.send_later(linde, made.case, "Guten Morgen", version=known.version, at=when)
    chats(made, linde)
    closing.end(made.seeker, made.case)
    assert [row.send_at for row in unsent.of_writer(linde)] == [when]

    assert letters.send_due(when + timedelta(minutes=1)) == 1

    assert at.letters_of(made.case)[-1] == "Guten Morgen"
    assert Seat.objects.get(case=made.case, staff=linde.id, ended_at=None)


def test_what_was_planned_stays_when_its_writer_is_gone(linde, made) -> None:
    mara = world.counsellor(world.Team.objects.get(), "Mara")
    known = letters.unsent(linde, made.case)
    assert known
    when = timezone.now() + timedelta(hours=3)
    letters.send_later(linde, made.case, "Guten Morgen", version=known.version, at=when)
    by_letter.hand_over(linde, made.case, to=mara.id)

    assert letters.send_due(when + timedelta(minutes=1)) == 0

    assert "Guten Morgen" not in at.letters_of(made.case)
    assert Letter.objects.get().send_at is None


def test_it_can_be_thrown_away_from_the_new_seat(linde, made) -> None:
    chats(made, linde)
    letters.discard(linde, made.case)

    assert not Letter.objects.exists()


def test_a_second_look_goes_on_after_the_chat(linde, made) -> None:
    mara = world.counsellor(world.Team.objects.get(), "Mara")
    look = second_look.share(linde, made.case, reader=mara.id)
    chats(made, linde)
    assert text(linde, made.case) == "Angefangen"

    assert second_look.read(mara, look).draft == "Angefangen"
