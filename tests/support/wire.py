"""A small client of the wire protocol (chat/PROTOCOL.md): keeps each message until acknowledged, resumes, confirms.

It is written from the protocol's page alone, so that it tests the page too.
"""

import asyncio
import contextlib
import json
import random
import ssl
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Origin, Subprotocol

Frame = dict[str, Any]
SUBPROTOCOL = Subprotocol("counselling.1")
TRY_AGAIN = {"unavailable", "slow_down"}
CONFIRM_EVERY = 50
# For wss: certificates of tests are signed by nobody.
TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname = False
TRUSTING.verify_mode = ssl.CERT_NONE
LOST_LINE = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidMessage)


class Line:
    """One side's connection, opened again by itself until the `async with` block ends.

    `entries[case][seq]` is the timeline as drawn, `acks[id]` the seq of an acknowledged message, `frames` all else.
    """

    # For the tests that look for traces of a browser: what it says of itself, and the address it comes from.
    headers: Mapping[str, str] = MappingProxyType({})
    source = "127.0.0.1"

    def __init__(self, url: str, *, cookie: str, origin: str, patience: float = 0.5) -> None:
        self.url, self.cookie, self.origin, self.patience = url, cookie, origin, patience
        self.entries: dict[str, dict[int, Frame]] = defaultdict(dict)
        self.acks: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.pending: dict[str, Frame] = {}
        self.frames: list[Frame] = []
        self.contradictions: list[Frame] = []
        self.connects = 0
        self.closed_with: list[int] = []
        self._socket: ClientConnection | None = None
        self._changed = asyncio.Event()
        self._after: dict[str, int] = {}
        self._confirmed: dict[str, int] = defaultdict(int)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_open())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    # --- what a person does ------------------------------------------------------------------------------------------

    async def open(self, case: str) -> None:
        """Draw this case from its beginning, now and after every reconnect."""
        self._after.setdefault(case, 0)
        await self._send({"type": "resume", "case": case, "after": self._after[case]})

    async def post(self, case: str, text: str, *, message_id: str | None = None) -> str:
        """Send a message, again and again until it is acknowledged or refused for good; its id."""
        frame = {"type": "post", "case": case, "id": message_id or str(uuid.uuid4()), "text": text}
        self.pending[frame["id"]] = frame
        await self._send(frame)
        return frame["id"]

    async def send(self, frame: Frame | str | bytes) -> None:
        """One frame as it is, once; lost when the line is."""
        await self._send(frame)

    # --- what a test waits for ---------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], bool], *, seconds: float = 15, what: str = "it") -> None:
        """Return when the condition holds, looked at after every frame; TimeoutError says what did not come."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{what} did not come within {seconds} s; last: {self.frames[-3:]}") from None

    async def acked(self, message_id: str, *, seconds: float = 15) -> int:
        """The seq under which the message is on disk."""
        await self.until(lambda: message_id in self.acks, seconds=seconds, what="the acknowledgement")
        return self.acks[message_id]

    async def all_acked(self, *, seconds: float = 60) -> None:
        """Everything that was ever posted is on disk, or refused for good."""
        await self.until(lambda: not self.pending, seconds=seconds, what="the last acknowledgement")

    async def connected_again(self, *, seconds: float = 30) -> None:
        """The line was cut and is open again."""
        await self.until(lambda: self.connects > 1 and self._socket is not None, seconds=seconds, what="the line")

    async def drawn(self, case: str, seq: int, *, seconds: float = 15) -> Frame:
        """The entry with this seq."""
        await self.until(lambda: seq in self.entries[case], seconds=seconds, what=f"entry {seq}")
        return self.entries[case][seq]

    async def drawn_whole(self, case: str, *, seconds: float = 60) -> None:
        """Everything up to where the log stood when it was opened."""
        end = (await self.heard("caught_up", case=case, seconds=seconds))["last_seq"]
        await self.until(lambda: self._after[case] >= end, seconds=seconds, what=f"the log up to {end}")

    async def heard(self, kind: str, *, seconds: float = 15, **fields: Any) -> Frame:
        """The first frame of this type (entries and acks apart) with these fields, past or to come."""

        def found() -> Frame | None:
            return next((f for f in self.frames if f["type"] == kind and fields.items() <= f.items()), None)

        await self.until(lambda: found() is not None, seconds=seconds, what=f"a frame {kind} {fields}")
        return found() or {}

    async def online(self, *, seconds: float = 30) -> None:
        """The line is open and welcomed."""
        await self.until(lambda: self._socket is not None, seconds=seconds, what="the welcome")

    # --- the line ----------------------------------------------------------------------------------------------------

    async def _keep_open(self) -> None:
        while True:
            with contextlib.suppress(*LOST_LINE):
                await self._one_connection()
            self._socket = None
            await asyncio.sleep(random.uniform(0.02, self.patience))

    async def _one_connection(self) -> None:
        async with connect(
            self.url,
            origin=Origin(self.origin),
            subprotocols=[SUBPROTOCOL],
            additional_headers={"Cookie": self.cookie, **self.headers},
            local_addr=(self.source, 0),
            max_size=None,
            compression=None,
            open_timeout=10,
            close_timeout=0.2,
            ping_interval=None,
            proxy=None,
            ssl=TRUSTING if self.url.startswith("wss:") else None,
        ) as socket:
            self.connects += 1
            try:
                async for text in socket:
                    await self._take(socket, json.loads(text))
                    self._changed.set()
            finally:
                if socket.close_code is not None:
                    self.closed_with.append(socket.close_code)
                    self._changed.set()

    async def _take(self, socket: ClientConnection, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self._socket = socket
            await self._resume()
        if kind == "entry":
            await self._draw(frame)
        elif kind == "ack":
            await self._acknowledged(frame)
        else:
            self.frames.append(frame)
        if kind == "error" and frame.get("id") in self.pending:
            self._refused(frame)

    async def _resume(self) -> None:
        for case, after in self._after.items():
            await self._send({"type": "resume", "case": case, "after": after})
        for frame in list(self.pending.values()):
            await self._send(frame)

    async def _acknowledged(self, frame: Frame) -> None:
        """An own message's entry: live, the author gets no other."""
        if self.acks.setdefault(frame["id"], frame["seq"]) != frame["seq"]:
            self.contradictions.append(frame)
        if posted := self.pending.pop(frame["id"], None):
            await self._draw({**frame, "kind": "message", "mine": True, "text": posted["text"]})

    async def _draw(self, frame: Frame) -> None:
        case, seq = frame["case"], frame["seq"]
        before = self.entries[case].setdefault(seq, frame)
        if before.get("text") != frame.get("text"):
            self.contradictions.append(frame)
        while self._after.setdefault(case, 0) + 1 in self.entries[case]:
            self._after[case] += 1
        if self._after[case] - self._confirmed[case] >= CONFIRM_EVERY:
            self._confirmed[case] = self._after[case]
            await self._send({"type": "got", "case": case, "seq": self._after[case]})

    def _refused(self, frame: Frame) -> None:
        if frame["code"] in TRY_AGAIN:
            loop = asyncio.get_running_loop()
            loop.call_later(frame.get("retry_ms", 500) / 1000, self._again, frame["id"])
        else:
            self.pending.pop(frame["id"])
            self.refused[frame["id"]] = frame["code"]

    def _again(self, message_id: str) -> None:
        if message_id in self.pending and self._socket:
            self._retry = asyncio.ensure_future(self._send(self.pending[message_id]))

    async def _send(self, frame: Frame | str | bytes) -> None:
        """Lost without a word where the line is: what matters is pending and sent again."""
        if self._socket is None:
            return
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps(frame) if isinstance(frame, dict) else frame)


def missing(entries: dict[int, Frame]) -> list[int]:
    """Gaps in a drawn timeline: seqs are 1, 2, 3 … without any."""
    return [seq for seq in range(1, max(entries, default=0) + 1) if seq not in entries]


def doubled(entries: dict[int, Frame]) -> list[str]:
    """Texts that stand twice in a timeline whose sender never wrote one twice."""
    texts = [entry["text"] for entry in entries.values() if entry["kind"] == "message"]
    return sorted({text for text in texts if texts.count(text) > 1})
