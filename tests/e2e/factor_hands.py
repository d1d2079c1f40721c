"""Hands for signing in by form: the password, the second step, and a passkey of Chromium's virtual authenticator."""

import base64
import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.e2e.looks import WIDE
from tests.e2e.staff_seed import PASSWORD
from tests.support.second_factor import code
from tests.support.server import Server

__all__ = ["PASSWORD", "code"]

NUMBERS = itertools.count(1)
# Every breach of the content security policy that a page itself hears of.
LISTEN = """
window.breaches = [];
document.addEventListener("securitypolicyviolation", (e) => {
  window.breaches.push(`${e.violatedDirective} ${e.blockedURI}`);
});
"""


class Hand:
    """One browser of somebody of the team, and what its pages broke of the policy."""

    def __init__(self, server: Server, browser: Browser, address: str, **options: Any) -> None:
        usual = {"locale": "de-DE", "viewport": WIDE, "base_url": address}
        source = {"X-Forwarded-For": f"203.0.113.{next(NUMBERS)}"}
        self.context = browser.new_context(**{**usual, "extra_http_headers": source, **options})
        self.context.add_init_script(LISTEN)
        self.page: Page = self.context.new_page()
        self.told: list[str] = []
        self.page.on("console", lambda message: self.told.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.told.append(str(error)))

    def password(self, username: str = "linde", path: str = "/team/") -> None:
        """The first step."""
        self.page.goto(path)
        self.page.locator("[name=username]").fill(username)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.get_by_test_id("sign-in").click()

    def second(self, typed: str) -> None:
        """The second step with a code."""
        self.page.locator("#id_code").fill(typed)
        self.page.get_by_test_id("second-step").click()

    def secret(self) -> bytes:
        """What the page of the app says."""
        self.page.get_by_text("Von Hand eingeben").or_(self.page.get_by_text("Type it in")).click()
        return base64.b32decode(self.page.get_by_test_id("secret").inner_text().replace(" ", ""))

    def codes(self) -> list[str]:
        """The spare codes on the page."""
        return self.page.get_by_test_id("codes").locator("code").all_inner_texts()

    def keep_codes(self) -> None:
        """Tick and go on."""
        self.page.locator("#id_kept").check()
        self.page.get_by_test_id("codes-kept").click()

    def breaches(self) -> list[str]:
        """What broke the policy on the page in view, and every error of a script so far."""
        policy = [text for text in self.told if re.search("Content.Security.Policy", text)]
        return [*self.page.evaluate("window.breaches"), *policy]

    def authenticator(self, **more: Any) -> "Passkeys":
        """A device that is there and agrees to everything."""
        return Passkeys(self.context.new_cdp_session(self.page), **more)

    def is_at_the_desk(self) -> None:
        """Waits for it."""
        expect(self.page).to_have_url(re.compile(r"/team/$"))


class Passkeys:
    """Chromium's virtual authenticator (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/)."""

    def __init__(self, session: CDPSession, **more: Any) -> None:
        self.session = session
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
            **more,
        }
        self.id = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def held(self) -> list[dict[str, Any]]:
        """Its credentials."""
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def set_back(self, counter: int) -> None:
        """As a copy of it would count: the same credential with an older counter."""
        for known in self.held():
            name = {"authenticatorId": self.id, "credentialId": known["credentialId"]}
            self.session.send("WebAuthn.removeCredential", name)
            credential = {**known, "signCount": counter}
            self.session.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})


@contextmanager
def hand_on(server: Server, browser: Browser, address: str, **options: Any) -> Iterator[Hand]:
    """A browser that is closed afterwards."""
    hand = Hand(server, browser, address, **options)
    yield hand
    hand.context.close()


def seed(server: Server, **plan: Any) -> dict[str, Any]:
    """Members of staff as tests/e2e/staff_seed.py makes them."""
    return dict(json.loads(server.ground.run("-m", "tests.e2e.staff_seed", json.dumps(plan)).splitlines()[-1]))
