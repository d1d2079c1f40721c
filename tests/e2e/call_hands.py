"""Hands for calls: two browsers with fake cameras, the relay between them, and everything they sent."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.seeker_hands import PHONE, elsewhere

MEDIA = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]
# Every connection that the page makes, so that a test can ask it for its statistics.
WATCHED = """(() => {
  const Real = globalThis.RTCPeerConnection;
  globalThis.connections = [];
  globalThis.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); globalThis.connections.push(this); }
  };
})()"""
STATISTICS = """async () => {
  const live = globalThis.connections.filter((one) => one.connectionState === "connected").at(-1);
  return live ? [...(await live.getStats()).values()] : [];
}"""
CANDIDATE = re.compile(r"candidate:\S+ \d \S+ \d+ (?P<address>\S+) (?P<port>\d+) typ (?P<kind>\w+)(?P<rest>[^\\\"]*)")


@dataclass
class Side:
    """A browser of one side, and every frame and body that left it."""

    page: Page
    sent: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """From now on."""
        self.page.on("websocket", lambda socket: socket.on("framesent", lambda text: self.sent.append(str(text))))
        self.page.on("request", lambda request: self.sent.append(request.post_data or ""))

    def join(self) -> None:
        self.page.get_by_test_id("join").click()

    def stands(self, state: str, *, seconds: float = 30) -> None:
        """Waits until the page says so."""
        expect(self.page.get_by_test_id("call-state")).to_have_attribute("data-state", state, timeout=seconds * 1000)

    def statistics(self, kind: str) -> list[dict[str, Any]]:
        """The reports of one kind, of the connection that holds."""
        return [report for report in self.page.evaluate(STATISTICS) if report["type"] == kind]

    def received(self) -> dict[str, int]:
        """Bytes by audio and video."""
        return {report["kind"]: report["bytesReceived"] for report in self.statistics("inbound-rtp")}

    def receives(self, *kinds: str, seconds: float = 20) -> None:
        """Waits until more of each has come than had before."""
        before = self.received()
        for kind in kinds:
            self.page.wait_for_function(
                f"""async ([kind, before]) => (await ({STATISTICS})()).some((report) =>
                    report.type === "inbound-rtp" && report.kind === kind && report.bytesReceived > before)""",
                arg=[kind, before.get(kind, 0)],
                timeout=seconds * 1000,
                polling=200,
            )

    def pair(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The two candidates by which media goes."""
        every = {report["id"]: report for report in self.page.evaluate(STATISTICS)}
        transport = next(report for report in every.values() if report["type"] == "transport")
        chosen = every[transport["selectedCandidatePairId"]]
        return every[chosen["localCandidateId"]], every[chosen["remoteCandidateId"]]

    def told(self) -> str:
        """All that left the browser, as one text."""
        return "\n".join(self.sent)


@dataclass
class Talk:
    """The two of a meeting."""

    stage: Stage
    case: str
    meeting: str
    young: Side
    team: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.young, self.team

    def seed(self, **wanted: Any) -> dict[str, Any]:
        """See call_seed.py."""
        return seeded(self.stage, **wanted)


def seeded(stage: Stage, **wanted: Any) -> dict[str, Any]:
    said = stage.server.ground.run("-m", "tests.e2e.call_seed", json.dumps(wanted))
    return dict(json.loads(said.splitlines()[-1]))


@contextmanager
def talking(
    stage: Stage, *, kind: str = "video", names: tuple[str, str] = ("Stiller Otter", "Linde"), **options: Any
) -> Iterator[Talk]:
    """A running chat whose two agreed to talk, each on the page of the call; nobody has joined.

    `names` of the young person and the counsellor; `options` of their browsers' contexts.
    """
    nickname, alias = names
    stage.seed(staff={alias: 3}, chats={nickname: alias})
    case = stage.people["seekers"][nickname]["case"]
    meeting = seeded(stage, case=case, kind=kind)["meeting"]
    young, linde = seeker(stage, nickname, **options), stage.counsellor(alias, path="/accessibility/", **options)
    talk = Talk(stage, case, meeting, Side(young), Side(linde))
    for side in talk.sides:
        side.listen()
        side.page.add_init_script(WATCHED)
    talk.young.page.goto(f"/meeting/{meeting}/")
    talk.team.page.goto(f"{stage.server.url}/team/meeting/{meeting}/")
    yield talk


def seeker(stage: Stage, nickname: str, **options: Any) -> Page:
    """A young person's phone, with their way in."""
    context = stage.browser.new_context(base_url=stage.server.url, **{**PHONE, **options})
    stage.contexts.append(context)
    context.route(lambda url: not url.startswith(stage.server.url), elsewhere)
    url = stage.server.url.replace("http:", "https:")
    token, name = stage.people["seekers"][nickname]["token"], stage.people["cookie"]["seeker"]
    context.add_cookies([{"name": name, "value": token, "url": url, "secure": True}])
    return context.new_page()


def candidates(text: str) -> list[dict[str, str]]:
    """Every candidate in what was sent or stored, as a description or alone."""
    return [found.groupdict() for found in CANDIDATE.finditer(text)]
