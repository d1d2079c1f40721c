"""A chat beside a call is not silent: nobody writes because both speak."""

from datetime import timedelta

import pytest
from django.utils import timezone

from counselling.cases.domain import timers
from counselling.cases.models import Case
from counselling.people.models import Team
from tests.blended import call_world as calls
from tests.blended import dates_world as dates
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relay(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.DEMO = ("turn:turn.example.org",), "geheim", False


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    return world.chat(team, world.counsellor(team, "Mara"))


def long_silent(chat: Chat) -> None:
    """The last word was 31 minutes ago; the chat is the case's channel, whatever else is said."""
    Case.objects.filter(pk=chat.case).update(channel="chat", last_at=timezone.now() - timedelta(minutes=31))


def test_while_both_speak_the_chat_goes_on(chat: Chat) -> None:
    calls.talking(chat)
    long_silent(chat)

    assert timers.silent_chats(timezone.now()) == 0
    Case.objects.filter(pk=chat.case).update(last_at=timezone.now() - timedelta(minutes=26))
    assert timers.nearly_silent(timezone.now()) == 0
    assert world.row(chat.case).state == "active"


def test_a_call_with_one_side_alone_spares_nothing(chat: Chat) -> None:
    calls.two(chat)[0].enter()
    long_silent(chat)

    assert timers.silent_chats(timezone.now()) == 1


def test_a_call_whose_pages_are_lost_spares_nothing(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    calls.talking(chat)
    long_silent(chat)
    dates.at(monkeypatch, timezone.now() + timedelta(minutes=1))

    assert timers.silent_chats(timezone.now()) == 1


def test_after_the_call_the_silence_begins_anew(chat: Chat) -> None:
    seeker, _counsellor = calls.talking(chat)
    long_silent(chat)

    calls.meetings.end(seeker.actor, seeker.meeting)

    assert timers.silent_chats(timezone.now()) == 0
    assert timers.silent_chats(timezone.now() + timedelta(minutes=31)) == 1
