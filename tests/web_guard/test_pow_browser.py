"""The browser's side of the proof of work: it agrees with Python's SHA-256 and with our server, and never rejects."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import altcha
import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from counselling.web import pow  # noqa: A004 -- the module is named for what it is
from tests.support.chromium import chromium

pytestmark = pytest.mark.e2e

SCRIPTS = Path(pow.__file__).parent / "static" / "web" / "js"
SOLVE = """async (address) => {
    const { solve } = await import("/pow.js");
    const status = document.createElement("p");
    return { payload: await solve(address, { status }), status: status.textContent };
}"""


class Site(http.server.SimpleHTTPRequestHandler):
    """The scripts, an empty page, and whatever a test puts at an address."""

    answers: dict[str, bytes] = {}

    def do_GET(self) -> None:
        body = self.answers.get(self.path)
        if body is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path == "/" else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def page() -> Iterator[Page]:
    Site.answers = {"/": b"<!doctype html><title>x</title>"}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: Site(*args, directory=str(SCRIPTS)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("most", [0, 1, 3000])
def test_solve_hands_back_a_payload_the_server_accepts(page: Page, settings: Settings, most: int) -> None:
    settings.PROOF_OF_WORK = max(most, 1)
    Site.answers["/challenge"] = json.dumps(pow.challenge("00000")).encode()

    answer = page.evaluate(SOLVE, "/challenge")

    assert pow.verify(answer["payload"], "00000")
    assert answer["status"] == ""


def test_search_finds_the_numbers_python_hid(page: Page) -> None:
    hidden = [0, 1, 255, 256, 65_535, 65_536, 70_001]
    challenges = [
        altcha.create_challenge("SHA-256", cost=1, counter=number, data={"most": number}).to_dict() for number in hidden
    ]

    found = page.evaluate(
        """async (challenges) => {
            const { search } = await import("/pow-worker.js");
            return challenges.map(({ parameters }) => search(parameters).counter);
        }""",
        challenges,
    )

    assert found == hidden


@pytest.mark.parametrize(
    "answer",
    [
        b'{"skip": true}',
        b"no json",
        b"{}",
        json.dumps(
            {"parameters": {"salt": "00" * 16, "nonce": "00" * 16, "keyPrefix": "00" * 16, "data": {"most": 9}}}
        ).encode(),
    ],
)
def test_solve_gives_an_empty_payload_instead_of_failing(page: Page, answer: bytes) -> None:
    Site.answers["/challenge"] = answer

    assert page.evaluate(SOLVE, "/challenge")["payload"] == ""


def test_solve_gives_an_empty_payload_without_workers(page: Page) -> None:
    Site.answers["/challenge"] = json.dumps(pow.challenge("00000")).encode()
    page.evaluate("delete window.Worker")

    assert page.evaluate(SOLVE, "/challenge")["payload"] == ""
