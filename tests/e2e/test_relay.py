"""Two real browsers talk through a real relay, and neither ever shows an address of its own."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.call_hands import MEDIA, Talk, candidates, talking
from tests.e2e.desk_hands import Stage
from tests.support.chromium import chromium
from tests.support.coturn import Relay
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import given

A_SCREEN = """() => {
  const canvas = document.createElement("canvas");
  const draw = () => { canvas.getContext("2d").fillRect(Math.random() * 200, 0, 50, 50); setTimeout(draw, 100); };
  draw();
  navigator.mediaDevices.getDisplayMedia = async () => canvas.captureStream(10);
}"""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture(scope="module")
def server(relay: Relay) -> Iterator[Server]:
    with given() as urls, Ground(**urls, settings={**LIGHT, **relay.settings}) as ground, Server(ground) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(MEDIA) as browser:
        yield browser


@pytest.fixture
def talk(stage: Stage, relay: Relay) -> Iterator[Talk]:
    relay.start()
    with talking(stage) as talk:
        yield talk


def both_join(talk: Talk) -> None:
    for side in talk.sides:
        side.join()
    for side in talk.sides:
        side.stands("live")


def test_sound_and_picture_flow_both_ways_through_the_relay_alone(talk: Talk) -> None:
    both_join(talk)
    for side in talk.sides:
        side.page.get_by_test_id("camera").click()

    for side in talk.sides:
        side.receives("audio", "video")
    stored = talk.seed(opened=talk.case)

    for side in talk.sides:
        assert [candidate["candidateType"] for candidate in side.pair()] == ["relay", "relay"]
    assert stored["rows"] >= 4
    for text in (talk.young.told(), talk.team.told(), "\n".join(stored["bodies"])):
        shown = candidates(text)
        assert shown
        assert {candidate["kind"] for candidate in shown} == {"relay"}
        assert all("raddr 0.0.0.0 rport 0" in candidate["rest"] for candidate in shown)
        assert "typ host" not in text
        assert "typ srflx" not in text
    assert [code for code, _ in talk.seed(notices=talk.case)["notices"]] == ["call_began"]


def test_nothing_is_seen_before_somebody_switches_the_camera_on(talk: Talk) -> None:
    both_join(talk)
    for side in talk.sides:
        side.receives("audio")
        assert side.received().get("video", 0) == 0
        assert side.page.evaluate("globalThis.call.media") == {"microphone": True, "camera": False, "screen": False}

    talk.young.page.get_by_test_id("camera").click()
    talk.team.receives("video")
    talk.team.page.wait_for_function("() => globalThis.call.peer?.camera === true", polling=200)
    talk.young.page.get_by_test_id("camera").click()
    talk.team.page.wait_for_function("() => globalThis.call.peer?.camera === false", polling=200)
    assert talk.young.page.evaluate("globalThis.call.local.getTracks().length") == 0


def test_a_reload_comes_back_into_the_same_call(talk: Talk) -> None:
    both_join(talk)

    talk.young.page.reload()
    talk.team.stands("waiting")
    talk.young.join()

    for side in talk.sides:
        side.stands("live")
        side.receives("audio")
    assert [code for code, _ in talk.seed(notices=talk.case)["notices"]] == ["call_began"]


def test_a_second_window_takes_over_and_the_first_is_told(talk: Talk) -> None:
    both_join(talk)

    second = talk.young.page.context.new_page()
    second.goto(f"/meeting/{talk.meeting}/")
    second.get_by_test_id("join").click()

    talk.young.stands("replaced")
    expect(second.get_by_test_id("call-state")).to_have_attribute("data-state", "live", timeout=30_000)
    talk.team.stands("live")
    talk.team.receives("audio")


def test_another_network_finds_another_way(talk: Talk) -> None:
    both_join(talk)
    before = [side.pair()[0]["port"] for side in talk.sides]

    talk.young.page.evaluate("dispatchEvent(new Event('online'))")
    talk.young.page.wait_for_function(
        """async (before) => {
          const all = [...(await globalThis.connections.at(-1).getStats()).values()];
          const transport = all.find((one) => one.type === "transport");
          const pair = all.find((one) => one.id === transport?.selectedCandidatePairId);
          return pair && all.find((one) => one.id === pair.localCandidateId).port !== before;
        }""",
        arg=before[0],
        timeout=30_000,
        polling=200,
    )

    for side in talk.sides:
        side.stands("live")
        side.receives("audio")
        assert [candidate["candidateType"] for candidate in side.pair()] == ["relay", "relay"]


def test_a_relay_that_restarts_is_found_again(talk: Talk, relay: Relay) -> None:
    both_join(talk)

    relay.stop()
    for side in talk.sides:
        side.stands("reconnecting", seconds=40)
    relay.start()

    for side in talk.sides:
        side.stands("live", seconds=60)
        side.receives("audio")


def test_without_the_relay_the_page_says_so_and_offers_other_ways(talk: Talk, relay: Relay) -> None:
    relay.stop()

    talk.young.join()
    talk.young.stands("unavailable")

    page = talk.young.page
    expect(page.get_by_test_id("unavailable")).to_be_visible()
    assert page.get_by_test_id("other-ways").get_by_role("link").count() >= 2
    assert candidates(talk.young.told()) == []
    relay.start()
    both_join(talk)


def test_the_end_is_told_to_both_and_nothing_of_the_call_is_left(talk: Talk) -> None:
    both_join(talk)

    talk.team.page.get_by_test_id("end-call").click()

    talk.young.stands("ended")
    talk.team.stands("ended")
    assert talk.seed(opened=talk.case)["rows"] == 0
    assert [code for code, _ in talk.seed(notices=talk.case)["notices"]] == ["call_began", "call_ended"]
    talk.young.page.reload()
    talk.young.stands("ended")


def test_a_meeting_that_outlives_its_time_ends_politely(talk: Talk) -> None:
    both_join(talk)
    talk.young.page.evaluate("() => void globalThis.call.on('ending', (told) => (globalThis.told = told))")

    talk.seed(ends=talk.meeting, seconds=25)

    talk.young.page.wait_for_function("() => globalThis.told", timeout=20_000, polling=200)
    for side in talk.sides:
        side.stands("ended")


def test_a_counsellor_shows_a_screen_and_it_is_told(talk: Talk) -> None:
    both_join(talk)
    talk.team.page.evaluate(A_SCREEN)

    talk.team.page.get_by_test_id("screen").click()

    talk.young.receives("video")
    talk.young.page.wait_for_function("() => globalThis.call.peer?.screen === true", polling=200)
    assert talk.young.page.get_by_test_id("screen").count() == 0
    assert talk.team.page.evaluate("globalThis.connections.length") == 2  # the look at the relay, and the call


def test_where_sockets_are_blocked_the_call_comes_about_by_poll(talk: Talk) -> None:
    talk.young.page.context.route_web_socket("**/chat/socket", lambda _socket: None)
    talk.young.page.reload()

    both_join(talk)

    assert talk.young.page.evaluate("globalThis.call.wire.state.mode") == "poll"
    for side in talk.sides:
        side.receives("audio")


def test_quick_exit_ends_everything_at_once(talk: Talk) -> None:
    both_join(talk)
    young = talk.young.page

    with young.expect_navigation():
        young.locator(".exit:visible").click()

    talk.team.stands("waiting")


def test_leaving_closes_everything_at_once(talk: Talk) -> None:
    both_join(talk)

    talk.young.page.get_by_test_id("leave").click()

    talk.team.stands("waiting")
    states = talk.young.page.evaluate("globalThis.connections.map((one) => one.connectionState)")
    assert set(states) == {"closed"}
    assert json.loads(talk.young.page.evaluate("JSON.stringify(globalThis.call.media)")) == {
        "microphone": False,
        "camera": False,
        "screen": False,
    }
