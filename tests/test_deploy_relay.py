"""deploy/coturn: the relay writes no address down, and talks to nobody but itself. Calls: tests/e2e/test_relay.py."""

import hmac
import re
import socket
import struct
import time
from base64 import b64encode
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from secrets import token_bytes
from typing import Any, Self

import pytest

from tests.support.coturn import CONFIGURATION, Relay
from tests.support.services import HOST

ALLOCATE, REFRESH, PERMIT = 0x0003, 0x0004, 0x0008
USERNAME, REALM, NONCE, TRANSPORT, PEER, INTEGRITY, ERROR, LIFETIME = 0x06, 0x14, 0x15, 0x19, 0x12, 0x08, 0x09, 0x0D
COOKIE = 0x2112A442
OK, UNAUTHORIZED, FORBIDDEN = 0, 401, 403
QUIET = ("log-file", "no-stdout-log", "simple-log", "syslog")
ELSEWHERE = ("10.0.0.1", "172.16.3.4", "192.168.178.1", "169.254.169.254", "100.64.0.1", "127.0.0.2", "8.8.8.8")


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


class Turn:
    """A TURN client of a few lines (RFC 8489, RFC 8656): one allocation by UDP."""

    def __init__(self, relay: Relay, *, secret: str = "", until: float | None = None) -> None:
        self.relay = relay
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(10)
        self.name = f"{int(until or time.time() + 600)}:{token_bytes(4).hex()}"
        key = (secret or relay.secret).encode()
        self.password = b64encode(hmac.digest(key, self.name.encode(), "sha1")).decode()
        self.realm = self.nonce = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, method: int, *attributes: tuple[int, bytes], signed: bool = True) -> tuple[int, dict[int, bytes]]:
        """The error (0: none) and the attributes of the answer."""
        mine = ((USERNAME, self.name.encode()), (REALM, self.realm), (NONCE, self.nonce))
        parts = (*attributes, *(mine if signed else ()))
        body = b"".join(struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4) for kind, value in parts)
        transaction = token_bytes(12)
        if signed:
            head = struct.pack("!HHI", method, len(body) + 24, COOKIE) + transaction
            secret = b":".join((self.name.encode(), self.realm, self.password.encode()))
            key = md5(secret).digest()  # noqa: S324 -- RFC 8489 section 9.2.2
            body += struct.pack("!HH", INTEGRITY, 20) + hmac.digest(key, head + body, "sha1")
        message = struct.pack("!HHI", method, len(body), COOKIE) + transaction + body
        self.socket.sendto(message, (HOST, self.relay.port))
        return answer(self.socket.recv(2048))

    def allocate(self) -> int:
        """The answer's error, after the first refusal told realm and nonce."""
        wanted = (TRANSPORT, b"\x11\0\0\0")
        code, found = self.ask(ALLOCATE, wanted, signed=False)
        assert code == UNAUTHORIZED
        self.realm, self.nonce = found[REALM], found[NONCE]
        return self.ask(ALLOCATE, wanted)[0]

    def permit(self, address: str) -> int:
        """Whether it would talk to this peer: the answer's error."""
        port, host = 4000 ^ (COOKIE >> 16), struct.unpack("!I", socket.inet_aton(address))[0] ^ COOKIE
        return self.ask(PERMIT, (PEER, struct.pack("!BBHI", 0, 1, port, host)))[0]


def answer(data: bytes) -> tuple[int, dict[int, bytes]]:
    found, rest = {}, data[20:]
    while rest:
        kind, length = struct.unpack("!HH", rest[:4])
        found[kind] = rest[4 : 4 + length]
        rest = rest[4 + length + (-length % 4) :]
    code = found[ERROR][2] * 100 + found[ERROR][3] if ERROR in found else OK
    return code, found


def test_whoever_has_credentials_of_the_server_gets_a_way(relay: Relay) -> None:
    with Turn(relay) as turn:
        assert turn.allocate() == OK


@pytest.mark.parametrize("wrong", [{"secret": "geraten"}, {"until": time.time() - 5}])
def test_nobody_else_does(relay: Relay, wrong: dict[str, Any]) -> None:
    with Turn(relay, **wrong) as turn:
        assert turn.allocate() == UNAUTHORIZED


@pytest.mark.parametrize("address", ELSEWHERE)
def test_it_talks_to_nobody_but_itself(relay: Relay, address: str) -> None:
    with Turn(relay) as turn:
        assert turn.allocate() == OK
        assert turn.permit(HOST) == OK
        assert turn.permit(address) == FORBIDDEN


def use(relay: Relay) -> None:
    """What would leave a trace: an allocation, refusals, an end."""
    with Turn(relay) as turn, Turn(relay, secret="geraten") as stranger:
        assert turn.allocate() == OK
        turn.permit("10.0.0.1")
        turn.ask(REFRESH, (LIFETIME, bytes(4)))
        stranger.allocate()


def traces(relay: Relay) -> list[str]:
    """Files in which the address of the client stands."""
    return [name for name, content in relay.written().items() if HOST.encode() in content]


def test_no_address_is_written_down() -> None:
    with Relay() as quiet:
        use(quiet)
        quiet.stop()
        assert traces(quiet) == []


def test_that_test_would_see_it(tmp_path: Path) -> None:
    """The same relay without the lines that keep it quiet writes the address of everybody."""
    loud = tmp_path / "loud.conf"
    lines = CONFIGURATION.read_text().splitlines()
    loud.write_text("\n".join(line for line in lines if not line.startswith(QUIET)))
    with Relay(configuration=loud, words=("--log-file=stdout", "--verbose")) as relay:
        use(relay)
        relay.stop()
        assert traces(relay) == ["out"]


def test_the_file_says_what_deploy_promises() -> None:
    said = {line.split("=")[0] for line in CONFIGURATION.read_text().splitlines() if re.match(r"[a-z]", line)}

    assert {"use-auth-secret", "fingerprint", "stale-nonce", "no-cli", "no-multicast-peers", "user-quota"} <= said
    assert {"total-quota", "denied-peer-ip", "no-tcp-relay", "tls-listening-port", "log-file", "no-stdout-log"} <= said
    assert not {"verbose", "Verbose", "syslog", "allow-loopback-peers", "static-auth-secret", "no-auth"} & said
