"""A young person's copy names what was attached, and each file is a download beside it; a reported one is nobody's."""

import re

import pytest
from django.test import Client

from counselling.mail.domain import locking
from tests.mail import files_world as paperclip
from tests.support import letters as post
from tests.support import world
from tests.support.browser_letters import signed_in
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Correspondents:
    team = world.team()
    paperclip.allow(team)
    return post.claimed(team, world.counsellor(team, "Linde"))


def copy(client: Client) -> str:
    """The one file."""
    return b"".join(client.post("/mine/copy/").streaming_content).decode()


def test_files_stand_with_their_letters_and_are_loaded_beside_the_copy(made: Correspondents) -> None:
    assert made.counsellor
    client = signed_in(made.seeker)
    mine = paperclip.sent(made.seeker, made.case, name="Zimmer.jpg", text="Mein Zimmer")
    theirs = paperclip.sent(made.counsellor, made.case, paperclip.paper(), "Plan <b>.pdf", "Unser Plan")
    bad = paperclip.sent(made.seeker, made.case, name="Gemeldet.jpg", text="Und das")
    locking.report(made.counsellor, made.case, bad.id)
    paperclip.attach(made.seeker, made.case, name="Angefangen.jpg")  # not sent: no part of what was said

    file, page = copy(client), client.get("/mine/copy/").content.decode()

    places = [file.index(part) for part in ("Mein Zimmer", "Zimmer.jpg", "Unser Plan", "Plan", "Und das", "nicht mehr")]
    assert places == sorted(places)
    for text in (file, page):
        assert "Gemeldet" not in text
        assert "Angefangen.jpg" not in text
        assert text.count("Eine Datei, nicht mehr verfügbar.") == 1
    assert not re.search(r"<a |src=|https?://|<b>", file)
    offered = set(re.findall(r'href="(/inbox/files/[^"]+)"', page))
    assert offered == {f"/inbox/files/{known.id}/" for known in (mine, theirs)}
    assert [client.get(address).status_code for address in offered] == [200, 200]


def test_a_copy_without_files_offers_none(made: Correspondents) -> None:
    assert "copy-files" not in signed_in(made.seeker).get("/mine/copy/").content.decode()
