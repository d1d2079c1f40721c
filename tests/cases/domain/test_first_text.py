"""Text of the waiting room becomes the first message; what stands in a composer is only sent by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from counselling.cases.domain import closing, drafts, handover, queue, talks, timers
from counselling.cases.models import Draft
from counselling.errors import NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def test_it_is_sent_once_and_then_gone(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    assert talks.keep_first(waiter.seeker, waiter.case, " Ich weiß nicht weiter ").first is True
    queue.claim(mara, waiter.case)

    assert world.texts(waiter.case) == ["Ich weiß nicht weiter"]
    assert not Draft.objects.exists()


def hand_back(chat: Chat) -> None:
    handover.to_queue(chat.counsellor, chat.case)


def lose_the_counsellor(chat: Chat) -> None:
    later = timezone.now() + timedelta(minutes=10)
    Staff.objects.update(seen_at=None)
    assert timers.lost_counsellors(later) == 1


def fall_silent(chat: Chat) -> None:
    timers.silent_chats(timezone.now() + timedelta(hours=1))
    closing.take_up_again(chat.seeker, chat.case)


@pytest.mark.parametrize("back", [hand_back, lose_the_counsellor, fall_silent])
def test_a_half_sentence_of_a_chat_that_went_back_is_not_sent(chat: Chat, jon: Actor, back: object) -> None:
    talks.keep_unsent(chat.seeker, chat.case, "Das schicke ich viell")
    assert callable(back)
    back(chat)

    queue.claim(jon, chat.case)

    assert world.row(chat.case).state == "active"
    assert world.texts(chat.case) == []
    assert drafts.read(chat.seeker, chat.case) == "Das schicke ich viell"


def test_what_is_typed_on_in_the_chat_while_waiting_again_is_not_sent(chat: Chat, jon: Actor) -> None:
    hand_back(chat)
    talks.keep_unsent(chat.seeker, chat.case, "noch ein halber Satz")

    queue.claim(jon, chat.case)

    assert world.texts(chat.case) == []
    assert drafts.read(chat.seeker, chat.case) == "noch ein halber Satz"


def test_what_is_written_in_the_waiting_room_of_a_second_wait_is_sent(chat: Chat, jon: Actor) -> None:
    talks.keep_unsent(chat.seeker, chat.case, "halb")
    hand_back(chat)
    talks.keep_first(chat.seeker, chat.case, "halb, und jetzt ganz")

    queue.claim(jon, chat.case)

    assert world.texts(chat.case) == ["halb, und jetzt ganz"]


def test_it_stays_first_when_the_place_ends_and_is_taken_anew(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    talks.keep_first(waiter.seeker, waiter.case, "Hallo")
    queue.leave(waiter.seeker, waiter.case)
    queue.rejoin(waiter.seeker, waiter.case)
    queue.appear(waiter.seeker, waiter.case)

    queue.claim(mara, waiter.case)

    assert world.texts(waiter.case) == ["Hallo"]


def test_kept_a_moment_after_the_beginning_it_is_unsent_text_like_any_other(chat: Chat, jon: Actor) -> None:
    assert talks.keep_first(chat.seeker, chat.case, "zu spät").first is False
    assert talks.goes_first(chat.seeker, chat.case) is False

    hand_back(chat)
    queue.claim(jon, chat.case)

    assert (world.texts(chat.case), drafts.read(chat.seeker, chat.case)) == ([], "zu spät")


def test_the_page_can_ask_which_it_is(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    answers = [talks.goes_first(waiter.seeker, waiter.case)]
    for keep in (talks.keep_first, talks.keep_unsent, talks.keep_first):
        keep(waiter.seeker, waiter.case, "Hallo")
        answers.append(talks.goes_first(waiter.seeker, waiter.case))
    talks.keep_first(waiter.seeker, waiter.case, "")

    assert [*answers, talks.goes_first(waiter.seeker, waiter.case)] == [False, True, False, True, False]


@pytest.mark.parametrize("keep", [talks.keep_first, talks.keep_unsent])
def test_refusals_lose_nothing(team: Team, chat: Chat, keep: object) -> None:
    assert callable(keep)
    keep(chat.seeker, chat.case, "bleibt")
    stranger = world.waiting(team)
    with pytest.raises(TooLong):
        keep(chat.seeker, chat.case, "x" * 4001)
    with pytest.raises(NotFound):
        keep(stranger.seeker, chat.case, "fremd")
    with pytest.raises(NotAllowed):
        keep(chat.counsellor, chat.case, "nicht von hier")

    assert drafts.read(chat.seeker, chat.case) == "bleibt"
