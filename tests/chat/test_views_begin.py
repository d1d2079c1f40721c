"""From the start page into the queue: every way the door can stand, every way a form can come."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.formats import date_format

from counselling.cases.domain import opening, seats
from counselling.cases.models import Case, WaitSample
from counselling.centre import defaults
from counselling.centre.models import OpeningHour
from counselling.people.cookies import seeker_of
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world

pytestmark = pytest.mark.django_db

FACTS = {"step": "facts", "nickname": "Stiller Otter", "proof": "none"}


@pytest.fixture
def open_door() -> Actor:
    """Whoever is here behind it."""
    return world.counsellor(world.team())


def seeker(client: Client) -> Actor:
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    actor = seeker_of(request)
    assert actor
    return actor


def test_start_says_open_and_leads_into_the_chat(client: Client, open_door: Actor) -> None:
    page = client.get("/").content.decode()
    assert "offen" in page
    assert 'href="/chat/start/"' in page


@pytest.mark.parametrize(
    ("language", "today", "tomorrow"),
    [("de", "Heute bis 24 Uhr", "Bis {}, 24 Uhr"), ("en", "Today until midnight", "Until {}, midnight")],
)
def test_a_door_that_closes_at_midnight_names_the_day_that_ends(
    client: Client, open_door: Actor, language: str, today: str, tomorrow: str
) -> None:
    def said() -> str:
        return client.get("/", headers={"Accept-Language": language}).content.decode()

    day = timezone.localdate() + dt.timedelta(days=1)
    with translation.override(language):
        name = date_format(day, "l")
    assert tomorrow.format(name) in said()

    OpeningHour.objects.filter(weekday=day.weekday()).delete()
    assert today in said()
    assert "00:00" not in said()


def test_start_is_the_same_for_somebody_who_was_here(client: Client, open_door: Actor) -> None:
    before = client.get("/").content
    client.post("/chat/start/", FACTS)
    Case.objects.all().delete()
    assert without_tokens(client.get("/").content) == without_tokens(before)


def without_tokens(page: bytes) -> list[bytes]:
    return [line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line]


def test_a_tap_on_the_closed_door_is_counted_and_answered_with_what_works(client: Client) -> None:
    world.team(is_open=False)
    answer = client.post("/", follow=True)
    assert world.counted() == ["closed_door"]
    assert answer.redirect_chain == [("/chat/start/", 302)]
    page = answer.content.decode()
    assert "Der Chat ist gerade zu." in page
    assert 'href="/letter/"' in page
    assert 'href="tel:112"' in page


def test_looking_at_the_closed_door_is_not_counted(client: Client) -> None:
    world.team(is_open=False)
    client.get("/")
    client.get("/chat/start/")
    assert world.counted() == []


@pytest.fixture
def door(request: pytest.FixtureRequest, open_door: Actor) -> str:
    """A door that shut while somebody filled in the form: why."""
    match request.param:
        case "closed":
            world.close_hours(Team.objects.get())
        case "nobody":
            presence.set_status(open_door, "away")
        case "full":
            now = timezone.localtime()
            for _ in range(5):
                WaitSample.objects.create(team=Team.objects.get(), day=now.date(), hour=now.hour, seconds=3 * 86_400)
    return str(request.param)


@pytest.mark.parametrize("door", ["closed", "nobody", "full"], indirect=True)
@pytest.mark.parametrize("form", [{"step": "name", "nickname": "Stiller Otter"}, FACTS, {"step": "new"}])
def test_who_is_refused_at_a_door_that_shut_meanwhile_is_counted_once(
    client: Client, door: str, form: dict[str, str]
) -> None:
    answer = client.post("/chat/start/", form, follow=True)
    assert (answer.redirect_chain, world.counted()) == ([("/chat/start/", 303)], [f"refused_{door}"])
    assert answer.context["door"].open == door
    assert not Case.objects.exists()


def test_a_door_that_shuts_in_the_last_moment_counts_once_and_says_what_works(
    client: Client, open_door: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the door and the place in the queue."""
    begin_chat = opening.begin_chat

    def late(*args: Any, **more: Any) -> UUID:
        world.close_hours(Team.objects.get())
        return begin_chat(*args, **more)

    monkeypatch.setattr("chat.views.begin.opening.begin_chat", late)
    answer = client.post("/chat/start/", FACTS, follow=True)
    assert (answer.redirect_chain, world.counted()) == ([("/chat/start/", 303)], ["refused_closed"])
    assert "Der Chat ist gerade zu." in answer.content.decode()


def test_who_waits_already_is_refused_nothing(client: Client, open_door: Actor) -> None:
    client.post("/chat/start/", FACTS)
    world.close_hours(Team.objects.get())
    assert client.post("/chat/start/", FACTS).headers["Location"] == "/chat/"
    assert world.counted() == ["asked"]


