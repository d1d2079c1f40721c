"""Three addresses for machines, answered before everything else: without host name, redirect, session and cookie.

`/healthz` says that the process lives. `/readyz` and `/metrics` are for this machine and its neighbours: whoever comes
through the proxy, or from a public address, finds nothing there.
"""

import asyncio
import ipaddress
import json
from typing import Final

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from prometheus_client import CONTENT_TYPE_LATEST

from counselling.upkeep.watching import metrics, ready
from counselling.upkeep.watching.asking import Question, Shared
from counselling.upkeep.watching.figures import Figures, taken

PATHS: Final = ("/healthz", "/readyz", "/metrics")
READY_SECONDS: Final = 1.0  # how long an answer of /readyz is good for
FIGURES_SECONDS: Final = 5.0  # the same for what the database is asked for
PATIENCE_SECONDS: Final = 3.0
FORWARDED: Final = {b"x-forwarded-for", b"forwarded", b"x-real-ip"}

Answer = tuple[int, str, bytes]  # status, media type, body


class Probes:
    """Answers for its addresses, hands everything else on."""

    def __init__(self, application: ASGI3Application) -> None:
        self._application = application
        self._ready = Shared(ready.Readiness().words, seconds=READY_SECONDS)
        figures: Question[Figures | None] = Question(taken, seconds=PATIENCE_SECONDS, otherwise=lambda: None)
        self._figures = Shared(figures.answer, seconds=FIGURES_SECONDS)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """One request, or a socket that is not ours."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self._application(scope, receive, send)
            return
        status, kind, body = await self._answer(scope)
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
        headers += [(b"content-length", str(len(body)).encode()), (b"x-content-type-options", b"nosniff")]
        await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
        body = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _answer(self, scope: HTTPScope) -> Answer:
        if scope["method"] not in {"GET", "HEAD"}:
            return 405, "text/plain", b"GET only\n"
        if scope["path"] == "/healthz":
            return 200, "text/plain", b"ok\n"
        if not is_near(scope):
            return 404, "text/plain", b"not found\n"
        return await (self._readyz() if scope["path"] == "/readyz" else self._metrics())

    async def _readyz(self) -> Answer:
        words = await self._ready.answer()
        good = ready.is_ready(words)
        return 200 if good else 503, "application/json", json.dumps({"ready": good, **words}).encode()

    async def _metrics(self) -> Answer:
        words, figures = await asyncio.gather(self._ready.answer(), self._figures.answer())
        return 200, CONTENT_TYPE_LATEST, await asyncio.to_thread(metrics.page, words, figures)


def is_near(scope: HTTPScope) -> bool:
    """True for a Unix socket, this machine and private networks, unless the request was handed on by a proxy."""
    if any(name.lower() in FORWARDED for name, _value in scope["headers"]):
        return False
    peer = scope.get("client")
    if not peer:
        return True
    try:
        address = ipaddress.ip_address(peer[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_private
