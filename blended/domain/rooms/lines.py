"""One question to another system: five seconds in all, its own address only, a bounded answer, nothing of it in a log.

The work is done by a thread of its own, so that not even a name server or a header that comes byte by byte holds a
young person's page for longer; there are eight of them, so that an outage elsewhere cannot take this server's threads.
"""

import ssl
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Final
from urllib.parse import urlsplit

import httpx

from blended.domain.rooms import RoomDown, RoomRefused

SECONDS: Final = 5.0
MOST_BYTES: Final = 65_536
# In clear, so that nothing small unpacks into something large; no cookies, no name of ours.
HEADERS: Final = {"Accept-Encoding": "identity", "User-Agent": "rooms"}
_OURS_TO_REPEAT: Final = 2
_LINES: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="rooms")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `again`: asking twice does no more than asking once."""

    url: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    again: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A status below 500 that is neither a redirect nor 429, and up to 64 KiB."""

    status: int
    body: bytes = field(repr=False)


def until() -> float:
    """The end of the five seconds that begin now, for several questions in a row."""
    return monotonic() + SECONDS


def base(address: str) -> str:
    """The configured address without an end slash. Raises RoomRefused for all but https to a named host."""
    try:
        parts = urlsplit(address.strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise RoomRefused("address") from None
    plain = address.isascii() and address.isprintable() and " " not in address.strip()
    extras = parts.username is not None or parts.password is not None or parts.query or parts.fragment
    if parts.scheme != "https" or not host or extras or not plain:
        raise RoomRefused("address")
    return address.strip().rstrip("/")


def ask(question: Question, deadline: float | None = None) -> Answer:
    """The answer, or RoomDown (slow, silent, failing, busy) or RoomRefused (tls, elsewhere, answer, address)."""
    deadline = deadline or until()
    # The system's certificates, or those of SSL_CERT_FILE; proxies and netrc of the environment are not asked.
    client = httpx.Client(verify=ssl.create_default_context(), trust_env=False, headers=HEADERS)
    work: Future[Answer] = _LINES.submit(_tries, client, question, deadline)
    try:
        return work.result(timeout=max(0.0, deadline - monotonic()))
    except TookTooLong:
        work.cancel()
        raise RoomDown("slow") from None
    finally:
        client.close()


def _tries(client: httpx.Client, question: Question, deadline: float) -> Answer:
    """Once more where that can do no harm: it was never heard, it was not done, or doing it twice is the same."""
    patience = (deadline - monotonic()) / _OURS_TO_REPEAT if question.again else deadline - monotonic()
    try:
        return _once(client, question, deadline, patience)
    except RoomDown as problem:
        wait = problem.wait or 0.0
        left = deadline - monotonic() - wait
        may_repeat = question.again or not problem.sent or problem.wait is not None
        if not may_repeat or left <= 1:
            raise
    sleep(wait)
    return _once(client, question, deadline, left)


def _once(client: httpx.Client, question: Question, deadline: float, patience: float) -> Answer:
    try:
        with client.stream(
            question.method,
            question.url,
            headers=dict(question.headers),
            content=question.body or None,
            timeout=max(0.1, patience),
            follow_redirects=False,
        ) as response:
            return _read(response, deadline)
    except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
        if _is_about_trust(problem):
            raise RoomRefused("tls") from None
        raise RoomDown("silent", sent=False) from None
    except httpx.TimeoutException:
        raise RoomDown("slow") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise RoomRefused("address") from None
    except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError):  # cut off, or closed when the time was over
        raise RoomDown("silent") from None


def _read(response: httpx.Response, deadline: float) -> Answer:
    _require_answer(response)
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise RoomRefused("answer")
        if monotonic() > deadline:
            raise RoomDown("slow")
    return Answer(response.status_code, bytes(body))


def _require_answer(response: httpx.Response) -> None:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        asked = response.headers.get("Retry-After", "")
        raise RoomDown("busy", wait=float(asked) if asked.isascii() and asked.isdigit() else None)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise RoomDown("failing")
    if response.is_redirect or response.has_redirect_location:
        raise RoomRefused("elsewhere")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise RoomRefused("answer")


def _is_about_trust(problem: BaseException) -> bool:
    """Whether the certificate, not the line, is what is wrong."""
    cause: BaseException | None = problem
    while cause:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(problem)
