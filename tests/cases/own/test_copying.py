"""A copy of everything, as one plain file: what stands in it, who may wait for it, how it ends."""

import re

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import AsyncClient, Client, RequestFactory

from counselling.cases.domain import agreements, closing, timeline
from counselling.cases.models import Case
from counselling.cases.views.own import copying
from counselling.errors import Locked
from counselling.people.domain import access
from counselling.people.models import AuditEntry, SeekerAccess, Team
from tests.cases.own.kept import MARKUP, again
from tests.support import world

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return b"".join(answer.streaming_content).decode()


def test_a_copy_is_one_plain_file_of_everything(client: Client, team: Team, otter: world.Chat) -> None:
    closing.end(otter.seeker, otter.case)
    again(team, otter)
    assert "Die Datei ist nicht verschlüsselt." in client.get("/mine/copy/").content.decode()

    answer = client.post("/mine/copy/")
    file = body(answer)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="Notizen.html"'
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert file.startswith("<!doctype html>")
    assert file.endswith("</main></body></html>\n")
    assert (
        re.findall(
            r"<script|<link|<img|src=|href=|url\(|@import|https?://|\son\w+=", file.replace("src=x onerror=", "")
        )
        == []
    )
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; „Zitat“" in file
    places = [file.index(part) for part in ("Stiller Otter", "Linde ist da", "Gut, dass", "Blaue Eule", "Hier Blaue")]
    assert places == sorted(places)
    assert "<strong>Du</strong>" in file
    assert "<strong>Linde</strong>" in file
    assert "Du hast das Gespräch beendet." in file
    assert str(otter.case) not in file
    assert str(otter.seeker.id) not in file
    assert "<title>Notizen</title>" in file


def test_a_copy_holds_what_was_agreed_and_what_held_before(client: Client, otter: world.Chat) -> None:
    agreements.write(otter.counsellor, otter.case, "Bis Montag <b>schlafen</b>")
    agreements.write(otter.counsellor, otter.case, "Bis Dienstag reden")

    file = body(client.post("/mine/copy/"))

    places = [
        file.index(part) for part in ("Das haben wir vereinbart", "Bis Dienstag", "Bis Montag &lt;b&gt;", "Gut, dass")
    ]
    assert places == sorted(places)
    assert "Aufgeschrieben von Linde am" in file


def test_a_copy_speaks_the_readers_language(client: Client, otter: world.Chat) -> None:
    answer = client.post("/mine/copy/", headers={"Accept-Language": "en"})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="Notes.html"'
    assert '<html lang="en" dir="ltr">' in body(answer)


def test_a_copy_is_written_down_without_naming_the_seeker(client: Client, team: Team, otter: world.Chat) -> None:
    closing.end(otter.seeker, otter.case)
    again(team, otter)
    refs = set(Case.objects.values_list("audit_ref", flat=True))

    client.get("/mine/copy/")
    assert not AuditEntry.objects.filter(event="exported").exists()
    client.post("/mine/copy/")

    entries = AuditEntry.objects.filter(event="exported").values_list("case_ref", "actor", "subject", "code")
    assert set(entries) == {(ref, None, None, "seeker") for ref in refs}


def test_a_long_copy_has_every_line_once(client: Client, otter: world.Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "PAGE", 3)
    for number in range(450):
        world.say(otter.seeker, otter.case, f"Satz {number}.")

    assert re.findall(r"Satz \d+\.", body(client.post("/mine/copy/"))) == [f"Satz {number}." for number in range(450)]


@pytest.mark.django_db(transaction=True)
async def test_a_server_with_a_loop_streams_the_same(transactional_db: None) -> None:
    def prepare() -> str:
        actor, token = access.new_seeker()
        team = world.team()
        chat = world.chat(team, world.counsellor(team, "Linde"), seeker=actor)
        world.say(actor, chat.case, MARKUP)
        return token

    token = await sync_to_async(prepare)()
    browser = AsyncClient()
    browser.cookies[settings.SEEKER_COOKIE_NAME] = token
    answer = await browser.post("/mine/copy/")
    file = "".join([part.decode() async for part in answer.streaming_content])

    assert file.startswith("<!doctype html>")
    assert "&lt;img src=x" in file
    assert file.endswith("</main></body></html>\n")


def end(answer) -> None:
    """As a server does when the answer is out or its reader gone; the test's own connection stays."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def test_more_than_four_copies_at_once_wait(client: Client, otter: world.Chat) -> None:
    open_ones = [client.post("/mine/copy/") for _ in range(copying.AT_ONCE)]
    refused = client.post("/mine/copy/")
    assert refused.status_code == 503

    for answer in open_ones:
        end(answer)
    last = client.post("/mine/copy/")
    assert last.status_code == 200
    end(last)


def test_every_way_a_copy_ends_gives_its_place_back(client: Client, otter: world.Chat) -> None:
    for use in (body, lambda answer: None):
        for _ in range(copying.AT_ONCE + 1):
            answer = client.post("/mine/copy/")
            assert answer.status_code == 200
            use(answer)
            end(answer)


def test_a_reader_who_goes_away_halfway_gives_the_place_back(otter: world.Chat) -> None:
    for _ in range(copying.AT_ONCE + 1):
        answer = copying.download(RequestFactory().post("/mine/copy/"), otter.seeker)
        assert next(iter(answer)).startswith(b"<!doctype html>")
        answer._iterator.close()


def test_without_the_key_there_is_no_copy_and_nothing_is_written_down(client: Client, otter: world.Chat) -> None:
    SeekerAccess.objects.filter(kind="cookie").update(wrapped=b"\1" + bytes(60))

    assert client.post("/mine/copy/").status_code == Locked.status
    assert not AuditEntry.objects.filter(event="exported").exists()
