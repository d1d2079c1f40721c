"""The composer without a script: drafts, two pages, double taps, bad input."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from counselling.cases.models import Case, Entry
from counselling.mail.domain import letters
from counselling.mail.models import Letter
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import browser_letters as browser
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
SECRET = "Mein Stiefvater hat"


@pytest.fixture
def linde() -> Actor:
    return world.counsellor(world.team(), "Linde")


@pytest.fixture
def writer(client: Client, linde: Actor) -> Actor:
    """Somebody with words, before their first letter, whose browser `client` is."""
    browser.begin(client)
    browser.keep(client)
    return browser.whose(client)


def page(client: Client) -> str:
    return client.get("/inbox/write/").content.decode()


def sent() -> int:
    return Entry.objects.filter(kind=Entry.Kind.LETTER).count()


def test_the_promise_stands_before_the_button(client: Client, writer: Actor) -> None:
    shown = page(client)
    assert "Das sind 2 Werktage." in shown
    assert "höchstens eine Woche" in shown
    assert "Das hier ist kein Notruf." in shown
    assert shown.index('data-testid="promise"') < shown.index('data-testid="send-letter"')


def test_nobody_reads_is_said_with_the_next_opening(client: Client, writer: Actor) -> None:
    assert "Gerade liest niemand mit." not in page(client)
    world.close_hours(Case.objects.get().team)
    Staff.objects.update(status="away")
    assert "Gerade liest niemand mit." in page(client)


def test_a_draft_is_saved_without_a_script(client: Client, writer: Actor) -> None:
    answer = client.post("/inbox/draft/", browser.composer(client) | {"text": "Erste Zeile\r\nzweite"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox/write/")
    assert browser.composer(client)["text"] == "Erste Zeile\nzweite"
    assert "Entwurf gespeichert um" in page(client)
    assert "Entwurf weiterschreiben" in client.get("/inbox/").content.decode()


def test_a_draft_lies_sealed(client: Client, writer: Actor) -> None:
    client.post("/inbox/draft/", browser.composer(client) | {"text": SECRET})
    assert SECRET.encode() not in bytes(Letter.objects.get().sealed)


def test_a_script_is_told_version_and_time(client: Client, writer: Actor) -> None:
    fields = browser.composer(client) | {"text": "Hallo"}
    answer = client.post("/inbox/draft/", fields, headers=JSON).json()
    assert answer["version"] == 1
    assert answer["letter"] == fields["letter"]
    assert answer["help"] is False
    assert ":" in answer["saved"]


def test_a_word_that_may_hint_at_danger_shows_help_first_and_blocks_nothing(client: Client, writer: Actor) -> None:
    fields = browser.composer(client) | {"text": "Ich will nicht mehr leben"}
    assert client.post("/inbox/draft/", fields, headers=JSON).json()["help"] is True
    shown = page(client)
    assert shown.index("Diese Menschen helfen dir sofort") < shown.index("<h1>")
    assert 'data-testid="helps-first" hidden' not in shown.replace("  ", " ")

    answer = client.post("/inbox/send/", browser.composer(client))

    assert answer.headers["Location"] == "/inbox/?sent=1"
    shown = client.get("/inbox/?sent=1").content.decode()
    assert shown.index("Diese Menschen helfen dir sofort") < shown.index("Dein Postfach")
    assert "Wir lesen deinen Brief als Erstes" in shown


def test_strain_five_shows_help_first(client: Client, linde: Actor) -> None:
    browser.begin(client, strain="5")
    shown = page(client)
    assert shown.index("Diese Menschen helfen dir sofort") < shown.index("<h1>")


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("", 422, "Da steht noch nichts."),
        (" \r\n ", 422, "Da steht noch nichts."),
        ("\0\0", 422, "Da steht noch nichts."),
        ("x" * 20_001, 422, "Das ist zu lang für einen Brief."),
        ("ü" * 20_001, 422, "Das ist zu lang für einen Brief."),
    ],
)
def test_what_is_no_letter_comes_back_whole(
    client: Client, writer: Actor, text: str, status: int, sentence: str
) -> None:
    answer = browser.send(client, text)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert answer.context["sheet"].text == text.replace("\r\n", "\n")
    assert sent() == 0


@pytest.mark.parametrize("text", ["x" * 20_000, "ж" * 20_000, "🦦" * 20_000, "Zeile\r\n" * 3_000])
def test_the_longest_letters_arrive_in_any_writing(client: Client, writer: Actor, text: str) -> None:
    assert browser.send(client, text).status_code == 303
    assert sent() == 1


def test_nul_is_taken_out_and_the_rest_arrives(client: Client, writer: Actor) -> None:
    browser.send(client, "Hal\0lo")
    assert "Hallo" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("fields", [{"letter": "x"}, {"version": "-1"}, {"version": "x"}, {"version": "9" * 30}, {}])
def test_a_broken_page_is_as_good_as_a_new_one(client: Client, writer: Actor, fields: dict[str, str]) -> None:
    assert client.post("/inbox/send/", fields | {"text": "Hallo"}).status_code == 303
    assert sent() == 1


def test_a_double_tap_sends_once(client: Client, writer: Actor) -> None:
    fields = browser.composer(client) | {"text": "Hallo"}
    assert client.post("/inbox/send/", fields).status_code == 303
    assert client.post("/inbox/send/", fields).status_code == 303
    assert sent() == 1
    assert not Letter.objects.exists()


def test_a_page_from_before_sending_offers_its_text_as_a_new_letter(client: Client, writer: Actor) -> None:
    fields = browser.composer(client) | {"text": "Hallo"}
    client.post("/inbox/send/", fields)

    answer = client.post("/inbox/send/", fields | {"text": "Hallo, und noch etwas"})

    assert answer.status_code == 409
    assert "Dieser Brief ist schon angekommen." in answer.content.decode()
    sheet = answer.context["sheet"]
    client.post("/inbox/send/", {"letter": str(sheet.letter), "version": "0", "text": sheet.text})
    assert sent() == 2


def test_a_script_of_an_old_page_does_not_bring_a_sent_letter_back(client: Client, writer: Actor) -> None:
    fields = browser.composer(client) | {"text": "Hallo"}
    client.post("/inbox/send/", fields)
    answer = client.post("/inbox/draft/", fields | {"text": "Hallo du"}, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_sent")
    assert not Letter.objects.exists()


def test_two_pages_show_both_texts_and_either_can_be_taken(client: Client, writer: Actor) -> None:
    first = second = browser.composer(client)
    client.post("/inbox/draft/", first | {"text": "Auf dem Handy"})

    answer = client.post("/inbox/send/", second | {"text": "Am Rechner"})

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Auf dem Handy" in shown
    assert "Am Rechner" in shown
    assert sent() == 0
    assert browser.composer(client)["text"] == "Auf dem Handy"
    known = answer.context["known"]
    client.post("/inbox/draft/", {"letter": str(known.id), "version": str(known.version), "text": "Am Rechner"})
    assert browser.composer(client)["text"] == "Am Rechner"


def test_a_script_hears_that_another_page_was_faster(client: Client, writer: Actor) -> None:
    fields = browser.composer(client)
    client.post("/inbox/draft/", fields | {"text": "Eins"}, headers=JSON)
    answer = client.post("/inbox/draft/", fields | {"text": "Zwei"}, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "diverged")


def test_a_draft_is_thrown_away(client: Client, writer: Actor) -> None:
    client.post("/inbox/draft/", browser.composer(client) | {"text": "Weg damit"})
    assert client.post("/inbox/discard/").headers["Location"] == "/inbox/"
    assert not Letter.objects.exists()


def test_while_a_chat_runs_a_letter_waits(linde: Actor) -> None:
    chat = world.chat(Team.objects.get(), linde)
    passphrases.keep(chat.seeker, "Otter", post.WORDS)
    client = browser.signed_in(chat.seeker)
    answer = browser.send(client, "Ein Brief mittendrin")
    assert answer.status_code == 409
    assert "Ihr seid gerade im Chat." in answer.content.decode()
    assert browser.composer(client)["text"] == "Ein Brief mittendrin"


def test_too_many_letters_come_back_whole(client: Client, writer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counselling.mail.views.write.LETTERS_PER_HOUR", 0)
    answer = browser.send(client, "Hallo")
    assert answer.status_code == 429
    assert answer.context["sheet"].text == "Hallo"


def test_nobody_elses_letter_is_reached(client: Client, writer: Actor) -> None:
    """Whatever ids a form names, it writes into the own case only."""
    other = post.writer(world.team("Buche"))
    theirs = letters.keep(other.seeker, other.case, "Fremd", version=0)
    client.post("/inbox/draft/", {"letter": str(theirs.id), "version": str(theirs.version), "text": "Meins"})
    known = letters.unsent(other.seeker, other.case)
    assert known
    assert known.text == "Fremd"


@pytest.mark.parametrize("path", ["/inbox/draft/", "/inbox/send/", "/inbox/back/", "/inbox/discard/"])
def test_buttons_cannot_be_links(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


def test_the_composer_costs_the_same_however_long_the_case_is(
    client: Client, writer: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(3):
        browser.send(client, f"Brief {n}")
    client.get("/inbox/write/")
    with django_assert_max_num_queries(32):
        client.get("/inbox/write/")


def test_a_withdrawn_letter_is_sent_again_only_as_a_new_one(client: Client, writer: Actor) -> None:
    fields = browser.composer(client) | {"text": "Hallo"}
    client.post("/inbox/send/", fields)
    client.post("/inbox/withdraw/", {"seq": "1"})

    answer = client.post("/inbox/send/", fields)

    assert answer.status_code == 409
    assert sent() == 0
    sheet = answer.context["sheet"]
    assert client.post("/inbox/send/", {"letter": str(sheet.letter), "text": sheet.text}).status_code == 303
    assert sent() == 1


def test_more_than_any_letter_is_refused_before_it_is_read(client: Client, writer: Actor) -> None:
    client.raise_request_exception = False
    answer = client.post("/inbox/send/", browser.composer(client) | {"text": "x" * 200_000})
    assert answer.status_code == 400
    assert sent() == 0


def test_what_was_kept_though_refused_goes_on_from_there(linde: Actor) -> None:
    """A chat runs: the letter is kept, and the next key on this page is no other page's change."""
    chat = world.chat(Team.objects.get(), linde)
    passphrases.keep(chat.seeker, world.NICKNAME, post.WORDS)
    client = browser.signed_in(chat.seeker)

    refused = client.post("/inbox/send/", browser.composer(client) | {"text": "Hallo"})

    assert refused.status_code == 409
    sheet = refused.context["sheet"]
    fields = {"letter": str(sheet.letter), "version": str(sheet.version), "text": "Hallo du"}
    assert client.post("/inbox/draft/", fields, headers=JSON).status_code == 200
    known = letters.unsent(chat.seeker, chat.case)
    assert known
    assert known.text == "Hallo du"


def test_a_letter_that_does_not_open_is_said_kindly_and_costs_nothing_that_is_written(
    client: Client, writer: Actor
) -> None:
    case = Case.objects.get().pk
    old = letters.keep(writer, case, SECRET, version=0).id
    Letter.objects.update(sealed=b"\x01" + b"x" * 300)

    shown = client.get("/inbox/write/")

    assert 'data-testid="broken"' in shown.content.decode()
    assert SECRET not in shown.content.decode()
    sheet = shown.context["sheet"]
    assert (sheet.text, sheet.version) == ("", 0)
    assert sheet.letter != old
    form = {"letter": str(sheet.letter), "version": "0", "text": "Noch einmal"}
    assert client.post("/inbox/draft/", form, headers=JSON).json()["letter"] == str(sheet.letter)
    assert 'data-testid="broken"' not in page(client)
    assert "Noch einmal" in page(client)
    for _twice in range(2):
        client.post("/inbox/send/", form | {"version": "1"})
    assert sent() == 1
    assert Letter.objects.get().pk == old
