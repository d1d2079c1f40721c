"""Whose camera is on: nothing goes on that was switched off, hung up or left meanwhile, however long a browser asks.

The scripts of the page alone, in a real browser; a test says when the browser's question is answered.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import chromium
from tests.support.server import LIGHT, Ground, Server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

# `allow()` says yes to the oldest open question; `tracks` are all that were ever given.
HANDS = """async () => {
  const asked = [];
  globalThis.tracks = [];
  globalThis.questions = () => asked.length;
  globalThis.allow = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const [track] = canvas.captureStream(5).getTracks();
    Object.assign(track, globalThis.able ?? {});
    globalThis.tracks.push(track);
    const stream = new MediaStream([track]);
    asked.shift()(stream);
    return new Promise((later) => setTimeout(later, 50));
  };
  const ask = () => new Promise((yes) => asked.push(yes));
  Object.assign(navigator.mediaDevices, { getUserMedia: ask, getDisplayMedia: ask });
  globalThis.lit = () => globalThis.tracks.filter((one) => one.readyState === "live").length;
  globalThis.settled = () => new Promise((later) => setTimeout(later, 50));
  globalThis.Devices = (await import("/static/blended/js/devices.js")).Devices;
  globalThis.Disguise = (await import("/static/blended/js/callpage-disguise.js")).Disguise;
  globalThis.Call = (await import("/static/blended/js/call.js")).Call;
  globalThis.Emitter = (await import("/static/chat/js/emitter.js")).Emitter;
}"""
# A camera that says it could blur, and does what a test says.
BLURS = """(does) => {
  let blurred = false;
  globalThis.able = {
    getCapabilities: () => ({ backgroundBlur: [false, true] }),
    getSettings: () => ({ backgroundBlur: blurred }),
    applyConstraints: async ({ backgroundBlur }) => {
      if (does === "refuses") throw new DOMException("", "OverconstrainedError");
      blurred = does === "blurs" && backgroundBlur;
    },
    unblur: () => { blurred = false; },
  };
}"""
WITH_DISGUISE = """async (look) => {
  const devices = new Devices();
  const told = [];
  const call = { refreshCamera: () => devices.refreshCamera(), set effect(effect) { devices.effect = effect; } };
  const disguise = new Disguise(call, (instead) => told.push(instead));
  await disguise.choose(look);
  const on = devices.setCamera(true);
  await settled();
  await allow();
  await on;
  Object.assign(globalThis, { devices, told, disguise });
  return { raw: devices.video === tracks[0], told: told.at(-1), wide: devices.video.getSettings().width };
}"""
# A page of a call whose server answers `enter` when the test lets it.
WITH_CALL = """() => {
  const said = [];
  let answer;
  globalThis.fetch = async (url) => {
    said.push(url);
    if (url === "/enter") await new Promise((go) => (answer = go));
    const [now, ends_at] = [0, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
    const told = { servers: [], policy: "all", now, ends_at, state: "waiting", here: false };
    return new Response(JSON.stringify(told), { status: 200 });
  };
  class Line extends Emitter {
    state = { online: true, mode: "socket" };
    start() {}
    say() { return true; }
  }
  const setup = {
    meeting: "m", case: "c", side: "seeker", kind: "video", calls: "local", state: "open", here: false, warn_s: 300,
    now: new Date().toISOString(), ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    urls: { enter: "/enter", here: "/here", leave: "/leave", end: "/end" },
  };
  const line = new Line();
  const call = new Call(setup, line);
  const news = () => (line.emit("error", { case: "c", code: "not_found" }), settled());
  Object.assign(globalThis, { call, said, news, let_in: () => (answer(), settled()) });
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Ground(settings=LIGHT) as ground, Server(ground) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/accessibility/")
    page.evaluate(HANDS)
    yield page
    context.close()


def after(page: Page, steps: str) -> Any:
    """What `steps` return; `devices` is new."""
    return page.evaluate(f"async () => {{ const devices = new Devices(); {steps} }}")


KINDS = [("setMicrophone", "microphone"), ("setCamera", "camera"), ("setScreen", "screen")]


@pytest.mark.parametrize(("switch", "kind"), KINDS)
def test_two_taps_switch_one_device_on(page: Page, switch: str, kind: str) -> None:
    found = after(
        page,
        f"""const taps = [devices.{switch}(true), devices.{switch}(true)];
        await settled(); await allow(); await Promise.all(taps);
        const on = [questions(), tracks.length, lit(), devices.media.{kind}];
        devices.stop();
        return [...on, lit()];""",
    )

    assert found == [0, 1, 1, True, 0]


@pytest.mark.parametrize("end", ["devices.stop()", "devices.{switch}(false)"])
@pytest.mark.parametrize(("switch", "kind"), KINDS)
def test_what_is_allowed_after_the_end_goes_off_at_once(page: Page, switch: str, kind: str, end: str) -> None:
    found = after(
        page,
        f"""const tap = devices.{switch}(true);
        await settled(); {end.format(switch=switch)}; await allow(); await tap;
        return [tracks.length, lit(), devices.media.{kind}, devices.local.getTracks().length];""",
    )

    assert found == [1, 0, False, 0]


@pytest.mark.parametrize(("switch", "kind"), KINDS)
def test_after_that_it_can_be_switched_on_again(page: Page, switch: str, kind: str) -> None:
    found = after(
        page,
        f"""const taps = [devices.{switch}(true)];
        await settled(); devices.stop(); taps.push(devices.{switch}(true));
        await allow(); await allow(); await Promise.all(taps);
        return [tracks.map((one) => one.readyState), devices.media.{kind}];""",
    )

    assert found == [["ended", "live"], True]


def test_a_picture_that_is_still_being_covered_at_the_end_is_let_go_of(page: Page) -> None:
    found = after(
        page,
        """let covered;
        devices.effect = (track) => new Promise((done) => (covered = () => done(track.clone())));
        const tap = devices.setCamera(true);
        await settled(); await allow(); devices.stop();
        const dark = lit(); covered(); await tap;
        return [dark, devices.video, devices.media.camera];""",
    )

    assert found == [0, None, False]


def test_muting_waits_for_no_question(page: Page) -> None:
    found = after(
        page,
        """const tap = devices.setMicrophone(true); await settled(); await allow(); await tap;
        devices.setCamera(true); await settled();
        devices.setMicrophone(false);
        return [questions(), devices.media.microphone, tracks[0].enabled];""",
    )

    assert found == [1, False, False]


def test_another_microphone_is_as_silent_as_the_one_before_by_then(page: Page) -> None:
    found = after(
        page,
        """const tap = devices.setMicrophone(true); await settled(); await allow(); await tap;
        const change = devices.use({ microphone: "other" }); await settled();
        devices.setMicrophone(false); await allow(); await change;
        const muted = [devices.media.microphone, tracks[1].enabled, lit()];
        const again = devices.use({ microphone: "" }); await settled(); devices.stop(); await allow(); await again;
        return [...muted, lit()];""",
    )

    assert found == [False, False, 1, 0]


def test_a_no_leaves_the_next_tap_its_turn(page: Page) -> None:
    found = after(
        page,
        """const ask = navigator.mediaDevices.getUserMedia;
        navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotAllowedError"); };
        const first = await devices.setCamera(true).then(() => "on", ({ name }) => name);
        navigator.mediaDevices.getUserMedia = ask;
        const tap = devices.setCamera(true); await settled(); await allow(); await tap;
        return [first, devices.media.camera];""",
    )

    assert found == ["NotAllowedError", True]


def test_a_blur_that_the_camera_does_not_have_covers_the_picture(page: Page) -> None:
    assert page.evaluate(WITH_DISGUISE, "background") == {"raw": False, "told": True, "wide": 320}


@pytest.mark.parametrize("does", ["refuses", "promises"])
def test_a_blur_that_does_not_come_about_covers_the_picture(page: Page, does: str) -> None:
    page.evaluate(BLURS, does)

    assert page.evaluate(WITH_DISGUISE, "background") == {"raw": False, "told": True, "wide": 320}


def test_a_picture_that_is_blurred_is_sent_as_it_is_until_it_is_not(page: Page) -> None:
    page.evaluate(BLURS, "blurs")

    found = page.evaluate(WITH_DISGUISE, "background")
    assert (found["raw"], found["told"]) == (True, False)

    page.evaluate(BLURS, "promises")
    covered = page.evaluate("""async () => {
      tracks[0].unblur();
      tracks[0].dispatchEvent(new Event("configurationchange"));
      await settled();
      await allow();
      return [tracks[0].readyState, tracks.includes(devices.video), told.at(-1)];
    }""")
    assert covered == ["ended", False, True]


def test_where_nothing_can_cover_it_no_picture_is_sent(page: Page) -> None:
    found = page.evaluate("""async () => {
      const devices = new Devices();
      const call = { refreshCamera: async () => undefined, set effect(effect) { devices.effect = effect; } };
      await new Disguise(call, () => undefined).choose("background");
      const tap = devices.setCamera(true).then(() => "on", () => "off");
      await settled();
      const [given] = document.createElement("canvas").captureStream(5).getTracks();
      tracks.push(given);
      const real = HTMLCanvasElement.prototype.captureStream;
      const allowed = allow();
      HTMLCanvasElement.prototype.captureStream = undefined;
      await allowed;
      HTMLCanvasElement.prototype.captureStream = real;
      given.stop();
      return [await tap, lit(), devices.video];
    }""")

    assert found == ["off", 0, None]


def test_whoever_leaves_while_coming_in_is_out(page: Page) -> None:
    page.evaluate(WITH_CALL)

    said = page.evaluate("""async () => {
      const tap = call.join();
      await settled(); await allow(); await settled();
      await call.leave();
      await let_in();
      await tap;
      await news();
      return [said, call.state, lit()];
    }""")

    assert said == [["/enter", "/leave", "/leave"], "idle", 0]


def test_whoever_leaves_before_the_microphone_was_allowed_never_comes_in(page: Page) -> None:
    page.evaluate(WITH_CALL)

    said = page.evaluate("""async () => {
      const tap = call.join();
      await settled();
      await call.leave();
      await allow();
      await tap;
      return [said, call.state, lit()];
    }""")

    assert said == [["/leave"], "idle", 0]


def test_a_sign_of_life_comes_from_who_is_at_the_door_or_in(page: Page) -> None:
    page.evaluate(WITH_CALL)

    said = page.evaluate("""async () => {
      await news();
      const tap = call.join();
      await settled(); await allow(); await settled(); await let_in();
      await tap;
      await news();
      const state = call.state;
      await call.leave();
      await news();
      return [said, state];
    }""")

    assert said == [["/here", "/enter", "/here", "/leave"], "waiting"]


def test_the_time_that_is_left_is_told_by_the_servers_clock(page: Page) -> None:
    page.evaluate(WITH_CALL)

    left = page.evaluate("""() => {
      const real = Date.now;
      const before = call.left;
      Date.now = () => real() + 600_000;  // this device's clock was set on meanwhile
      const setup = { meeting: "m", case: "c", side: "seeker", kind: "voice", calls: "off", state: "open", warn_s: 300,
        now: new Date(real()).toISOString(), ends_at: new Date(real() + 240_000).toISOString(), urls: {} };
      const line = Object.assign(new Emitter(), { start() {}, state: {} });
      const wrong = new Call(setup, line).left;
      Date.now = real;
      return [Math.round(before / 60), Math.round(wrong / 60)];
    }""")

    assert left == [60, 4]
