"""The room as it is drawn in every state, and the buttons in it."""

import datetime as dt
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.formats import date_format

from counselling.cases.domain import closing, drafts, handover, queue, seats, talks, timers
from counselling.cases.models import Case, Waiting
from counselling.centre.models import OpeningHour
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import SeekerAccess, Team
from counselling.web import limits
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def otter(team: Team, linde: Actor, client: Client) -> world.Waiter:
    """Somebody who waits, and whose browser `client` is."""
    actor, token = access.new_seeker()
    client.cookies[settings.SEEKER_COOKIE_NAME] = token
    return world.waiting(team, seeker=actor)


def view(client: Client) -> str:
    return str(client.get("/chat/").context["view"])


def state(case: UUID) -> str:
    return Case.objects.get(pk=case).state


def test_waiting_tells_place_and_honest_range(client: Client, otter: world.Waiter) -> None:
    page = client.get("/chat/").content.decode()
    assert "Hallo <bdi>Stiller Otter</bdi>," in page
    assert "du bist als Nächste:r dran." in page
    assert "Wie lange es dauert, wissen wir gerade nicht." in page


def test_the_room_follows_the_case(client: Client, otter: world.Waiter, linde: Actor) -> None:
    seen = [view(client)]
    queue.gone([otter.case])
    queue.claim(linde, otter.case)
    seen.append(view(client))
    queue.appear(otter.seeker, otter.case)
    seen.append(view(client))
    closing.end(otter.seeker, otter.case)
    seen.append(view(client))
    assert seen == ["waiting", "called", "chat", "closed"]


def test_a_draft_is_kept_sealed_and_drawn_again(client: Client, otter: world.Waiter) -> None:
    written = {"text": "Ein <b>halber</b> Satz", "first": "1"}
    answer = client.post("/chat/draft/", written, headers={"Accept": "application/json"})
    assert answer.json() == {"first": True, "help": False}
    page = client.get("/chat/").content.decode()
    assert "Ein &lt;b&gt;halber&lt;/b&gt; Satz</textarea>" in page


def test_a_draft_that_is_too_long_is_refused_as_json(client: Client, otter: world.Waiter) -> None:
    answer = client.post("/chat/draft/", {"text": "x" * 4001}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "too_long")


