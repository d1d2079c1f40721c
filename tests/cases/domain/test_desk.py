"""The desk's data: whole shapes, a constant price, and nothing to read without a seat."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing, desk, drafts, handover, notes, queue
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, Seal
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, StaffSession, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
FACTS = FactsInput(for_whom="me", age_band="15_17", gender="divers", language="uk", strain=5, topics=["school"])
CODED = {
    "for_whom": "me",
    "age_band": "15_17",
    "gender": "divers",
    "language": "uk",
    "strain": 5,
    "topics": ["school"],
}


def state(actor: Actor) -> dict[str, Any]:
    found = desk.state(actor, timezone.now())
    json.dumps(found)  # everything is ready for JSON
    return found


def cost(actor: Actor) -> int:
    with CaptureQueriesContext(connection) as queries:
        state(actor)
    return len(queries)


def test_an_empty_desk(team: Team, mara: Actor, jon: Actor) -> None:
    assert {key: value for key, value in state(mara).items() if key != "now"} == {
        "me": {"id": str(mara.id), "alias": "Mara", "status": "here", "capacity": 2, "open": 0},
        "service": {"open": "open", "waiting": 0, "alert": False},
        "colleagues": [{"id": str(jon.id), "alias": "Jon", "status": "here", "open": 0, "capacity": 2}],
        "queue": [],
        "queue_total": 0,
        "mine": [],
        "vault": "open",
    }


def test_colleague_whose_screen_is_covered_for_long_takes_a_break(team: Team, mara: Actor, jon: Actor) -> None:
    now = timezone.now()
    began = {"staff_id": jon.id, "began_at": now, "active_at": now}
    StaffSession.objects.create(**began, session_key="k", token_lookup=b"t", locked_at=now - timedelta(minutes=3))
    assert state(mara)["colleagues"][0]["status"] == "pausing"

    StaffSession.objects.create(**began, session_key="other", token_lookup=b"o")
    assert state(mara)["colleagues"][0]["status"] == "here"


def test_a_waiting_person(topics: None, team: Team, mara: Actor) -> None:
    waiter = world.waiting(team, facts=FACTS)

    assert state(mara)["queue"] == [
        {
            "case": str(waiter.case),
            "nickname": world.NICKNAME,
            "since": world.place_row(waiter.case).since.isoformat(),
            "urgent": True,
            "hinted": False,
            "danger": "",
            "front": False,
            "present": True,
            "called_by": None,
            "known": False,
            "facts": CODED,
        }
    ]


SKIPPED = {"for_whom": "", "age_band": "", "gender": "", "language": "de", "strain": None, "topics": []}


def test_who_was_with_me_before_is_known_to_me_alone(team: Team, mara: Actor, jon: Actor, chat: Chat) -> None:
    handover.to_queue(mara, chat.case)

    assert [row["known"] for row in state(mara)["queue"]] == [True]
    assert [row["known"] for row in state(jon)["queue"]] == [False]
    assert [row["front"] for row in state(jon)["queue"]] == [True]


def test_who_was_with_me_in_an_earlier_chat_is_known_to_me_alone(team: Team, mara: Actor, jon: Actor) -> None:
    before = world.chat(team, mara)
    closing.close(mara, before.case, topics=[], ending="continues")
    world.waiting(team, seeker=before.seeker)
    world.waiting(team)

    assert [row["known"] for row in state(mara)["queue"]] == [True, False]
    assert [row["known"] for row in state(jon)["queue"]] == [False, False]


def test_a_call_stands_among_my_chats_and_says_who_called_to_others(team: Team, mara: Actor, jon: Actor) -> None:
    called = world.call(team, mara)
    place = world.place_row(called.case)
    assert place.deadline is not None

    assert state(mara)["mine"] == [
        {
            "case": str(called.case),
            "nickname": world.NICKNAME,
            "state": "called",
            "since": place.since.isoformat(),
            "last_seq": 0,
            "read_seq": 0,
            "last_at": None,
            "unanswered_since": None,
            "present": False,
            "deadline": place.deadline.isoformat(),
            "hinted": False,
            "danger": "",
            "role": "counsellor",
            "facts": SKIPPED,
        }
    ]
    assert (state(jon)["mine"], state(jon)["queue"][0]["called_by"]) == ([], "Mara")


def test_my_call_stands_among_my_chats_however_long_the_line(team: Team, mara: Actor) -> None:
    called = world.call(team, mara)
    for _ in range(desk.QUEUE_PAGE):
        world.waiting(team, facts=FactsInput(strain=5))

    assert [row["case"] for row in state(mara)["mine"]] == [str(called.case)]


def test_a_running_chat(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)
    posted = world.say(chat.seeker, chat.case)

    assert state(mara)["mine"] == [
        {
            "case": str(chat.case),
            "nickname": world.NICKNAME,
            "state": "active",
            "since": world.seat_of(mara, chat.case).since.isoformat(),
            "last_seq": 2,
            "read_seq": 0,
            "last_at": posted.at.isoformat(),
            "unanswered_since": posted.at.isoformat(),
            "present": True,
            "deadline": None,
            "hinted": False,
            "danger": "",
            "role": "counsellor",
            "facts": SKIPPED,
        }
    ]
    queue.gone([chat.case])
    assert not state(mara)["mine"][0]["present"]


def test_a_chat_stays_until_its_form_is_filed(topics: None, chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)
    assert [row["state"] for row in state(chat.counsellor)["mine"]] == ["closed"]

    closing.close(chat.counsellor, chat.case, topics=[], ending="helped")
    assert state(chat.counsellor)["mine"] == []


def test_colleagues_see_what_somebody_says_about_themselves(team: Team, mara: Actor, jon: Actor) -> None:
    world.chat(team, jon)
    world.call(team, jon)
    presence.set_status(jon, "pausing")
    presence.set_capacity(jon, 3)

    own, seen = state(jon)["me"], state(mara)["colleagues"][0]

    assert (own["status"], own["open"], own["capacity"]) == ("pausing", 2, 3)
    assert {**seen} == {key: own[key] for key in ("id", "alias", "status", "open", "capacity")}


def test_a_colleague_whose_connection_is_gone_is_away(team: Team, mara: Actor, jon: Actor) -> None:
    Staff.objects.filter(pk=jon.id).update(seen_at=timezone.now() - timedelta(minutes=5))

    assert state(mara)["colleagues"][0]["status"] == "away"


def test_colleagues_are_active_counsellors_of_the_team(team: Team, mara: Actor, jon: Actor) -> None:
    world.counsellor(world.team("Ahorn"), "Ada")
    world.staff(team, "Kim", "supervisor")
    Staff.objects.filter(pk=world.staff(team, "Weg").id).update(is_active=False)

    assert [row["alias"] for row in state(mara)["colleagues"]] == ["Jon"]


def test_another_teams_queue_is_not_shown(team: Team, mara: Actor) -> None:
    other = world.team("Ahorn")
    ada = world.counsellor(other, "Ada")
    world.waiting(team)

    assert (state(ada)["queue"], state(ada)["queue_total"]) == ([], 0)


def test_the_queue_shows_fifty_and_the_total(team: Team, mara: Actor) -> None:
    for _ in range(52):
        world.waiting(team)

    assert (len(state(mara)["queue"]), state(mara)["queue_total"]) == (50, 52)


def test_the_desk_costs_the_same_however_much_lies_on_it(topics: None, team: Team) -> None:
    mara = world.counsellor(team, "Mara", capacity=1000)
    costs = []
    for _ in range(3):
        for number in range(1 if not costs else 2 if len(costs) == 1 else 47):
            world.waiting(team, facts=FACTS, present=bool(number % 2))
            world.chat(team, mara, facts=FACTS)
            world.call(team, mara)
            world.counsellor(team, f"C{number}-{len(costs)}")
        costs.append(cost(mara))

    assert costs[0] == costs[1] == costs[2]


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_the_desk_is_for_counsellors(team: Team, chat: Chat, role: str) -> None:
    actor = world.staff(team, "Kim", role)

    for move in (lambda: state(actor), lambda: desk.case_panel(actor, chat.case)):
        with pytest.raises(NotAllowed):
            move()


def test_a_counsellor_without_a_team_has_no_desk(team: Team, mara: Actor) -> None:
    Staff.objects.get(pk=mara.id).teams.clear()

    with pytest.raises(NotFound):
        state(mara)


def test_the_desk_holds_no_text(team: Team, mara: Actor, jon: Actor) -> None:
    chat = world.chat(team, mara)
    waiter = world.waiting(team)
    world.say(chat.seeker, chat.case, "Sentinel 7f3")
    world.say(waiter.seeker, waiter.case, "Sentinel 7f3")
    drafts.keep(chat.seeker, chat.case, "Sentinel 7f3")
    notes.add(mara, chat.case, "Sentinel 7f3")

    assert "Sentinel" not in json.dumps([state(mara), state(jon)])


# --- what does not open ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda case: Case.objects.filter(pk=case).update(nickname=b"\x01" + b"x" * 300),
        lambda case: Seal.objects.filter(case=case).update(sealed=b"\x01" + b"x" * 60),
        lambda case: Seal.objects.filter(case=case).delete(),
        lambda case: Seal.objects.filter(case=case).update(holder_id="nokey"),
    ],
    ids=["nickname", "seal", "no seal", "unknown key"],
)
def test_one_damaged_case_does_not_hide_the_others(team: Team, mara: Actor, damage: Any) -> None:
    damaged = world.waiting(team, minutes=9)
    world.waiting(team)

    damage(damaged.case)

    assert [row["nickname"] for row in state(mara)["queue"]] == ["…", world.NICKNAME]
