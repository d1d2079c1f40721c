"""A whole production machine from deploy/, lived through: set up, a conversation, every part killed, a loss, a restore.

What this machine cannot show is named in deploy/README.md: systemd's walls, users of their own, a certificate that
anybody signed.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import desk_hands as desk
from tests.e2e import mail_hands as mail
from tests.e2e import seeker_hands
from tests.e2e.factor_hands import PASSWORD
from tests.mail import files_world
from tests.support.browser import Browser as Plain
from tests.support.chromium import chromium
from tests.support.stack import Stack
from tests.support.stack_people import AGENT, CLAIMED, Counsellor, Young, counsellor, enter, young

pytestmark = [pytest.mark.faults, pytest.mark.e2e, pytest.mark.timeout(600)]

SAID, ANSWERED, NICKNAME = "Brombeersommer", "Schlehenherbst", "Mispelotter"
WRITTEN, PICTURE, WRITER = "Hagebuttenbrief", "Kornelkirsche.png", "Quittenfuchs"
ADDRESS = "127.0.0.77"
WORDS = (SAID, ANSWERED, NICKNAME, WRITTEN, PICTURE, WRITER, PASSWORD, AGENT, CLAIMED, ADDRESS)
BETWEEN = (" ", "+", "-", "%20", ",", '", "', "")
# What an administrator enters in the admin; so that `counselling check` has nothing to say but this machine's name.
OPEN = """
import django; django.setup()
from counselling.centre.domain import readiness
from counselling.centre.models import Centre
from counselling.people.models import Team
from tests.mail import files_world
from tests.support import world
team = Team.objects.get(slug="linden")
world.open_hours(team)
files_world.allow(team)
centre = Centre.load()
for name in readiness.NEEDED:
    setattr(centre, name, "team@example.org" if "email" in name else "Musterweg 1")
