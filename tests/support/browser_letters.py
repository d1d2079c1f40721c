"""A young person's browser on the letter pages: without scripts, as a test client sends forms."""

import re
from typing import Any

from django.conf import settings
from django.test import Client

from counselling.people.cookies import seeker_of
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker
from tests.support import world

FACTS = {"step": "facts", "nickname": world.NICKNAME, "proof": "none"}


def signed_in(seeker: Actor) -> Client:
    """Another browser of this young person."""
    _, token = access.let_in(Seeker.objects.get(pk=seeker.id), _private(seeker))
    client = Client()
    client.cookies[settings.SEEKER_COOKIE_NAME] = token
    return client


def _private(seeker: Actor) -> bytes:
    assert seeker.private
    return seeker.private


def whose(client: Client) -> Actor:
    """The young person of this browser."""
    request = type("Request", (), {"COOKIES": {name: morsel.value for name, morsel in client.cookies.items()}})()
    actor = seeker_of(request)
    assert actor
    return actor


def composer(client: Client) -> dict[str, Any]:
    """The hidden fields and the text of the composer's page, as the next form sends them."""
    page = client.get("/inbox/write/").context["sheet"]
    return {"letter": str(page.letter), "version": str(page.version), "text": page.text}


def words_on(page: str) -> list[str]:
    return re.findall(r'<strong lang="de" translate="no">(\w+)</strong>', page)


def begin(client: Client, **facts: Any) -> None:
    """From the door to the page with the words."""
    client.post("/letter/", FACTS | facts)


def keep(client: Client) -> list[str]:
    """Six words, written down and tried out; on to the letter."""
    words = words_on(client.get("/mine/keep/?for=letter").content.decode())
    tried = {"step": "tried", "for": "letter", "passphrase": " ".join(words), "places": ["1", "2"]}
    answer = client.post("/mine/keep/", tried | {"passphrase_tried": " ".join(words)})
    assert answer.headers["Location"] == "/mine/keep/done/?for=letter"
    return words


def send(client: Client, text: str = "Ich weiß nicht weiter.") -> Any:
    """A letter through the composer; the answer."""
    return client.post("/inbox/send/", composer(client) | {"text": text})
