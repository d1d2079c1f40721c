"""Jitsi, BigBlueButton and Webex as their documents describe them (domain.md section 5), over real bytes and real TLS.

They check what comes as strictly as the real ones do: checksums over the very bytes of a query, tokens, parameters.
What is in `then` happens to the next questions instead: slow, drip, cut, large, packed, bomb, dtd, text, 401, 500, …
"""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt

from tests.support import certificates

HOST = "127.0.0.1"
SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
APP_ID = "beratung"
TOKEN = "webex-token-sentinel"
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><response><returncode>SUCCESS</returncode><createTime>&c;</createTime>
</response>"""
DTD = (
    '<!DOCTYPE response SYSTEM "https://elsewhere.example/x.dtd"><response><returncode>SUCCESS</returncode></response>'
)
WEBEX_FIELDS = {
    "title": str,
    "start": str,
    "end": str,
    "timezone": str,
    "enabledAutoRecordMeeting": bool,
    "enabledJoinBeforeHost": bool,
    "unlockedMeetingJoinSecurity": str,
    "publicMeeting": bool,
    "sendEmail": bool,
}


@dataclass
class Asked:
    """One question as it came."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass
class FakeRooms:
    """The other systems, all at one address; `then` is used up from the front."""

    port: int
    authority: Path
    algorithm: str = "sha256"
    then: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    rooms: dict[str, dict[str, str]] = field(default_factory=dict)
    meetings: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def bbb(self) -> str:
        return f"{self.url}/bigbluebutton"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    # --- BigBlueButton ------------------------------------------------------------------------------------------------

    def bbb_answer(self, call: str, raw: str) -> str:
        """The documented XML."""
        query, _, checksum = raw.rpartition("&checksum=")
        wanted = hashlib.new(self.algorithm, f"{call}{query}{SECRET}".encode()).hexdigest()
        if checksum != wanted:
            return failed("checksumError", "You did not pass the checksum security check")
        fields = dict(parse_qsl(query, keep_blank_values=True))
        match call:
            case "create":
                return self._create(fields)
            case "isMeetingRunning":
                return "<response><returncode>SUCCESS</returncode><running>false</running></response>"
            case "join":
                return self._join(fields)
        return failed("unsupportedRequest", "This request is not supported.")

    def _create(self, fields: dict[str, str]) -> str:
        if not fields.get("name") or not fields.get("meetingID"):
            return failed("missingParameters", "You must specify a name and a meeting ID")
        room = self.rooms.get(fields["meetingID"])
        if room and any(room[name] != fields.get(name) for name in ("attendeePW", "moderatorPW")):
            return failed("idNotUnique", "A meeting already exists with that meeting ID. Please use a different one.")
        key = "duplicateWarning" if room else ""
        if room is None:
            room = self.rooms[fields["meetingID"]] = fields | {"createTime": str(1_531_155_809_613 + len(self.rooms))}
        return (
            f"<response><returncode>SUCCESS</returncode><meetingID>{room['meetingID']}</meetingID>"
            f"<createTime>{room['createTime']}</createTime><hasUserJoined>false</hasUserJoined>"
            f"<hasBeenForciblyEnded>false</hasBeenForciblyEnded><messageKey>{key}</messageKey></response>"
        )

    def _join(self, fields: dict[str, str]) -> str:
        room = self.rooms.get(fields.get("meetingID", ""))
        if room is None:
            return failed("notFound", "We could not find a meeting with that meeting ID")
        if fields.get("createTime") != room["createTime"]:
            return failed("mismatchCreateTimeParam", "The createTime parameter submitted mismatches with the meeting.")
        if fields.get("role") not in {"MODERATOR", "VIEWER"} or not fields.get("fullName"):
            return failed("missingParameters", "You must specify a name and a role")
        return "<response><returncode>SUCCESS</returncode><messageKey>successfullyJoined</messageKey></response>"

    # --- Jitsi --------------------------------------------------------------------------------------------------------

    def jitsi_lets_in(self, room: str, token: str) -> dict[str, Any]:
        """The token's user, as Prosody reads it. Raises jwt's errors or AssertionError."""
        said = jwt.decode(
            token,
            SECRET,
            algorithms=["HS256"],
            audience="jitsi",
            issuer=APP_ID,
            options={"require": ["aud", "iss", "sub", "room", "nbf", "exp", "context"]},
        )
        assert set(said) == {"aud", "iss", "sub", "room", "nbf", "exp", "context"}
        assert said["sub"] == "localhost"
        assert said["room"] == room == room.lower() != "*"
        assert all(isinstance(value, str) and value for value in said["context"]["user"].values())
        return dict(said["context"]["user"])

    # --- Webex --------------------------------------------------------------------------------------------------------

    def webex_answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, {
                "message": "The request requires a valid access token set in the Authorization request header."
            }
        if asked.method == "GET":
            return 200, {"items": []}
        said = json.loads(asked.body)
        begins = datetime.strptime(said["start"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        ends = datetime.strptime(said["end"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        fits = {name: type(value) for name, value in said.items()} == WEBEX_FIELDS
        if not fits or begins <= datetime.now(UTC) or ends - begins < timedelta(minutes=10):
            return 400, {"message": "The request was invalid or cannot be otherwise served."}
        self.meetings += 1
        link = f"https://centre.webex.com/centre/j.php?MTID=m{self.meetings}"
        return 200, {"id": f"m{self.meetings}", "webLink": link, "password": "BgJep@43"}


def failed(key: str, message: str) -> str:
    said = f"<messageKey>{key}</messageKey><message>{message}</message>"
    return f"<response><returncode>FAILED</returncode>{said}</response>"


class _Talk(BaseHTTPRequestHandler):
    """One question."""

    protocol_version = "HTTP/1.1"

    @property
    def house(self) -> FakeRooms:
        return self.server.house  # type: ignore[attr-defined,no-any-return]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parts.query, headers, self.rfile.read(length))
        self.house.asked.append(asked)
        then = self.house.then.pop(0) if self.house.then else ""
        with suppress(OSError):  # whoever asked has gone
            if then:
                self._misbehave(then)
            else:
                self._answer(asked)

    do_POST = do_HEAD = do_GET  # noqa: N815 -- the base's names

    def _answer(self, asked: Asked) -> None:
        _, _, call = asked.path.partition("/bigbluebutton/api/")
        if call:
            self._say(200, self.house.bbb_answer(call, asked.query), "text/xml")
        elif asked.path == "/config.js":
            self._say(200, "var config = {};")
        elif asked.path == "/v1/meetings":
            status, body = self.house.webex_answer(asked)
            self._say(status, json.dumps(body), "application/json")
        else:
            self._say(404, "nothing here")

    def _misbehave(self, how: str) -> None:
        how, _, more = how.partition(":")
        match how:
            case "slow":
                self.house.over.wait(20)
            case "drip":
                self._drip()
            case "cut" if self.command == "HEAD":  # it has no body to be cut
                self.wfile.write(b"HTTP/1.1 20")
                self.close_connection = True
            case "cut":
                self._head(200, {"Content-Length": "5000"})
                self.wfile.write(b"<response><returncode>SUCC")
                self.close_connection = True
            case "large":
                self._say(200, "<response>" + "x" * 2_000_000 + "</response>", "text/xml")
            case "packed":
                self._head(200, {"Content-Encoding": "gzip", "Content-Length": str(len(PACKED))})
                self.wfile.write(PACKED)
            case "elsewhere":
                self._say(302, "", location="https://elsewhere.example/api/create")
            case "bomb" | "dtd":
                self._say(200, BOMB if how == "bomb" else DTD, "text/xml")
            case "text":
                self._say(200, more or "Welcome to nginx!")
            case _:
                self._say(int(how), "{}", retry=more)

    def _drip(self) -> None:
        """A header that never ends, a byte at a time: no single read takes long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(200):
            self.wfile.write(b"x")
            if self.house.over.wait(0.1):
                return

    def _say(self, status: int, text: str, kind: str = "text/plain", *, location: str = "", retry: str = "") -> None:
        body = text.encode()
        more = {"Location": location, "Retry-After": retry}
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(body))} | more)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base's name
        """Nothing."""


PACKED = gzip.compress(b"<response>" + b" " * 5_000_000 + b"</response>")


class _House(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever trusts nobody breaks off: that is what is tested."""


@contextmanager
def fake_rooms(directory: Path) -> Iterator[FakeRooms]:
    """They run inside this block; a client that trusts `authority` (SSL_CERT_FILE) may ask them."""
    certificate, context = certificates.for_localhost(directory)
    with _House((HOST, 0), _Talk) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.house = house = FakeRooms(server.server_address[1], certificate)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield house
        house.over.set()
        server.shutdown()
        thread.join()
