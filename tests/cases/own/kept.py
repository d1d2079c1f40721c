"""What young people say and keep, as the tests of their own pages know it."""

import re

from django.test import Client

from counselling.cases.domain import closing
from counselling.people.models import Team
from tests.support import world

OWN = "Grüne Wolke über dem Bahnhof"
PHRASE = "abend biene wolke tasse lampe radio"
MISMATCH = "Das passt nicht zusammen."
MANY = "Das waren viele Versuche."
MARKUP = "<img src=x onerror=alert(1)> & „Zitat“"


def words_on(page: str) -> list[str]:
    return re.findall(r'<strong lang="de" translate="no">(\w+)</strong>', page)


def come_in(nickname: str, passphrase: str, *, address: str = "192.0.2.1", client: Client | None = None) -> tuple:
    """(status, where to or the page, the browser)."""
    browser = client or Client(REMOTE_ADDR=address)
    answer = browser.post("/return/words/", {"nickname": nickname, "passphrase": passphrase}, REMOTE_ADDR=address)
    return answer.status_code, answer.headers.get("Location") or answer.content.decode(), browser


def again(team: Team, chat: world.Chat, nickname: str = "Blaue Eule") -> world.Chat:
    """Another case of the same seeker, closed after a word."""
    second = world.chat(team, chat.counsellor, seeker=chat.seeker, nickname=nickname)
    world.say(chat.seeker, second.case, f"Hier {nickname}")
    closing.end(chat.seeker, second.case)
    return second
