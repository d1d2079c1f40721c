"""chat/PROTOCOL.md and the code say the same, and its client works."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from websockets.asyncio.client import connect

import chat
from chat import frames, link, poll, protocol, writer
from chat.views import words
from counselling import errors
from counselling.cases.domain.seats import SeatView
from counselling.cases.views.words import NOTICES
from tests.support import second_factor
from tests.support.browser import Browser
from tests.support.people import counsellor
from tests.support.server import Ground, Server

PAGE = (Path(chat.__file__).parent / "PROTOCOL.md").read_text()
PASSWORD = "drei-Worte-und-mehr"
ANSWER = "Schön, dass du da bist."
# Said by pages and the desk's JSON alone; no frame can meet them.
DESK_ONLY = {"taken", "at_capacity", "nobody_waiting", "invalid", "gone"}
LIMITS = {
    "characters of a text": protocol.MAX_TEXT,
    "bytes of a frame or a poll's body": protocol.MAX_FRAME_BYTES,
    "largest `seq`": protocol.MAX_SEQ,
    "messages at once (`burst`)": settings.MESSAGES_BURST,
    "messages per second in the long run (`per_second`)": settings.MESSAGES_PER_SECOND,
    "own messages without `ack` (`in_flight`)": protocol.IN_FLIGHT,
    "entries without `got`, per case (`unconfirmed`)": protocol.UNCONFIRMED,
    "messages of everybody that may wait for their commit": writer.MOST_PENDING,
    "frames of any kind at once": link.FRAMES_BURST,
    "frames of any kind per second in the long run": link.FRAMES_PER_SECOND,
    "`resume` of a young person at once": link.DRAWS_BURST,
    "`resume` of a young person per second in the long run": link.DRAWS_PER_SECOND,
    "refusals for speed before 4429": link.STRIKES,
    "seconds between two `typing` that are passed on": link.TYPING_SECONDS,
    "milliseconds a `typing` is shown": protocol.TYPING_TTL_MS,
    "seconds between two `ping`": protocol.PING_SECONDS,
    "seconds a poll waits": poll.WAIT_SECONDS,
    "seconds a POST waits for its commits": poll.SETTLE_SECONDS,
    "frames of one POST": poll.MOST_FRAMES,
    "cases of one poll": poll.MOST_CASES,
}


def section(title: str) -> str:
    """The text under a heading of the second order."""
    return re.split(r"^## ", PAGE.split(f"\n## {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def first_cells(title: str) -> list[str]:
    return [row[0].strip("`") for row in rows(section(title))]


def described(title: str) -> dict[str, list[str]]:
    """{frame: fields} of a section with one heading per frame."""
    parts = re.split(r"^### `(\w+)`\n", section(title), flags=re.MULTILINE)[1:]
    return {name: [row[0].strip("`") for row in rows(text)] for name, text in zip(parts[::2], parts[1::2], strict=True)}


def test_commands_are_those_of_the_code() -> None:
    declared = {name: [field.name for field in fields(command)] for name, command in protocol.COMMANDS.items()}

    assert described("Frames from the client") == declared


def test_frames_are_those_of_the_code() -> None:
    declared = {name: list(names) for name, names in frames.FIELDS.items()}

    assert described("Frames from the server") == declared


def test_error_codes_are_those_of_the_code() -> None:
    declared = {kind.code for kind in errors.DomainError.__subclasses__()} | {"bad_frame"}

    assert sorted(first_cells("Errors")) == sorted(declared - DESK_ONLY)


def test_close_codes_are_those_of_the_code() -> None:
    declared = {str(code) for name, code in vars(protocol.Closing).items() if not name.startswith("_")}

    assert sorted(first_cells("Close codes")) == sorted(declared)


def test_limits_are_those_of_the_code() -> None:
    assert {row[0]: float(row[1]) for row in rows(section("Limits"))} == LIMITS


def test_notices_are_those_of_the_code() -> None:
    root = Path(chat.__file__).parent.parent
    calls = re.compile(r'(?:add_notice|back_to_queue)\([\w.()]+, "(\w+)"')
    written = {
        code
        for room in ("counselling/cases", "counselling/mail", "blended")
        for path in (root / room).rglob("*.py")
        for code in calls.findall(path.read_text())
    }

    assert sorted(first_cells("Notices")) == sorted(written)


def test_both_sides_have_words_for_every_notice_and_for_no_other() -> None:
    codes = set()
    for code, about, _ in rows(section("Notices")):
        told = re.findall(r"`(\w+)`", next(row for row in rows(section("Notices")) if row[0] == code)[2])
        name = code.strip("`")
        # Where the row names nobody, one sentence does for both.
        codes |= {f"{name}_{by}" for by in told if "`by`" in about} or {name}
    codes -= {"taken_back"}  # blanks a line, has none of its own

    for told in (words.for_script()["notices"], NOTICES):
        assert {code for code in told if not code.startswith("channel_")} == codes | {"other"}


def test_seats_are_those_of_the_code() -> None:
    shapes = re.findall(r"^\| `seats` \| a list of `\{(.+?)\}`", PAGE, flags=re.MULTILINE)

    assert [shape.split(", ") for shape in shapes] == [list(SeatView.__annotations__)]


def test_endings_of_the_code_are_told() -> None:
    closing = (Path(chat.__file__).parent.parent / "counselling/cases/domain/closing.py").read_text()
    told = next(row for row in rows(section("Notices")) if row[0] == "`closed`")[2]

    for by in {*re.findall(r'finish\(case, by="(\w+)"\)', closing), "silence"}:
        assert f"`{by}`" in told


def test_numbers_in_the_text_are_the_limits() -> None:
    text = PAGE.replace("\n", " ")
    for sentence in (
        f"the subprotocol `{protocol.SUBPROTOCOL}`",
        f"integers from 0 to {protocol.MAX_SEQ}",
        f"At most {protocol.UNCONFIRMED} entries are under way",
        f"Send `ping` every {protocol.PING_SECONDS} seconds",
        f"1–{protocol.MAX_TEXT} characters",
        f"with up to {poll.MOST_FRAMES} frames",
        f"waits up to {poll.WAIT_SECONDS:.0f} seconds",
        f"version {protocol.VERSION}",
    ):
        assert sentence in text


def test_cookies_of_the_code_are_told() -> None:
    names = (settings.SEEKER_COOKIE_NAME, settings.SESSION_COOKIE_NAME, settings.VAULT_COOKIE_NAME)
    for name in (*names, settings.HALFWAY_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert f"`__Host-{name.removeprefix('__Host-').rstrip('_0123456789')}`" in section("A session")


def test_links_lead_somewhere() -> None:
    headings = re.findall(r"^##+ (.+)$", PAGE, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}

    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors


def test_frames_of_the_transcript_are_frames() -> None:
    said = re.findall(r"^([→←]) (\{.*?\})$", section("A conversation, frame by frame"), flags=re.MULTILINE)
    for direction, text in said:
        if "…," in text or "[…]" in text:
            continue
        frame = json.loads(text)
        kind = frame.pop("type")
        if direction == "→":
            assert set(frame) == {field.name for field in fields(protocol.COMMANDS[kind])}
        else:
            known = frames.FIELDS[kind]
            assert {name for name in known if not name.startswith("[")} <= set(frame) <= {n.strip("[]") for n in known}
    assert len(said) >= 15


# --- the client ------------------------------------------------------------------------------------------------------

CLIENT = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[1]  # type: ignore[index]  # it is there


def test_client_is_short() -> None:
    assert len([line for line in CLIENT.splitlines() if line]) < 100


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Server, Any]]:
    """A house with proof of work and a counsellor who has room for one more."""
    with Ground(settings={"COUNSELLING_PROOF_OF_WORK": "2000"}) as ground:
        people = ground.seed("--pairs", "1", "--per-counsellor", "2")
        with Server(ground) as running:
            yield running, people


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The page's client as a file."""
    (tmp_path / "client.py").write_text(CLIENT)
    return tmp_path / "client.py"


