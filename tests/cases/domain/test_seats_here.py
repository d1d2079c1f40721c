"""Who of the team is connected, as everybody in the case is told: a hint of a few seconds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import handover, seats
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def seen(actor: Actor, seconds: float | None) -> None:
    """The actor's page was connected so many seconds ago; None: never."""
    at = None if seconds is None else timezone.now() - timedelta(seconds=seconds)
    Staff.objects.filter(pk=actor.id).update(seen_at=at)


@pytest.mark.parametrize(("seconds", "here"), [(0, True), (10, True), (13, False), (100, False), (None, False)])
def test_here_is_whoever_was_connected_a_moment_ago(chat: Chat, seconds: float | None, here: bool) -> None:
    seen(chat.counsellor, seconds)

    assert seats.names([chat.case])[chat.case] == [{"role": "counsellor", "name": "Mara", "here": here}]


def test_somebody_who_pauses_is_still_in_their_chat(chat: Chat) -> None:
    """The status is about new chats."""
    presence.set_status(chat.counsellor, "pausing")

    assert seats.names([chat.case])[chat.case][0]["here"] is True


def test_each_seat_has_its_own_presence_and_the_seeker_is_told(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    seen(chat.counsellor, 60)

    brief = seats.own_case(chat.seeker)

    assert brief is not None
    assert brief.seats == [
        {"role": "counsellor", "name": "Mara", "here": False},
        {"role": "consultant", "name": "Jon", "here": True},
    ]


def test_many_cases_cost_one_query(team: Team, mara: Actor) -> None:
    Staff.objects.update(capacity=12)
    cases = [world.chat(team, mara).case for _ in range(3)]

    with CaptureQueriesContext(connection) as queries:
        assert all(found for found in seats.names(cases).values())

    assert len(queries) == 1