centre.save()
"""
LOOPBACK = "COUNSELLING_HOSTS names this machine's loopback only: name the host that visitors type."
# Without these a conversation goes on as it is; the others are waited for.
NEEDLESS = {"redis", "coturn", "counselling@1", "counselling@2"}
FROZEN_MS = 1500


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(empty=True) as stack:
        stack.counselling("createstaff", "linde", "--alias", "Linde", "--team", "linden", typed=f"{PASSWORD}\n")
        stack.ground.run("-c", OPEN)
        yield stack


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_only_what_is_for_everybody_is_reached_from_outside(stack: Stack) -> None:
    visitor = Plain(stack.url, headers={"User-Agent": AGENT, "X-Forwarded-For": CLAIMED}, source=ADDRESS)
    plain = Plain(stack.url.replace("https", "http").replace(str(stack.nginx.https_port), str(stack.nginx.http_port)))

    found = {path: visitor.get(path).status for path in ("/", "/healthz", "/readyz", "/metrics", f"/{WRITTEN}/")}

    assert found == {"/": 200, "/healthz": 200, "/readyz": 404, "/metrics": 404, f"/{WRITTEN}/": 404}
    assert visitor.post("/chat/draft/", text="x" * 200_000).status == 413
    assert plain.get("/").location == "https://localhost/"
    assert stack.traces(*WORDS) == []


def test_each_process_has_a_copy_of_the_key_file_for_itself(stack: Stack) -> None:
    copies = [Path(web.environment["COUNSELLING_KEY_FILE"]) for web in stack.web]

    assert len({stack.key_file, *copies}) == 1 + len(stack.web)
    assert {copy.read_bytes() for copy in copies} == {stack.key_file.read_bytes()}


def test_a_conversation_outlives_everything(stack: Stack, browser: Browser) -> None:
    with counsellor(browser, stack) as linde, young(browser, stack) as otter, young(browser, stack) as fuchs:
        linde.set_up("linde")
        linde.found_vault()
        letter = write_a_letter(linde, fuchs)
        talk(linde, otter)
        are_private(stack, linde, otter, fuchs)
        for part in stack.parts:
            is_killed_and_frozen(stack, part, linde, otter)
        upgrade(stack, linde, otter)
        said = whole(linde, otter)
        assert [page.evaluate("window.samePage") for page in (linde.page, otter.page)] == [True, True]

        back_up(stack)
        both(linde, otter, "nach der Sicherung")
        assert stack.traces(*WORDS) == []
        stack.lose_everything()
        restore(stack)

        linde.sign_in("linde")
        desk.chat(linde.page, NICKNAME).click()
        with young(browser, stack) as phone:
            phone.come_back(NICKNAME, otter.words)
            phone.sees(said[-1])
            assert phone.texts() == linde.texts() == said
            both(linde, phone, "nach dem Brand")
        is_read(linde, letter)
        assert linde.hand.breaches() == []
        # Two of the six at a time: a short one by itself stands in what is encrypted by chance.
        assert stack.traces(*WORDS, *(between.join(otter.words[:2]) for between in BETWEEN)) == []


@pytest.mark.long
def test_people_leave_a_process_that_hangs(stack: Stack, browser: Browser) -> None:
    """It neither closes its lines nor answers: pages notice within a minute by themselves, and come over."""
    people = stack.ground.seed("--pairs", "1")
    pair = people["pairs"][0]
    with counsellor(browser, stack) as linde, young(browser, stack) as otter:
        enter(otter.page, f"{people['seeker_cookie']}={pair['seeker']}", f"{stack.url}/chat/")
        enter(linde.page, f"{people['staff_cookie']}={pair['counsellor']}", f"{stack.url}/team/")
        linde.page.get_by_test_id("chat-item").click()
        both(linde, otter, "am Anfang")
        stack.web[1].kill()
        both(linde, otter, "am ersten")
        stack.web[1].start()

        with stack.web[0].frozen():
            away(linde, otter, "vor dem starren")
            arrived(linde, otter, "vor dem starren", seconds=120)
            both(linde, otter, "am zweiten")

        both(linde, otter, "am Ende")
        whole(linde, otter)


def write_a_letter(linde: Counsellor, fuchs: Young) -> str:
    """With a picture, sent and claimed; the address of its case."""
    mail.begin(fuchs.page, WRITER)
    fuchs.words = mail.keep(fuchs.page)
    photo = {"name": PICTURE, "mimeType": "image/png", "buffer": files_world.noise("PNG", (300, 200))}
    expect(fuchs.page.locator("[data-choose]")).to_be_visible()
    fuchs.page.get_by_test_id("attach-input").set_input_files(photo)  # type: ignore[arg-type]  # as Playwright documents
    expect(fuchs.page.get_by_test_id("attached").locator("li[data-file]")).to_have_text(PICTURE, timeout=20_000)
    mail.write(fuchs.page, f"{WRITTEN} mit Bild")
    expect(fuchs.page.get_by_test_id("sent")).to_be_visible()
    linde.page.goto("/team/letters/")
    linde.page.get_by_test_id("letter-row").filter(has_text=WRITER).get_by_test_id("claim").click()
    linde.page.wait_for_url(re.compile(r"/team/letters/[0-9a-f-]{36}/"))
    is_read(linde, address := linde.page.url.partition("?")[0])
    return address


def is_read(linde: Counsellor, address: str) -> None:
    """The letter and its picture, all of it."""
    linde.page.goto(address)
    expect(linde.page.get_by_test_id("letter").last).to_contain_text(WRITTEN)
    preview = linde.page.locator("[data-preview] img")
    expect(preview).to_have_js_property("complete", value=True, timeout=20_000)
    assert preview.evaluate("(image) => image.naturalWidth") == 300


def talk(linde: Counsellor, otter: Young) -> None:
    """From the queue to words to come back with."""
    linde.page.goto("/team/")
    linde.ready()
    seeker_hands.begin(otter.page, NICKNAME)
    desk.claim(linde.page, NICKNAME)
    expect(otter.page.get_by_test_id("composer")).to_be_visible(timeout=15_000)
    otter.keep()
    both(linde, otter, "am Anfang")
    for page in (linde.page, otter.page):
        page.evaluate("window.samePage = true")


def both(linde: Counsellor, otter: Young, when: str) -> None:
    """A message each way, once on both pages, in the same order."""
    otter.write(f"{SAID} {when}")
    linde.sees(f"{SAID} {when}")
    linde.write(f"{ANSWERED} {when}")
    otter.sees(f"{ANSWERED} {when}")
    assert linde.texts() == otter.texts()


def are_private(stack: Stack, *people: Counsellor | Young) -> None:
    """Everything they asked was asked of us, and came with the headers and cookies of decision and design."""
    for one in people:
        assert one.record.elsewhere(stack.url) == []
        for page in one.record.pages:
            told = page.all_headers()
            assert {name: told.get(name) for name in HEADERS} == HEADERS
            policy = told["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
        cookies = {cookie["name"]: cookie for cookie in one.page.context.cookies()}
        assert {name for name in cookies if not name.startswith("__Host-")} == set()
        assert all(cookie["secure"] and cookie["path"] == "/" for cookie in cookies.values())
        assert {name for name, cookie in cookies.items() if not cookie["httpOnly"]} <= {"__Host-form"}
        assert {name for name, cookie in cookies.items() if cookie["expires"] != -1} <= {"__Host-known"}
    assert all(any(asked.startswith("wss:") for asked in one.record.asked) for one in people[:2])


HEADERS = {
    "server": "nginx",
    "cache-control": "no-store",
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def is_killed_and_frozen(stack: Stack, name: str, linde: Counsellor, otter: Young) -> None:
    """Both write while the part is away: at once where it is not needed, else as soon as it is back, all arrives."""
    part = stack.parts[name]
    part.kill()
    away(linde, otter, f"ohne {name}")
    if name in NEEDLESS:
        arrived(linde, otter, f"ohne {name}")
    part.start()
    arrived(linde, otter, f"ohne {name}")
    both(linde, otter, f"wieder mit {name}")
    with part.frozen():
        away(linde, otter, f"vor starrem {name}")
        if name in {"redis", "coturn"}:
            arrived(linde, otter, f"vor starrem {name}")
        otter.page.wait_for_timeout(FROZEN_MS)
    arrived(linde, otter, f"vor starrem {name}")


def away(linde: Counsellor, otter: Young, when: str) -> None:
    """Both write."""
    otter.write(f"{SAID} {when}")
    linde.write(f"{ANSWERED} {when}")


def arrived(linde: Counsellor, otter: Young, when: str, *, seconds: float = 60) -> None:
    """Each has what the other wrote, once."""
    linde.sees(f"{SAID} {when}", seconds=seconds)
    otter.sees(f"{ANSWERED} {when}", seconds=seconds)


def whole(linde: Counsellor, otter: Young) -> list[str]:
    """The conversation as both have it: nothing lost, nothing doubled."""
    texts = linde.texts()
    assert texts == otter.texts()
    assert len(set(texts)) == len(texts)
    return texts


def upgrade(stack: Stack, linde: Counsellor, otter: Young) -> None:
    """From the tables of release 0.1, while both are here; then one process after the other."""
    stack.counselling("django", "migrate", "cases", "0007", "--verbosity", "0")
    assert re.search(r"Upgraded: [1-9]\d* migrations?, nothing lost", stack.counselling("upgrade"))
    for part in stack.web:
        part.restart()
        both(linde, otter, f"nach dem Upgrade von {part.name}")


def back_up(stack: Stack) -> None:
    """The nightly one, and the key file's in another place; rehearsed."""
    stack.counselling("backup")
    stack.counselling("backup", str(stack.safe), "--only", "key")
    assert "can be restored" in stack.counselling(
        "restore", str(stack.backups), "--identity", str(stack.identity), "--check"
    )


def restore(stack: Stack) -> None:
    """By docs/backup.md: the key file, the database, static files, then the servers."""
    [key] = stack.safe.rglob("*-key.age")
    said = stack.counselling("restore", str(stack.backups), "--identity", str(stack.identity), "--key", str(key))
    assert "is restored" in said
    stack.counselling("django", "collectstatic", "--noinput", "--verbosity", "0")
    assert stack.counselling("check", fails=True).split("\n") == [LOOPBACK, ""]
    stack.start()
