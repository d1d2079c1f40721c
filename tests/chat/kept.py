"""Words to come back with, as tests of keeping and of returning know them."""

import re

from django.test import Client

OWN = "Grüne Wolke über dem Bahnhof"
PHRASE = "abend biene wolke tasse lampe radio"
MISMATCH = "Das passt nicht zusammen."
MANY = "Das waren viele Versuche."


def words_on(page: str) -> list[str]:
    return re.findall(r'<strong lang="de" translate="no">(\w+)</strong>', page)


def come_in(nickname: str, passphrase: str, *, address: str = "192.0.2.1", client: Client | None = None) -> tuple:
    """(status, where to or the page, the browser)."""
    browser = client or Client(REMOTE_ADDR=address)
    answer = browser.post("/return/words/", {"nickname": nickname, "passphrase": passphrase}, REMOTE_ADDR=address)
    return answer.status_code, answer.headers.get("Location") or answer.content.decode(), browser
