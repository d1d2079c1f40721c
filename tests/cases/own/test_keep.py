"""Keeping a conversation: pages, forms, and what they never tell."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from counselling.cases.domain import closing, lifetime, seats
from counselling.cases.models import Case
from counselling.people import returning
from counselling.people.domain import access, passphrases
from counselling.people.models import Seeker
from counselling.vault import phrases
from tests.cases.own.kept import OWN, PHRASE, come_in, words_on
from tests.support import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


def test_words_are_shown_with_name_and_numbers_and_tried_out_once(client: Client, otter: world.Chat) -> None:
    page = client.get("/mine/keep/").content.decode()
    words = words_on(page)
    assert len(words) == 6
    assert '<bdi data-testid="nickname">Stiller Otter</bdi>' in page
    assert all(number in page for number in phrases.as_numbers(words))
    assert "kann sie dir niemand wiedergeben" in page

    tryout = client.post("/mine/keep/", {"step": "written", "passphrase": " ".join(words)})
    places = tryout.context["places"]
    assert words_on(tryout.content.decode()) == []
    asked = " ".join(words[place - 1] for place in places)
    done = client.post(
        "/mine/keep/",
        {"step": "tried", "passphrase": " ".join(words), "places": places, "passphrase_tried": asked},
    )

    assert done.headers["Location"] == "/mine/keep/done/"
    assert "Du kannst jetzt wiederkommen." in client.get("/mine/keep/done/").content.decode()
    assert come_in("stiller otter", " ".join(words))[:2] == (303, "/chat/")


@pytest.mark.parametrize("how", ["all", "numbers", "two numbers"])
def test_the_note_may_be_tried_out_in_any_way(client: Client, otter: world.Chat, how: str) -> None:
    words = PHRASE.split()
    numbers = phrases.as_numbers(words)
    tried = {"all": PHRASE.upper(), "numbers": "".join(numbers), "two numbers": f"{numbers[1]}, {numbers[4]}"}[how]

    client.post("/mine/keep/", {"step": "tried", "passphrase": PHRASE, "places": ["2", "5"], "passphrase_tried": tried})

    assert passphrases.kept(otter.seeker)


@pytest.mark.parametrize("tried", ["", "abend", "abend biene", "lampe biene", "biene lampe radio", "irgendwas"])
def test_a_wrong_note_keeps_nothing_and_can_be_tried_again(client: Client, otter: world.Chat, tried: str) -> None:
    fields = {"step": "tried", "passphrase": PHRASE, "places": ["2", "5"], "passphrase_tried": tried}
    answer = client.post("/mine/keep/", fields)

    assert answer.status_code == 422
    assert "Schau auf deinen Zettel" in answer.content.decode()
    assert not passphrases.kept(otter.seeker)


def test_the_same_words_can_be_shown_again(client: Client, otter: world.Chat) -> None:
    page = client.post("/mine/keep/", {"step": "again", "passphrase": PHRASE}).content.decode()

    assert words_on(page) == PHRASE.split()


def test_other_words_are_one_tap_away(client: Client, otter: world.Chat) -> None:
    first, second = (words_on(client.get("/mine/keep/").content.decode()) for _ in range(2))

    assert first != second


@pytest.mark.parametrize("passphrase", ["", "abend", "keine wörter der liste hier dabei"])
def test_a_changed_form_begins_anew(client: Client, otter: world.Chat, passphrase: str) -> None:
    answer = client.post("/mine/keep/", {"step": "written", "passphrase": passphrase})

    assert len(words_on(answer.content.decode())) == 6


def test_own_words_are_taken_once_they_were_typed_twice(client: Client, otter: world.Chat) -> None:
    answer = client.post("/mine/keep/", {"step": "own", "own_passphrase": OWN, "passphrase_again": f" {OWN}"})

    assert answer.headers["Location"] == "/mine/keep/done/"
    assert come_in(world.NICKNAME, OWN)[0] == 303


@pytest.mark.parametrize(
    ("own", "again", "sentence"),
    [
        (OWN, OWN + "x", "nicht gleich"),
        ("kurz", "kurz", "noch zu kurz"),
        ("aaaaaaaaaaaaa", "aaaaaaaaaaaaa", "zu leicht erraten"),
        ("stillerotter1", "stillerotter1", "dein Name"),
        ("", "", "Hier steht noch nichts."),
    ],
)
def test_own_words_that_will_not_do_are_refused_with_a_reason(
    client: Client, otter: world.Chat, own: str, again: str, sentence: str
) -> None:
    answer = client.post("/mine/keep/", {"step": "own", "own_passphrase": own, "passphrase_again": again})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in page
    assert '<details class="fold" open>' in page
    assert OWN not in page
    assert not passphrases.kept(otter.seeker)


def test_words_that_somebody_else_has_read_like_weak_ones(client: Client, otter: world.Chat) -> None:
    passphrases.keep(access.new_seeker()[0], world.NICKNAME, OWN)
    pages = [
        client.post("/mine/keep/", {"step": "own", "own_passphrase": tried, "passphrase_again": tried})
        for tried in (OWN, "aaaaaaaaaaaaa")
    ]

    reasons = {str(page.context["own"].errors["own_passphrase"]) for page in pages}
    assert len(reasons) == 1


def test_setting_words_has_an_end_too(client: Client, otter: world.Chat) -> None:
    fields = {"step": "own", "own_passphrase": "kurz", "passphrase_again": "kurz"}
    for _ in range(returning.KEEPS_PER_HOUR):
        client.post("/mine/keep/", fields)

    assert "Das ging sehr schnell." in client.post("/mine/keep/", fields).content.decode()


def test_whoever_kept_already_gets_new_words_and_others_are_signed_out(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    other = come_in(world.NICKNAME, PHRASE)[2]
    assert "Deine alten Wörter gelten dann nicht mehr" in client.get("/mine/keep/").content.decode()

    client.post("/mine/keep/", {"step": "own", "own_passphrase": OWN, "passphrase_again": OWN})

    assert other.get("/chat/").headers["Location"] == "/"
    assert client.get("/chat/").status_code == 200
    assert come_in(world.NICKNAME, PHRASE)[0] == 422
    assert come_in(world.NICKNAME, OWN)[0] == 303


def test_done_is_only_for_those_who_did(client: Client, otter: world.Chat) -> None:
    assert client.get("/mine/keep/done/").headers["Location"] == "/mine/keep/"


def test_menu_and_closing_page_offer_it(client: Client, otter: world.Chat) -> None:
    assert 'data-testid="menu-keep"' in client.get("/chat/").content.decode()
    closing.end(otter.seeker, otter.case)
    page = client.get("/chat/").content.decode()
    assert 'data-testid="keep"' in page
    assert "kannst du es noch lesen und weitermachen" in page

    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    page = client.get("/chat/").content.decode()
    assert 'data-testid="keep"' not in page
    assert "Du hast dieses Gespräch behalten." in page


def test_in_the_last_month_a_calm_line_names_the_day(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    Seeker.objects.update(seen_on="2025-12-01")
    closing.end(otter.seeker, otter.case)
    for path in ("/chat/", "/mine/read/", "/mine/"):
        page = client.get(path).content.decode()
        brief = seats.own_case(otter.seeker)
        assert brief
        assert brief.kept_until
        assert "wird dieses Gespräch gelöscht, wenn du dich bis dahin nicht noch einmal anmeldest" in page, path
        assert f"{brief.kept_until.day}. " in page


def kept_since(otter: world.Chat, months: int) -> Any:
    """Kept so many months ago, closed long since; the day on which it would go."""
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    closing.end(otter.seeker, otter.case)
    Case.objects.update(closed_at=timezone.now() - timedelta(days=500))
    seen_on = lifetime.add_months(timezone.localdate(), -months) + timedelta(days=3)
    Seeker.objects.update(seen_on=seen_on)
    return lifetime.add_months(seen_on, settings.KEPT_CASE_MONTHS)


def test_who_comes_back_in_the_last_month_is_told_what_would_have_been(client: Client, otter: world.Chat) -> None:
    """Signing in begins the time anew, so the line about the day itself is over before they could read it."""
    last, browser = kept_since(otter, months=12), Client()
    fields = {"nickname": world.NICKNAME, "passphrase": PHRASE}

    page = browser.post("/return/words/", fields, follow=True).content.decode()

    until = lifetime.add_months(timezone.localdate(), settings.KEPT_CASE_MONTHS)
    days = f"wäre am {date_format(last)} gelöscht worden. Jetzt bleibt es bis zum {date_format(until)}."
    assert days in page
    assert "Du hast dieses Gespräch behalten." in page
    assert 'data-testid="rescued"' not in browser.get("/mine/read/").content.decode()


@pytest.mark.parametrize("months", [0, 6, 10])
def test_who_comes_back_sooner_is_told_nothing_of_it(client: Client, otter: world.Chat, months: int) -> None:
    kept_since(otter, months=months)

    assert come_in(world.NICKNAME, PHRASE)[1] == "/mine/read/"


@pytest.mark.parametrize("told", ["", "x", "1900-01-01", "2999-01-01", "0001-01-01", "9999-12-31", "2026-02-31"])
def test_an_address_with_an_impossible_day_is_not_repeated(client: Client, otter: world.Chat, told: str) -> None:
    kept_since(otter, months=0)

    answer = client.get("/mine/read/", {"rescued": told})

    assert answer.status_code == 200
    assert 'data-testid="rescued"' not in answer.content.decode()


def test_who_keeps_nothing_is_not_told_it_was_rescued(client: Client, otter: world.Chat) -> None:
    closing.end(otter.seeker, otter.case)

    page = client.get("/mine/read/", {"rescued": timezone.localdate().isoformat()}).content.decode()

    assert 'data-testid="rescued"' not in page