async def test_client_takes_a_place_and_talks(server: tuple[Server, Any], script: Path) -> None:
    running, people = server
    async with client_of(script, running.origin, "seeker", "Otter", "Hallo", "Bist du da?") as client:
        welcome = await heard(client, "welcome")
        case = welcome["cases"][0]["case"]
        assert welcome["cases"][0]["state"] == "waiting"
        assert [(await heard(client, "ack"))["seq"] for _ in range(2)] == [1, 2]
        await asyncio.to_thread(claim, running, people, case)
        assert (await heard(client, "entry"))["code"] == "chat_began"
        async with counsellor(running, people) as line:
            await line.online()
            await line.open(case)
            assert [(await line.drawn(case, seq))["text"] for seq in (1, 2)] == ["Hallo", "Bist du da?"]
            await line.post(case, "Ja.")
            assert (await heard(client, "entry"))["text"] == "Ja."


async def test_client_signs_in_claims_and_answers(server: tuple[Server, Any], script: Path) -> None:
    running, _ = server
    await asyncio.to_thread(running.ground.run, "-m", "tests.support.seed_account", "linde", PASSWORD)
    typed = f"{PASSWORD}\n{second_factor.code()}\n"
    async with client_of(script, running.origin, "counsellor", "linde", ANSWER, typed=typed) as linde:
        welcome = await heard(linde, "welcome")
        assert (welcome["role"], welcome["name"], welcome["cases"]) == ("counsellor", "Linde", [])
        async with client_of(script, running.origin, "seeker", "Otter", "Hallo") as otter:
            case = (await heard(otter, "welcome"))["cases"][0]["case"]
            answer = await heard(otter, "entry", text=ANSWER)
            assert (answer["case"], answer["name"]) == (case, "Linde")
            await heard(linde, "entry", case=case, text="Hallo")