def test_nobody_here_is_said_as_such(client: Client) -> None:
    world.team()
    assert "Gerade ist niemand aus dem Team da." in client.get("/chat/start/").content.decode()


def test_another_name_differs_without_a_script(client: Client, open_door: Actor) -> None:
    page = client.post("/chat/start/", {"step": "name", "nickname": "Stiller Otter", "another": "1"})
    assert page.context["form"]["nickname"].value() not in {"", "Stiller Otter"}


def test_a_name_that_poses_as_staff_comes_back_with_a_sentence_and_the_input(client: Client, open_door: Actor) -> None:
    page = client.post("/chat/start/", {"step": "name", "nickname": "Beraterin Anna"}).content.decode()
    assert "Der Name klingt nach jemandem aus dem Team." in page
    assert 'value="Beraterin Anna"' in page


def test_a_markup_name_is_inert(client: Client, open_door: Actor) -> None:
    page = client.post("/chat/start/", {"step": "name", "nickname": "<b>x</b>"}).content.decode()
    assert "<b>x</b>" not in page


def test_the_name_travels_in_the_form_not_in_the_address(client: Client, open_door: Actor) -> None:
    answer = client.post("/chat/start/", {"step": "name", "nickname": " Stiller  Otter "})
    assert answer.request["PATH_INFO"] == "/chat/start/"
    assert 'name="nickname" value="Stiller Otter"' in answer.content.decode()


def test_facts_open_a_case_with_a_cookie(client: Client, open_door: Actor) -> None:
    answer = client.post("/chat/start/", FACTS | {"strain": "5", "age_band": "12_14", "for_whom": "me"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/chat/")
    case = seats.own_case(seeker(client))
    assert case
    assert (case.nickname, case.state, case.urgent) == ("Stiller Otter", "waiting", True)


def test_skipping_ignores_what_was_ticked(client: Client, open_door: Actor) -> None:
    client.post("/chat/start/", FACTS | {"strain": "5", "skip": "1"})
    case = seats.own_case(seeker(client))
    assert case
    assert not case.urgent


def test_an_answer_that_was_never_offered_opens_nothing(client: Client, open_door: Actor) -> None:
    assert client.post("/chat/start/", FACTS | {"age_band": "999"}).status_code == 200
    assert not Case.objects.exists()


def test_without_a_proof_the_answers_travel_on(client: Client, open_door: Actor) -> None:
    defaults.ensure()
    page = client.post("/chat/start/", FACTS | {"proof": "", "strain": "4", "topics": ["family", "school"]})
    fields = page.context["fields"]
    assert ("strain", "4") in fields
    assert [value for name, value in fields if name == "topics"] == ["family", "school"]
    assert not Case.objects.exists()


def test_too_many_starts_are_told_kindly_and_keep_the_input(
    client: Client, open_door: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.views.begin.STARTS_PER_HOUR", 0)
    answer = client.post("/chat/start/", FACTS | {"strain": "4"})
    assert answer.status_code == 429
    assert "Deine Angaben bleiben stehen." in answer.content.decode()
    assert answer.context["form"]["strain"].value() == "4"
    assert not Case.objects.exists()


def test_an_open_case_is_continued_not_doubled(client: Client, open_door: Actor) -> None:
    client.post("/chat/start/", FACTS)
    assert client.get("/chat/start/").headers["Location"] == "/chat/"
    assert client.post("/chat/start/", FACTS).headers["Location"] == "/chat/"
    assert Case.objects.count() == 1


def test_after_a_closed_chat_the_same_seeker_begins_anew(client: Client, open_door: Actor) -> None:
    client.post("/chat/start/", FACTS)
    first = seeker(client)
    client.post("/chat/leave/")
    client.post("/chat/start/", FACTS)
    assert seeker(client) == first
    assert Case.objects.count() == 2


def test_the_challenge_belongs_to_nobody_and_is_json(client: Client) -> None:
    assert client.get("/chat/challenge/").json() == {"skip": True}


@pytest.mark.parametrize("path", ["/chat/", "/chat/end/", "/mine/delete/"])
def test_without_a_case_the_room_leads_to_the_start(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"] == "/"


BUTTONS = [f"/chat/{name}/" for name in ("leave", "extend", "rejoin", "again", "feedback", "draft")] + ["/mine/code/"]


@pytest.mark.parametrize("path", [*BUTTONS, "/chat/end/", "/mine/delete/"])
def test_every_button_needs_a_token(open_door: Actor, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(path).status_code == 403


@pytest.mark.parametrize("path", BUTTONS)
def test_buttons_cannot_be_links(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405
