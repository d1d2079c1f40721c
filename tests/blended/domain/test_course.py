"""Calls that began and visits that were kept are changes of channel as well, each once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blended.domain import changes, changing, meetings
from blended.models import MediaChange, Meeting
from tests.blended import call_world
from tests.blended import changes_world as ways
from tests.support import letters, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relay(settings: object) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "s" * 32  # type: ignore[attr-defined]


def test_a_call_by_appointment_is_a_change_when_both_are_there_and_back_in_letters_afterwards() -> None:
    team = world.team()
    mara = world.counsellor(team, "Mara")
    made = letters.claimed(team, mara)
    chat = world.Chat(made.seeker, mara, made.case)
    date = call_world.date(chat, starts_at=timezone.now() + timedelta(minutes=5))
    meeting = meetings.of_appointment(mara, date)
    assert not MediaChange.objects.exists()
    for actor, page in ((mara, date), (made.seeker, meeting)):
        meetings.enter(actor, meeting, page)

    change = MediaChange.objects.get()
    assert (change.before, change.after, change.state) == ("mail", "video", "agreed")
    assert (change.appointment_id, change.meeting_id, change.proposed_by) == (date, meeting, 1)
    assert world.row(made.case).channel == "video"
    assert ways.counted() == [
        {"from": "mail", "to": "video", "proposed_by": "seeker", "reason": "appointment", "phase": "begin"}
    ]

    meetings.end(mara, meeting)
    assert world.row(made.case).channel == "mail"


def test_a_call_agreed_on_in_a_chat_is_one_change() -> None:
    team = world.team()
    chat = world.chat(team, world.counsellor(team, "Mara"))
    changes.agree(chat.seeker, changes.propose(chat.counsellor, chat.case, "voice"))
    meeting = Meeting.objects.get()

    for actor in (chat.seeker, chat.counsellor):
        meetings.enter(actor, meeting.pk, actor.id)

    assert MediaChange.objects.count() == 1
    assert world.notices(chat.case)[-1] == "call_began"
    assert len(ways.counted()) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_a_kept_visit_is_told_once_and_a_missed_one_is_none(*, kept: bool) -> None:
    team = world.team()
    mara = world.counsellor(team, "Mara")
    made = letters.claimed(team, mara)
    chat = world.Chat(made.seeker, mara, made.case)
    date = call_world.date(chat, starts_at=timezone.now() - timedelta(hours=1), channel="phone")

    for _ in range(2):
        changing.mark(mara, date, kept=kept)

    assert [row.after for row in MediaChange.objects.all()] == (["phone"] if kept else [])
    assert ("change_met" in world.notices(made.case)) is kept
    assert world.row(made.case).channel == "mail"