async def test_line_needs_both_cookies_of_a_counsellor(server: tuple[Server, Any]) -> None:
    running, people = server
    session, vault = people["pairs"][0]["counsellor"].split("; ")
    for cookie in (f"{people['staff_cookie']}={session}", vault):
        how: dict[str, Any] = {"subprotocols": [protocol.SUBPROTOCOL], "additional_headers": {"Cookie": cookie}}
        async with connect(running.url.replace("http", "ws", 1) + "/team/socket", origin=running.origin, **how) as line:
            await line.wait_closed()
            assert line.close_code == protocol.Closing.SESSION_ENDED


@asynccontextmanager
async def client_of(script: Path, *words: str, typed: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    """The client at work."""
    client = await asyncio.create_subprocess_exec(
        sys.executable, script, *words, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert client.stdin
    client.stdin.write(typed.encode())
    try:
        yield client
    finally:
        client.kill()
        await client.communicate()


async def heard(client: asyncio.subprocess.Process, kind: str, **told: Any) -> dict[str, Any]:
    """The next frame of this type, and with these values, that the client prints."""
    assert client.stdout
    async with asyncio.timeout(20):
        while line := await client.stdout.readline():
            frame: dict[str, Any] = json.loads(line)
            if frame.items() >= {"type": kind, **told}.items():
                return frame
    raise AssertionError(f"the client ended before {kind}")


def claim(server: Server, people: Any, case: str) -> None:
    """As the desk does."""
    browser = Browser(server.origin, cookies={people["staff_cookie"]: people["pairs"][0]["counsellor"]})
    browser.get("/team/")
    bootstrap = browser.post_json("/team/claim", {"case": case})
    assert bootstrap.status == 200, bootstrap.body
