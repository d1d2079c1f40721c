"""The page of a call, lived by both sides: trying out, waiting, talking, showing, writing beside, going, coming back.

The relay is real (tests/e2e/test_relay.py asks what goes through it); cameras and microphones are Chromium's fakes.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.call_hands import MEDIA, Side, Talk, talking
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import Walk, problems
from tests.e2e.seeker_hands import texts, write
from tests.support.chromium import chromium
from tests.support.coturn import Relay
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import given

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

# A window to show: headless browsers have none.
WINDOW = """navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const pen = canvas.getContext("2d");
  setInterval(() => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = "#14212a";
    pen.font = "40px sans-serif";
    pen.fillText("Ein Fenster " + (Date.now() % 1000), 40, 180);
  }, 100);
  return canvas.captureStream(10);
};"""
REFUSING = """(name) => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", name); };
}"""
MOVES = "(id) => { const video = document.getElementById(id); return video.videoWidth > 0 && video.currentTime > 0; }"


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture(scope="module")
def server(relay: Relay) -> Iterator[Server]:
    with given() as urls, Ground(**urls, settings={**LIGHT, **relay.settings}) as ground, Server(ground) as server:
        yield server


@pytest.fixture(autouse=True)
def running(relay: Relay) -> None:
    relay.start()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(MEDIA) as browser:
        yield browser


def part(side: Side, test_id: str) -> Locator:
    return side.page.get_by_test_id(test_id)


def press(side: Side, test_id: str) -> None:
    part(side, test_id).click()


def both_join(talk: Talk) -> None:
    for side in talk.sides:
        side.join()
    for side in talk.sides:
        side.stands("live")


def shows(side: Side, picture: str) -> None:
    """What fills the stage: none, camera, screen."""
    expect(side.page.locator("#stage")).to_have_attribute("data-picture", picture, timeout=15_000)


def moves(page: Page, video: str) -> None:
    page.wait_for_function(MOVES, arg=video, timeout=20_000)


def quiet(**options: Any) -> dict[str, Any]:
    return {"reduced_motion": "reduce", **options}


def test_trying_out_waiting_and_talking(stage: Stage) -> None:
    with talking(stage, **quiet()) as talk:
        young, team = talk.sides
        mine, theirs = Walk("de", "call-young"), Walk("de", "call-team")

        expect(young.page.locator("#there")).to_contain_text("Noch ist niemand da")
        assert young.page.evaluate("globalThis.call.media.microphone") is False
        mine.see(young.page, "before", whole=True)
        theirs.see(team.page, "before", whole=True)
        press(young, "check-microphone")
        expect(part(young, "heard")).to_contain_text("Wir hören dich", timeout=15_000)
        press(young, "check-camera")
        moves(young.page, "preview")
        mine.see(young.page, "check", whole=True)
        press(young, "check-camera")

        young.join()
        young.stands("waiting")
        expect(young.page.locator("#mood")).to_contain_text("kommt noch")
        mine.see(young.page, "waiting")
        expect(team.page.locator("#there")).to_contain_text("ist da, seit", timeout=15_000)
        team.join()
        for side in talk.sides:
            side.stands("live")
            shows(side, "none")
        mine.see(young.page, "voice")
        theirs.see(team.page, "voice")

        press(team, "microphone")
        expect(part(young, "line-peer")).to_contain_text("hat das Mikrofon aus")
        expect(part(team, "line-me")).to_have_text("Dein Mikrofon ist aus")
        mine.see(young.page, "muted")
        press(team, "microphone")
        expect(part(young, "line-peer")).to_be_hidden()
        assert (mine.found, theirs.found) == ({}, {})


def test_pictures_come_and_go_and_a_window_can_be_shown(stage: Stage) -> None:
    with talking(stage, **quiet()) as talk:
        young, team = talk.sides
        mine, theirs = Walk("de", "call-young"), Walk("de", "call-team")
        both_join(talk)
        for side in talk.sides:
            press(side, "camera")
        for side in talk.sides:
            shows(side, "camera")
            moves(side.page, "remote")
            moves(side.page, "local")
        mine.see(young.page, "video")
        theirs.see(team.page, "video")

        team.page.evaluate(WINDOW)
        press(team, "screen")
        shows(young, "screen")
        expect(part(young, "line-screen")).to_contain_text("zeigt den Bildschirm")
        moves(young.page, "remote")
        mine.see(young.page, "screen")
        press(team, "screen")
        shows(young, "camera")
        assert (mine.found, theirs.found) == ({}, {})


def test_writing_beside_going_coming_back_and_the_end(stage: Stage) -> None:
    with talking(stage, **quiet()) as talk:
        young, team = talk.sides
        mine, theirs = Walk("de", "call-young"), Walk("de", "call-team")
        both_join(talk)

        write(team.page, "Magst du mir das aufschreiben?")
        expect(young.page.locator("#news")).to_have_text("1")
        press(young, "open-chat")
        expect(young.page.get_by_test_id("message").last).to_contain_text("Magst du mir das aufschreiben?")
        expect(young.page.locator("#news")).to_be_hidden()
        write(young.page, "Ja, gleich.")
        expect(team.page.get_by_test_id("message").last).to_contain_text("Ja, gleich.")
        assert texts(young.page)[-2:] == ["Magst du mir das aufschreiben?", "Ja, gleich."]
        mine.see(young.page, "chat")
        theirs.see(team.page, "chat")

        press(team, "open-text")
        press(team, "begin-together")
        expect(part(young, "line-text")).to_be_visible(timeout=15_000)
        press(young, "open-text")
        part(team, "together-text").fill("Montag rufe ich an.")
        expect(part(young, "together-text")).to_have_value("Montag rufe ich an.", timeout=15_000)
        expect(part(young, "line-text")).to_be_hidden()
        mine.see(young.page, "together")
        theirs.see(team.page, "together")
        young.page.locator("#close-chat").click()

        press(young, "leave")
        young.stands("idle")
        expect(young.page.get_by_role("heading", level=1)).to_have_text("Du hast aufgelegt")
        assert young.page.evaluate("document.activeElement.id") == "after"
        team.stands("waiting")
        expect(team.page.locator("#mood")).to_contain_text("ist rausgegangen")
        mine.see(young.page, "left")
        theirs.see(team.page, "alone")
        young.join()
        for side in talk.sides:
            side.stands("live")

        press(team, "end-call")
        for side in talk.sides:
            side.stands("ended")
            expect(side.page.get_by_role("heading", level=1)).to_have_text("Ihr habt aufgelegt")
            expect(part(side, "join")).to_be_hidden()
        mine.see(young.page, "ended")
        answer = young.page.reload()
        assert answer is not None
        assert answer.status == 410
        young.stands("ended")
        mine.see(young.page, "over")
        assert (mine.found, theirs.found) == ({}, {})


def test_the_picture_can_be_veiled(stage: Stage) -> None:
    """What leaves is a few spots of colour: two neighbouring points are nearly the same everywhere."""
    with talking(stage, **quiet()) as talk:
        young, team = talk.sides
        young.page.get_by_test_id("veiled").check(force=True)
        both_join(talk)
        press(young, "camera")
        shows(team, "camera")
        moves(team.page, "remote")

        assert young.page.evaluate("document.getElementById('local').videoWidth") == 320
        press(young, "settings")
        expect(young.page.get_by_test_id("veiled")).to_be_checked()
        assert problems(young.page) == []


@pytest.mark.parametrize(
    ("name", "sentence", "explains"),
    [
        ("NotAllowedError", "Erlauben geht so", True),
        ("NotFoundError", "Hören und schreiben geht auch so", False),
        ("NotReadableError", "Eine andere App", False),
    ],
)
def test_without_a_microphone_one_is_told_why_and_may_come_in(
    stage: Stage, name: str, sentence: str, explains: bool
) -> None:
    with talking(stage, **quiet()) as talk:
        young, team = talk.sides
        walk = Walk("de", f"call-{name}")
        young.page.evaluate(REFUSING, name)

        press(young, "check-microphone")
        expect(part(young, "problem")).to_contain_text(sentence)
        expect(young.page.locator("#allow")).to_be_visible(visible=explains)
        if explains:
            walk.see(young.page, "denied", whole=True)
        both_join(talk)

        expect(part(young, "line-me")).to_have_text("Dein Mikrofon ist aus")
        expect(part(team, "line-peer")).to_contain_text("hat das Mikrofon aus")
        assert walk.found == {}


def test_keys_mute_unless_somebody_writes_or_wishes_none(stage: Stage) -> None:
    with talking(stage, kind="voice", **quiet()) as talk:
        young, team = talk.sides
        both_join(talk)

        def microphone() -> bool:
            return bool(team.page.evaluate("globalThis.call.media.microphone"))

        team.page.locator("#talk").focus()
        team.page.keyboard.press("m")
        expect(part(team, "line-me")).to_be_visible()
        team.page.keyboard.press(" ")
        expect(part(team, "line-me")).to_be_hidden()
        part(team, "composer").focus()
        team.page.keyboard.type("mm m")
        assert microphone()
        press(team, "settings")
        team.page.locator("#keys").uncheck()
        team.page.locator("#close-settings").click()
        team.page.locator("#talk").focus()
        team.page.keyboard.press("m")
        assert microphone()
        expect(part(young, "camera")).to_have_count(0)
        expect(part(young, "screen")).to_have_count(0)
        assert young.page.evaluate("globalThis.call.setCamera(true).then(() => true, () => false)") is False


def test_the_end_of_its_time_is_told_before(stage: Stage) -> None:
    with talking(stage, kind="voice", **quiet()) as talk:
        young, _ = talk.sides
        both_join(talk)

        talk.seed(ends=talk.meeting, seconds=240)
        expect(part(young, "line-ends")).to_contain_text("Noch 4 Minuten", timeout=20_000)
        talk.seed(ends=talk.meeting, seconds=3)

        for side in talk.sides:
            side.stands("ended")
        expect(young.page.get_by_role("heading", level=1)).to_have_text("Die Zeit ist um")


def test_another_window_takes_over_and_gives_back(stage: Stage) -> None:
    with talking(stage, kind="voice", **quiet()) as talk:
        young, _ = talk.sides
        both_join(talk)
        second = Side(young.page.context.new_page())
        second.page.goto(f"/meeting/{talk.meeting}/")
        second.join()

        young.stands("replaced")
        expect(young.page.get_by_role("button", name="Hier weitersprechen")).to_be_visible()
        assert problems(young.page) == []
        young.join()
        second.stands("replaced")
        young.stands("live")


@pytest.mark.parametrize("names", [("شجرة الزيتون", "Linde"), ("Regenbogenmondscheinfee", "Maximiliane-Alexandrine")])
def test_every_name_fits(stage: Stage, names: tuple[str, str]) -> None:
    with talking(stage, kind="voice", names=names, **quiet(locale="en-GB")) as talk:
        walks = Walk("en", f"call-name-{len(names[0])}"), Walk("en", f"call-name-{len(names[0])}-team")
        for side, walk in zip(talk.sides, walks, strict=True):
            walk.see(side.page, "before")
        both_join(talk)
        press(talk.team, "microphone")
        expect(part(talk.young, "line-peer")).to_be_visible()
        for side, walk in zip(talk.sides, walks, strict=True):
            walk.see(side.page, "talk")
            assert side.page.locator("html").get_attribute("lang") == "en"
            assert walk.found == {}


def test_a_line_is_not_called_bad_before_anything_is_known_of_it(stage: Stage) -> None:
    page = stage.browser.new_page()
    page.goto(f"{stage.server.url}/accessibility/")

    judged = page.evaluate("""async () => {
      const { Gauge, judge } = await import("/static/blended/js/quality.js");
      const gauge = new Gauge();
      const silent = [{ id: "1", type: "inbound-rtp", kind: "audio", packetsReceived: 50, packetsLost: 0 }];
      return [judge(gauge.read(silent)), judge(gauge.read(silent))];
    }""")

    assert judged == ["good", "poor"]


def test_without_the_relay_the_page_names_other_ways(stage: Stage, relay: Relay) -> None:
    relay.stop()
    with talking(stage, **quiet()) as talk:
        young, _ = talk.sides
        walk = Walk("de", "call-young")

        young.join()
        young.stands("unavailable")

        expect(part(young, "unavailable")).to_be_visible()
        assert part(young, "other-ways").get_by_role("link").all_inner_texts() == ["Schreiben", "Telefon"]
        walk.see(young.page, "unavailable")
        relay.start()
        both_join(talk)
        assert walk.found == {}


def test_without_scripts_other_ways_are_named(stage: Stage) -> None:
    with talking(stage, kind="voice", **quiet()) as talk:
        state = talk.young.page.context.storage_state()
        bare = stage.browser.new_context(base_url=stage.server.url, java_script_enabled=False, storage_state=state)
        page = bare.new_page()
        page.goto(f"/meeting/{talk.meeting}/")

        assert "Zum Sprechen braucht diese Seite JavaScript" in page.content()
        expect(page.get_by_test_id("join")).to_be_hidden()
        expect(page.get_by_role("link", name="Telefon", exact=True)).to_be_visible()
