"""Static files before Django: no session, no middleware, no thread, since a page asks for dozens of them at once.

WhiteNoise knows the files, their types, compressed forms and how long they may be kept; it speaks WSGI only, so what it
decides is put into ASGI's words here. Where nginx serves `/static/` itself nothing arrives here.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

# What WhiteNoise reads of a request, under the names it knows.
_READ: Final = {
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"range": "HTTP_RANGE",
}
_OWN_HEADERS: Final = ((b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin"))
_PIECE_BYTES: Final = 65_536
_PLAIN: Final = re.compile(r"(?:\w[\w.-]*/)*\w[\w.-]*")  # no way out of the directory


class StaticFiles:
    """Answers for the files below `STATIC_URL`, hands everything else on. Files are listed when it is made.

    And once more when somebody asks for one that came since: while an upgrade restarts one process after the other,
    pages of the new release ask the processes of the old one for their files.
    """

    def __init__(self, application: ASGI3Application) -> None:
        self._application = application
        self._known = WhiteNoiseMiddleware(settings=settings)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """One request."""
        file = self._file(scope["path"]) if scope["type"] == "http" else None
        if file is None or scope["type"] != "http":
            await self._application(scope, receive, send)
        else:
            await _answer(file.get_response(scope["method"], _asked(scope)), send)

    def _file(self, path: str) -> Any:
        """What WhiteNoise knows of it, or None."""
        if path not in self._known.files and _came_since(path):
            self._known = WhiteNoiseMiddleware(settings=settings)
        return self._known.files.get(path)


def _came_since(path: str) -> bool:
    name = path.removeprefix(settings.STATIC_URL)
    return name != path and _PLAIN.fullmatch(name) is not None and (settings.STATIC_ROOT / name).is_file()


def _asked(scope: HTTPScope) -> Mapping[str, str]:
    return {_READ[name]: value.decode("latin-1") for name, value in scope["headers"] if name in _READ}


async def _answer(response: Any, send: ASGISendCallable) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    await send(
        {
            "type": "http.response.start",
            "status": int(response.status),
            "headers": [*headers, *_OWN_HEADERS],
            "trailers": False,
        }
    )
    try:
        piece = response.file.read(_PIECE_BYTES) if response.file else b""
        while piece:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = response.file.read(_PIECE_BYTES)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        if response.file:
            response.file.close()
