"""What two browsers tell each other: who may, what passes, how long it lies there."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from blended.domain import meetings, signalling
from blended.models import Attendance, Signal
from counselling.cases import bell
from counselling.cases.domain import handover
from counselling.cases.domain.calls import Forged, Place
from counselling.errors import NotFound, SlowDown
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import call_world as calls
from tests.blended.call_world import CLEAN, HOST, REFLEXIVE, RELAYED
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
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def chat(team: Team, mara: Actor) -> Chat:
    return world.chat(team, mara)


def test_each_hears_what_the_other_said_in_order_and_once(chat: Chat) -> None:
    young, team = calls.talking(chat)
    young.say(team, "hello")
    team.say(young, "offer")
    team.say(young, "candidate")
    young.say(team, "state")

    assert team.hears() == ["hello", "state"]
    assert young.hears() == ["offer", "candidate"]
    assert (team.hears(), young.hears()) == ([], [])


def test_no_address_but_the_relays_is_handed_on(chat: Chat) -> None:
    young, team = calls.talking(chat)
    team.say(young, "offer")
    team.say(young, "candidate")

    offer, candidate = (signal.body for signal in young.news().signals)

    assert offer["sdp"] == CLEAN
    assert candidate["candidate"] == RELAYED.replace("203.0.113.5 rport 40123", "0.0.0.0 rport 0")


def test_a_demo_without_a_relay_lets_browsers_meet_directly(chat: Chat, settings) -> None:
    settings.TURN_URLS, settings.DEMO = (), True
    young, team = calls.talking(chat)

    team.say(young, "candidate", candidate=HOST)

    assert young.news().signals[0].body["candidate"] == HOST


FORGED: list[tuple[str, dict[str, Any], str]] = [
    ("candidate", {"candidate": HOST}, "address"),
    ("candidate", {"candidate": REFLEXIVE}, "address"),
    ("candidate", {"candidate": f"{RELAYED}\r\na={HOST}"}, "candidate"),
    ("candidate", {"candidate": None}, "candidate"),
    ("candidate", {"mid": 0}, "mid"),
    ("candidate", {"mid": "../.."}, "mid"),
    ("candidate", {"line": "0"}, "line"),
    ("candidate", {"line": True}, "line"),
    ("candidate", {"line": 4}, "line"),
    ("candidate", {"line": -1}, "line"),
    ("offer", {"sdp": "Ich wohne in der Gartenstraße."}, "sdp"),
    ("offer", {"sdp": "v=0\r\na=mid:\ud800"}, "sdp"),
    ("offer", {"sdp": "v=0\r\n" + "a=mid:0\r\n" * 4000}, "sdp"),
    ("offer", {"sdp": ["v=0"]}, "sdp"),
    ("answer", {"type": "answer"}, "fields"),
    ("hello", {"text": "Hallo"}, "fields"),
    ("bye", {"because": ""}, "fields"),
    ("state", {"microphone": 1}, "microphone"),
    ("state", {"camera": None}, "camera"),
    ("state", {"screen": "true"}, "screen"),
    ("text", {}, "kind"),
    ("hello", {"kind": ["hello"]}, "kind"),
    ("hello", {"kind": None}, "kind"),
    ("hello", {"session": "mine"}, "id"),
    ("hello", {"session": {}}, "id"),
    ("hello", {"to": "other"}, "id"),
]


@pytest.mark.parametrize(("kind", "wrong", "why"), FORGED)
def test_forged_bodies_are_refused_by_their_rule(chat: Chat, kind: str, wrong: dict[str, Any], why: str) -> None:
    young, team = calls.talking(chat)

    with pytest.raises(Forged) as refused:
        signalling.accept(young.actor, young.place, calls.body(kind, team.page) | wrong)

    assert refused.value.why == why
    assert calls.signals() == 0


@pytest.mark.parametrize("left", ["kind", "to", "session", "sdp"])
def test_a_body_without_a_field_is_refused(chat: Chat, left: str) -> None:
    young, team = calls.talking(chat)
    body = calls.body("offer", team.page)
    del body[left]

    with pytest.raises(Forged):
        signalling.accept(young.actor, young.place, body)


def test_nothing_is_said_before_both_are_there_after_one_went_or_after_the_end(chat: Chat) -> None:
    young, team = calls.two(chat)
    young.enter()
    refused(young, team)
    team.enter()
    young.say(team)
    meetings.leave(team.actor, team.meeting, team.page)
    refused(young, team)
    team.enter()
    meetings.end(team.actor, team.meeting)
    refused(young, team)
    refused(team, young)
    assert calls.signals() == 0


def refused(one: calls.Side, other: calls.Side) -> None:
    """Nothing is kept of it."""
    with pytest.raises(NotFound):
        one.say(other)


def test_only_the_page_that_takes_part_speaks_and_only_to_the_one_that_does(chat: Chat) -> None:
    young, team = calls.talking(chat)
    second = young.elsewhere()

    refused(second, team)  # has not joined
    refused(young, second)  # to oneself
    refused(young, team.elsewhere())  # to a page that is not there
    second.enter()
    refused(young, team)  # replaced
    refused(team, young)
    with pytest.raises(NotFound):  # the other side's page
        signalling.accept(young.actor, Place(chat.case, team.meeting, team.page), calls.body("hello", second.page))
    second.say(team)
    assert team.hears() == ["hello"]


def test_nobody_speaks_or_hears_in_a_foreign_meeting(team: Team, mara: Actor, chat: Chat) -> None:
    young, linde = calls.talking(chat)
    young.say(linde)
    elsewhere, _ = calls.talking(world.chat(team, world.counsellor(team, "Jon")))
    colleague = world.counsellor(team, "Ada")
    handover.invite(chat.counsellor, chat.case, to=colleague.id)

    for actor, place in (
        (elsewhere.actor, linde.place),
        (elsewhere.actor, Place(elsewhere.case, linde.meeting, elsewhere.page)),
        (elsewhere.actor, Place(elsewhere.case, uuid4(), elsewhere.page)),
        (colleague, linde.place),
    ):
        with pytest.raises(NotFound):
            signalling.since(actor, place, 0)
        with pytest.raises(NotFound):
            signalling.accept(actor, place, calls.body("hello", linde.page))


def test_what_a_page_said_goes_with_it(chat: Chat) -> None:
    young, team = calls.talking(chat)
    young.say(team)
    second = young.elsewhere()

    second.enter()
    second.say(team, "state")

    assert team.hears() == ["state"]
    assert young.news().state == "replaced"


def test_a_flood_is_slowed_down(chat: Chat) -> None:
    young, team = calls.talking(chat)
    for _ in range(signalling.MOST_PER_MINUTE):
        young.say(team)

    with pytest.raises(SlowDown):
        young.say(team)
    team.say(young)
    Signal.objects.filter(role=1).update(at=timezone.now() - timedelta(seconds=61))
    young.say(team)


def test_signals_are_gone_after_two_minutes(chat: Chat) -> None:
    young, team = calls.talking(chat)
    young.say(team)
    team.say(young)
    Signal.objects.filter(role=1).update(at=timezone.now() - timedelta(seconds=121))

    assert team.hears() == []
    assert signalling.forget(timezone.now()) == 1
    assert calls.signals() == 1


def test_rows_hold_nothing_readable_and_open_nowhere_else(chat: Chat) -> None:
    young, team = calls.talking(chat)
    young.say(team, "offer")
    row = Signal.objects.get()

    assert b"198.51.100.7" not in bytes(row.sealed)
    assert b"BW1B" not in bytes(row.sealed)
    Signal.objects.update(role=2, page=team.page)  # as if the other side had said it
    assert young.hears() == []


def test_a_bell_rings_for_the_case_and_says_no_more(chat: Chat, django_capture_on_commit_callbacks) -> None:
    young, team = calls.talking(chat)
    rung: list[bell.Ring] = []
    stop = bell.listen(rung.append)

    with django_capture_on_commit_callbacks(execute=True):
        young.say(team, "offer")
    stop()

    assert rung == [bell.Ring(signals=frozenset({chat.case}))]


def test_a_look_at_many_meetings_costs_two_queries(
    team: Team, chat: Chat, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sides = [calls.talking(chat), calls.talking(world.chat(team, world.counsellor(team, "Jon")))]
    wanted = [young.meeting for young, _ in sides]
    with django_assert_num_queries(2):
        before = signalling.stamps(wanted)

    assert set(before) == set(wanted)
    sides[0][0].say(sides[0][1])
    Attendance.objects.filter(meeting=wanted[1]).update(left_at=timezone.now())
    after = signalling.stamps([*wanted, uuid4()])
    assert [before[one] != after[one] for one in wanted] == [True, True]