def test_a_draft_without_a_script_leads_back(client: Client, otter: world.Waiter) -> None:
    answer = client.post("/chat/draft/", {"text": "Hallo"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/chat/")
    assert drafts.read(otter.seeker, otter.case) == "Hallo"


def test_a_script_without_a_case_is_told_404(client: Client, team: Team) -> None:
    answer = client.post("/chat/draft/", {"text": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_leaving_keeps_the_text_and_rejoining_takes_it_along(client: Client, otter: world.Waiter) -> None:
    talks.keep_first(otter.seeker, otter.case, "Was mir wichtig ist")
    client.post("/chat/leave/")
    page = client.get("/chat/").content.decode()
    assert "Du hast die Warteschlange verlassen." in page
    assert "Was mir wichtig ist" in page
    client.post("/chat/rejoin/")
    assert view(client) == "waiting"
    assert drafts.read(otter.seeker, otter.case) == "Was mir wichtig ist"


@pytest.mark.parametrize("button", ["rejoin", "again"])
def test_behind_a_closed_door_the_way_back_leads_to_what_works(
    client: Client, otter: world.Waiter, team: Team, button: str
) -> None:
    client.post("/chat/leave/")
    world.close_hours(team)
    assert client.post(f"/chat/{button}/").headers["Location"] == "/chat/start/"
    assert "Der Chat ist gerade zu." in client.get("/chat/start/").content.decode()


def test_extending_a_call_moves_its_deadline(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.gone([otter.case])
    queue.claim(linde, otter.case)
    soon = timezone.now() + dt.timedelta(seconds=10)
    Waiting.objects.filter(case=otter.case).update(deadline=soon)
    assert client.post("/chat/extend/").status_code == 303
    deadline = world.place_row(otter.case).deadline
    assert deadline
    assert deadline > soon


def test_extending_what_is_no_call_leads_to_the_room(client: Client, otter: world.Waiter) -> None:
    assert client.post("/chat/extend/").headers["Location"] == "/chat/"


@pytest.fixture
def missed(otter: world.Waiter, linde: Actor) -> dt.datetime:
    """When somebody was called who did not come; the moment stands on the page in local time."""
    queue.gone([otter.case])
    queue.claim(linde, otter.case)
    called = timezone.now() - dt.timedelta(minutes=5)
    Waiting.objects.update(called_at=called, deadline=timezone.now())
    timers.missed_calls(timezone.now())
    return called


def shown(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M} Uhr"


def test_a_missed_call_is_told_in_plain_words_with_one_tap_to_stay(
    client: Client, otter: world.Waiter, missed: dt.datetime
) -> None:
    until = world.place_row(otter.case).kept_until
    assert until
    page = client.get("/chat/").content.decode()
    told = f"Wir haben dich um {shown(missed)} aufgerufen. Dein Platz ganz oben bleibt bis {shown(until)}."
    assert told in page
    assert 'id="missed" hidden' not in page

    assert client.post("/chat/stay/").headers["Location"] == "/chat/"

    page = client.get("/chat/").content.decode()
    assert 'id="missed" hidden' in page
    assert "du bist als Nächste:r dran." in page


def test_staying_on_a_place_that_ended_leads_to_what_is_left(
    client: Client, otter: world.Waiter, missed: dt.datetime
) -> None:
    talks.keep_first(otter.seeker, otter.case, "Was mir wichtig ist")
    code = client.post("/mine/code/", headers={"Accept": "application/json"}).json()["code"]
    timers.ended_places(timezone.now() + dt.timedelta(minutes=16))

    assert client.post("/chat/stay/").headers["Location"] == "/chat/"

    elsewhere = Client()
    elsewhere.post("/return/", {"code": code})
    for browser in (client, elsewhere):
        page = browser.get("/chat/").content.decode()
        assert "Wir haben dich gerufen, aber du warst gerade nicht da." in page
        assert "Was mir wichtig ist" in page


def test_unsent_text_of_a_chat_is_shown_as_such_while_waiting_again(
    client: Client, otter: world.Waiter, linde: Actor
) -> None:
    hint = "Das hast du noch nicht abgeschickt."
    queue.claim(linde, otter.case)
    json = {"Accept": "application/json"}
    assert client.post("/chat/draft/", {"text": "Ein halber"}, headers=json).json() == {"first": False, "help": False}
    handover.to_queue(linde, otter.case)
    page = client.get("/chat/").content.decode()
    assert ("Ein halber</textarea>" in page, hint in page) == (True, True)

    assert client.post("/chat/draft/", {"text": "Ein ganzer", "first": "1"}, headers=json).json() == {
        "first": True,
        "help": False,
    }
    page = client.get("/chat/").content.decode()
    assert ("Ein ganzer</textarea>" in page, hint in page) == (True, False)


def test_the_room_begins_with_who_is_connected(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    assert client.get("/chat/").context["room"]["seats"] == [{"role": "counsellor", "name": "Linde", "here": True}]


def test_ending_asks_first_and_then_ends(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    assert "Möchtest du das Gespräch beenden?" in client.get("/chat/end/").content.decode()
    assert state(otter.case) == "active"
    client.post("/chat/end/")
    assert state(otter.case) == "closed"


def test_a_closed_chat_can_be_taken_up_again(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    client.post("/chat/end/")
    client.post("/chat/again/")
    assert view(client) == "waiting"


def test_a_new_chat_after_a_talk_is_refused_and_counted_once_at_a_closed_door(
    client: Client, otter: world.Waiter, linde: Actor, team: Team
) -> None:
    queue.claim(linde, otter.case)
    client.post("/chat/end/")
    asked = client.get("/chat/").content.decode().split('data-testid="anew"')[0].rpartition("<form")[2]
    assert 'method="post" action="/chat/start/"' in asked
    assert client.post("/chat/start/", {"step": "new"}).context["form"]["nickname"].value()
    before = world.counted()
    world.close_hours(team)
    assert "Der Chat ist gerade zu." in client.post("/chat/start/", {"step": "new"}, follow=True).content.decode()
    assert sorted(world.counted()) == sorted([*before, "refused_closed"])


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("text/html", 303)])
def test_one_tap_keeps_a_silent_chat_open(
    client: Client, otter: world.Waiter, linde: Actor, accept: str, status: int
) -> None:
    queue.claim(linde, otter.case)
    now = timezone.now()
    Case.objects.update(last_at=now - dt.timedelta(minutes=26))
    timers.nearly_silent(now)
    asked = client.get("/chat/").content.decode().split('data-testid="keep-open"')[0].rpartition("<form")[2]
    assert 'method="post" action="/chat/stay/"' in asked
    assert client.post("/chat/stay/", headers={"Accept": accept}).status_code == status
    assert timers.silent_chats(now + dt.timedelta(minutes=10)) == 0
    assert world.notices(otter.case)[-1] == "still_here"


def test_a_blocked_chat_offers_no_way_back_but_a_letter(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    closing.block(linde, otter.case)
    page = client.get("/chat/").content.decode()
    assert "/chat/again/" not in page
    assert "Schreiben kannst du uns trotzdem." in page


def hardness(address: str = "127.0.0.1") -> int:
    """By what the next proof of work from there is multiplied."""
    return limits.hardness(limits.address_tag(RequestFactory(REMOTE_ADDR=address).get("/")))


@pytest.mark.parametrize("path", ["/chat/", "/mine/read/", "/chat/start/"])
def test_who_closed_the_tab_before_they_were_blocked_works_harder_once_they_are_back(
    client: Client, otter: world.Waiter, linde: Actor, path: str
) -> None:
    queue.claim(linde, otter.case)
    closing.block(linde, otter.case)
    assert hardness() == 1
    client.get(path)
    assert (hardness(), hardness("192.0.2.77")) == (limits.HARDER, 1)


@pytest.mark.parametrize("path", ["/chat/", "/chat/start/"])
def test_a_block_is_over_at_midnight(client: Client, otter: world.Waiter, linde: Actor, path: str) -> None:
    queue.claim(linde, otter.case)
    closing.block(linde, otter.case)
    Case.objects.update(closed_at=timezone.now() - dt.timedelta(days=1))
    client.get(path)
    assert hardness() == 1


def test_who_was_not_blocked_works_no_harder(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    client.post("/chat/end/")
    client.get("/chat/")
    assert hardness() == 1


def test_feedback_is_counted_once_and_thanked(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    client.post("/chat/end/")
    client.post("/chat/feedback/", {"helped": "4", "again": "yes"})
    assert "Danke für deine Rückmeldung." in client.get("/chat/").content.decode()
    assert world.counted().count("feedback") == 1


def test_broken_feedback_is_as_good_as_none(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    client.post("/chat/end/")
    assert client.post("/chat/feedback/", {"helped": "99"}).status_code == 303
    assert "feedback" not in world.counted()


def test_deleting_asks_first_then_leaves_nothing(client: Client, otter: world.Waiter) -> None:
    assert "Alles jetzt löschen?" in client.get("/mine/delete/").content.decode()
    unsure = client.post("/mine/delete/")
    assert (unsure.status_code, Case.objects.count()) == (422, 1)
    assert "Setz erst den Haken" in unsure.content.decode()
    answer = client.post("/mine/delete/", {"sure": "1"})
    assert "Gelöscht." in answer.content.decode()
    assert not Case.objects.exists()
    assert not SeekerAccess.objects.exists()
    assert client.cookies[settings.SEEKER_COOKIE_NAME].value == ""


def test_a_code_opens_the_room_elsewhere(client: Client, otter: world.Waiter) -> None:
    code = client.post("/mine/code/", headers={"Accept": "application/json"}).json()["code"]
    elsewhere = Client()
    assert elsewhere.post("/return/", {"code": f" {code.lower()} "}).headers["Location"] == "/chat/"
    assert view(elsewhere) == "waiting"


def test_a_code_is_shown_without_a_script_too(client: Client, otter: world.Waiter) -> None:
    page = client.post("/mine/code/")
    elsewhere = Client()
    assert elsewhere.post("/return/", {"code": page.context["code"]}).status_code == 303


def test_wrong_unknown_and_outlived_codes_get_the_same_words(client: Client, otter: world.Waiter) -> None:
    code = access.issue_code(otter.seeker)
    client.post("/mine/delete/", {"sure": "1"})
    answers = [Client().post("/return/", {"code": tried}) for tried in ("falsch", "0000-0000-0000-0000", code)]
    assert {answer.status_code for answer in answers} == {422}
    assert len({str(answer.context["form"].errors["code"]) for answer in answers}) == 1


def test_guessing_ends_soon_without_locking_out_the_owner_elsewhere(client: Client, otter: world.Waiter) -> None:
    code = access.issue_code(otter.seeker)
    for _ in range(10):
        Client().post("/return/", {"code": "falsch"})
    refused = Client().post("/return/", {"code": code})
    assert "Das waren viele Versuche." in refused.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.77").post("/return/", {"code": code}).status_code == 303


def test_an_empty_code_is_asked_for_kindly(client: Client) -> None:
    assert "Tipp den Code ein" in client.post("/return/", {"code": ""}).content.decode()


def test_back_in_the_queue_the_room_waits_again(client: Client, otter: world.Waiter, linde: Actor) -> None:
    queue.claim(linde, otter.case)
    handover.to_queue(linde, otter.case)
    assert view(client) == "waiting"


def test_the_room_says_nothing_to_strangers(client: Client, otter: world.Waiter) -> None:
    stranger, token = access.new_seeker()
    assert seats.own_case(stranger) is None
    other = Client()
    other.cookies[settings.SEEKER_COOKIE_NAME] = token
    assert other.get("/chat/").headers["Location"] == "/"


# --- nobody reads ----------------------------------------------------------------------------------------------------


def opens_in_two_days(team: Team) -> str:
    """Closed now; how the page calls the moment at which it opens again."""
    world.close_hours(team)
    day = timezone.localdate() + dt.timedelta(days=2)
    OpeningHour.objects.create(team=team, channel="chat", weekday=day.weekday(), opens=dt.time(14), closes=dt.time(18))
    return f"Wieder da: {date_format(day, 'l')}, 14:00 Uhr."


def test_waiting_room_and_chat_say_when_somebody_reads_again(
    client: Client, otter: world.Waiter, team: Team, linde: Actor
) -> None:
    again = opens_in_two_days(team)

    waits = client.get("/chat/").content.decode()
    queue.claim(linde, otter.case)
    talks_now = client.get("/chat/").content.decode()

    for page in (waits, talks_now):
        assert page.count(again) == 2  # in both views: the script swaps them
        assert page.count('data-since="" hidden') == 2
