"""A disk that takes nothing more while somebody writes a letter: it is said kindly, and no word is lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from counselling.cases.models import Entry
from counselling.mail.domain import letters
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from tests.mail import writing_world
from tests.support import browser_letters, key_rings, world
from tests.support import letters as post
from tests.support.letters import Correspondents

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite can be told to be full"),
]

DRAFT = "Ich weiß nicht, wie ich es sagen soll."
TEXT = f"{DRAFT}\n" + "Gestern war es wieder so weit, und niemand hat etwas gemerkt.\n" * 200 + "Das war alles."
FIELD = re.compile(
    r'<(?:textarea|input)[^>]* name="(?P<name>\w+)"(?:[^>]* value="(?P<value>[^"]*)"[^>]*>|[^>]*>(?P<text>[^<]*))'
)
OURS = {"Sec-Fetch-Site": "same-origin"}


@contextmanager
def full_disk() -> Iterator[None]:
    """No page more than there are, and none of them free."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filling (bytes BLOB)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        with suppress(OperationalError):
            while True:  # until the last free page is taken
                cursor.execute("INSERT INTO filling VALUES (zeroblob(4000))")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
            cursor.execute("DROP TABLE filling")


@pytest.fixture
def made() -> Correspondents:
    team = world.team()
    return post.claimed(team, world.counsellor(team, "Linde"))


def writer(made: Correspondents, who: str) -> tuple[Actor, Client, str]:
    """Who writes, their browser, and where the letter is sent to."""
    if who == "seeker":
        return made.seeker, browser_letters.signed_in(made.seeker), reverse("mail:send")
    assert made.counsellor
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=made.counsellor.id))
    return made.counsellor, client, reverse("mail:case_write", args=[made.case])


def sheet(actor: Actor, case: Any, text: str) -> dict[str, Any]:
    """The composer's form with this text in it."""
    known = letters.unsent(actor, case)
    assert known
    return {"letter": str(known.id), "version": known.version, "text": text, "step": "send"}


def on_page(page: str) -> dict[str, str]:
    """What the form that came back would send."""
    found = {row["name"]: unescape(row["value"] or row["text"] or "") for row in FIELD.finditer(page)}
    return {name: value.removeprefix("\n") for name, value in found.items()}


def sent() -> int:
    return Entry.objects.filter(kind=Entry.Kind.LETTER).count()


@pytest.mark.parametrize("who", ["seeker", "counsellor"])
@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n")])
def test_a_letter_to_a_full_disk_comes_back_whole_and_is_sent_once_there_is_room(
    made: Correspondents, who: str, text: str
) -> None:
    actor, client, path = writer(made, who)
    letters.keep(actor, made.case, DRAFT, version=0)
    form = sheet(actor, made.case, text)
    with full_disk():
        answer = client.post(path, form, headers=OURS)

        page = answer.content.decode()
        assert answer.status_code == 503
        assert "Es ist nichts verloren." in page
        assert "Noch einmal abschicken" in page
        again = on_page(page)
        assert again["text"].replace("\r\n", "\n") == TEXT
        kept = letters.unsent(actor, made.case)
        assert kept
        assert kept.text == DRAFT
        assert sent() == 1

    assert client.post(path, again).status_code == 303
    assert client.post(path, again).status_code == 303
    assert sent() == 2
    assert writing_world.letters_of(made.case)[-1] == TEXT


@pytest.mark.parametrize("who", ["seeker", "counsellor"])
def test_a_draft_that_is_not_kept_is_told_and_the_one_before_stays(made: Correspondents, who: str) -> None:
    actor, client, path = writer(made, who)
    letters.keep(actor, made.case, DRAFT, version=0)
    form = sheet(actor, made.case, TEXT) | {"step": "keep"}
    with full_disk():
        where = reverse("mail:save") if who == "seeker" else path
        answer = client.post(where, form, headers={"Accept": "application/json"})

        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "unavailable"
        assert "Es ist nichts verloren." in answer.json()["error"]["sentence"]
        kept = letters.unsent(actor, made.case)
        assert kept
        assert (kept.text, kept.version) == (DRAFT, 1)


def test_few_words_are_shown_as_well(made: Correspondents, monkeypatch: pytest.MonkeyPatch) -> None:
    """They fit into what is left of a page, so the database refuses by itself here."""
    _actor, client, path = writer(made, "seeker")

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(letters, "send", full)
    page = client.post(path, {"text": "Hilfe"}, headers=OURS).content.decode()

    assert re.search(r'<textarea[^>]*name="text"[^>]*>\s*Hilfe</textarea>', page)
