"""From the start page to a first letter, without a script: name, facts, words, letter; and who comes with a past."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import closing, retention
from counselling.cases.models import Case, Entry, Seat, Waiting
from counselling.mail.domain import letters
from counselling.mail.models import Correspondence, Letter
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import browser_letters as browser
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def linde() -> Actor:
    return world.counsellor(world.team(), "Linde")


@pytest.fixture
def closed_door() -> None:
    """Night: nobody is here, and no hours at all."""
    team = world.team(is_open=False)
    world.counsellor(team, "Linde")
    world.close_hours(team)


def test_a_first_letter_at_night_without_a_script(client: Client, closed_door: None) -> None:
    assert "Wie sollen wir dich nennen?" in client.get("/letter/").content.decode()
    page = client.post("/letter/", {"step": "name", "nickname": "Stiller Otter"}).content.decode()
    assert "Hallo <bdi>Stiller Otter</bdi>" in page

    answer = client.post("/letter/", {"step": "facts", "nickname": "Stiller Otter", "strain": "3"})
    assert answer.headers["Location"] == "/mine/keep/?for=letter"
    words = browser.keep(client)
    assert "Weiter zu deinem Brief" in client.get("/mine/keep/done/?for=letter").content.decode()
    answer = browser.send(client, "Ich kann nicht schlafen.")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/inbox/?sent=1"
    page = client.get("/inbox/?sent=1").content.decode()
    assert "Angekommen." in page
    assert "Ich kann nicht schlafen." in page
    case = Case.objects.get()
    assert (case.state, Waiting.objects.get().ended_at is None) == ("letters", False)
    assert Correspondence.objects.get().due_at
    assert passphrases.come_back("Stiller Otter", " ".join(words))


def test_the_nickname_is_in_no_address(client: Client, linde: Actor) -> None:
    seen = [client.post("/letter/", browser.FACTS), client.get("/mine/keep/?for=letter"), client.get("/inbox/write/")]
    assert not [answer for answer in seen if "Otter" in answer.headers.get("Location", "")]
    assert not any("Otter" in answer.wsgi_request.get_full_path() for answer in seen)


def test_nothing_is_sent_before_there_is_a_way_back(client: Client, linde: Actor) -> None:
    browser.begin(client)

    answer = browser.send(client, "Bitte helft mir.")

    assert answer.headers["Location"] == "/mine/keep/?for=letter&unsent=1"
    assert "Dein Brief ist gespeichert." in client.get(answer.headers["Location"]).content.decode()
    assert not Entry.objects.filter(kind=Entry.Kind.LETTER).exists()
    browser.keep(client)
    kept = browser.composer(client)
    assert kept["text"] == "Bitte helft mir."
    client.post("/inbox/send/", kept)
    assert Entry.objects.filter(kind=Entry.Kind.LETTER).count() == 1


def test_own_words_lead_on_to_the_letter(client: Client, linde: Actor) -> None:
    browser.begin(client)
    own = "Grüne Wolke über dem Bahnhof"
    answer = client.post(
        "/mine/keep/", {"step": "own", "for": "letter", "own_passphrase": own, "passphrase_again": own}
    )
    assert answer.headers["Location"] == "/mine/keep/done/?for=letter"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"step": "name", "nickname": ""}, "Such dir einen Namen aus"),
        ({"step": "name", "nickname": "x"}, "mindestens zwei Zeichen"),
        ({"step": "name", "nickname": "Otter 0171 2345678"}, "Telefonnummer"),
        ({"step": "facts", "nickname": "Ot\0ter"}, "unsichtbares Zeichen"),
    ],
)
def test_a_name_that_will_not_do_is_asked_again(
    client: Client, linde: Actor, fields: dict[str, str], sentence: str
) -> None:
    answer = client.post("/letter/", fields | {"text": "Was ich schon schrieb"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert sentence in page or "Null" in page
    assert "Was ich schon schrieb" in page
    assert not Case.objects.exists()


def test_another_name_is_suggested_without_a_script(client: Client, linde: Actor) -> None:
    answer = client.post("/letter/", {"step": "name", "another": "1", "nickname": "Stiller Otter"})
    assert answer.context["form"]["nickname"].value() != "Stiller Otter"


def test_skipped_facts_are_not_stored(client: Client, linde: Actor) -> None:
    browser.begin(client, skip="1", strain="5")
    assert Case.objects.get().facts.strain is None


def test_a_fact_that_was_never_offered_is_not_taken(client: Client, linde: Actor) -> None:
    assert client.post("/letter/", browser.FACTS | {"strain": "9"}).status_code == 200
    assert not Case.objects.exists()


def test_too_many_letters_are_told_kindly_and_keep_the_input(
    client: Client, linde: Actor, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DEMO = False
    monkeypatch.setattr("counselling.mail.views.start.PLAIN_STARTS_PER_HOUR", 0)
    answer = client.post("/letter/", browser.FACTS | {"proof": "", "strain": "4", "text": "Schon geschrieben"})
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "Deine Angaben bleiben stehen." in page
    assert "Schon geschrieben" in page
    assert answer.context["form"]["strain"].value() == "4"
    assert not Case.objects.exists()


def test_a_double_tap_opens_one_case(client: Client, linde: Actor) -> None:
    browser.begin(client)
    assert client.post("/letter/", browser.FACTS).headers["Location"] == "/inbox/write/"
    assert client.get("/letter/").headers["Location"] == "/inbox/write/"
    assert Case.objects.count() == 1


def test_who_writes_already_comes_to_the_inbox(linde: Actor) -> None:
    made = post.asked(world.team("Buche"))
    assert browser.signed_in(made.seeker).get("/letter/").headers["Location"] == "/inbox/"


def test_a_closed_chat_asks_where_and_shows_nothing_of_it(linde: Actor) -> None:
    client, chat = talked(linde)
    page = client.get("/letter/").content.decode()
    assert "Möchtest du dort weiterschreiben" in page
    assert "Geheimnis" not in page
    assert "Otter" not in page
    assert "Wie sollen wir dich nennen?" in client.post("/letter/", {"step": "new"}).content.decode()
    assert Case.objects.get().pk == chat.case


def test_a_closed_chat_goes_on_as_letters_in_the_same_case(linde: Actor) -> None:
    client, chat = talked(linde)
    assert "brauchst du vor dem Abschicken noch deine Wörter" in client.get("/inbox/write/").content.decode()
    browser.keep(client)

    browser.send(client, "Ich wollte noch etwas sagen.")

    assert Case.objects.get(pk=chat.case).state == "letters"
    page = client.get("/inbox/").content.decode()
    assert "Geheimnis" in page
    assert "Ich wollte noch etwas sagen." in page


def test_a_new_case_after_a_closed_one_keeps_the_words(linde: Actor) -> None:
    client, chat = talked(linde)
    browser.keep(client)
    answer = client.post("/letter/", browser.FACTS)
    assert answer.headers["Location"] == "/inbox/write/"
    assert Case.objects.exclude(pk=chat.case).get().state == "letters"
    assert browser.send(client).headers["Location"] == "/inbox/?sent=1"


def talked(linde: Actor) -> tuple[Client, world.Chat]:
    """A browser whose chat is over."""
    chat = world.chat(linde_team(linde), linde)
    world.say(chat.seeker, chat.case, "Geheimnis")
    closing.end(chat.seeker, chat.case)
    return browser.signed_in(chat.seeker), chat


def linde_team(linde: Actor) -> Team:
    return Team.objects.get(staff=linde.id)


def test_from_the_waiting_room_the_text_becomes_the_letter(linde: Actor) -> None:
    waiter = world.waiting(linde_team(linde))
    client = browser.signed_in(waiter.seeker)
    client.post("/chat/draft/", {"text": "Ich warte lieber nicht.", "first": "1"})

    answer = client.post("/letter/from-chat/")

    assert answer.headers["Location"] == "/inbox/write/"
    assert browser.composer(client)["text"] == "Ich warte lieber nicht."
    assert Waiting.objects.get().ended_at is None  # until it is sent the place is kept
    browser.keep(client)
    browser.send(client, "Ich warte lieber nicht.")
    assert Waiting.objects.get().how == "letter"
    assert client.get("/chat/").headers["Location"] == "/inbox/"


def test_from_the_chat_goes_what_its_page_shows(linde: Actor) -> None:
    """A browser without a script has never kept it."""
    waiter = world.waiting(linde_team(linde))
    client = browser.signed_in(waiter.seeker)
    page = client.get("/chat/").content.decode()
    assert '<textarea id="first" name="text" form="as-letter"' in page

    client.post("/letter/from-chat/", {"text": "Erste Zeile\r\nzweite"})

    assert browser.composer(client)["text"] == "Erste Zeile\nzweite"


def test_from_the_chat_nothing_is_doubled_and_nothing_lost(linde: Actor) -> None:
    waiter = world.waiting(linde_team(linde))
    client = browser.signed_in(waiter.seeker)
    letters.keep(waiter.seeker, waiter.case, "Schon da.", version=0)
    client.post("/chat/draft/", {"text": "Und das auch.", "first": "1"})

    client.post("/letter/from-chat/")
    client.post("/letter/from-chat/")

    assert browser.composer(client)["text"] == "Schon da.\n\nUnd das auch."


@pytest.mark.django_db(transaction=True)
def test_a_case_without_words_and_letter_goes_after_a_day(client: Client, linde: Actor) -> None:
    browser.begin(client)
    client.post("/inbox/draft/", browser.composer(client) | {"text": "Unfertig"})
    retention.prune(timezone.now() + dt.timedelta(hours=23))
    assert Letter.objects.count() == 1

    retention.prune(timezone.now() + dt.timedelta(hours=25))

    assert not Case.objects.exists()
    assert not Letter.objects.exists()


def test_from_the_chat_needs_a_case_and_a_post(client: Client, linde: Actor) -> None:
    assert client.post("/letter/from-chat/").headers["Location"] == "/"
    assert client.get("/letter/from-chat/").status_code == 405
    assert not Seat.objects.exists()
