"""Headers that keep a visit private, on every answer that is made for somebody (static files have their own)."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponseBase]
GetResponseAsync: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

# Nothing a page could ask a device for; only the pages of a call open camera and microphone (devices.py).
_UNUSED_FEATURES: Final = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS_POLICY: Final = ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES)


def _keep_private(response: HttpResponseBase) -> HttpResponseBase:
    """Forbid every cache, unless a view says in so many words that its answer is `public` (the colours of a centre)."""
    if "public" not in response.get("Cache-Control", ""):
        response["Cache-Control"] = "no-store"
    response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    response["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    return response


@sync_and_async_middleware
def privacy_headers(get_response: GetResponse | GetResponseAsync) -> GetResponse | GetResponseAsync:
    """Set `Cache-Control: no-store` and close what the browser would offer to others (design section 7)."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _keep_private(await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _keep_private(cast("GetResponse", get_response)(request))

    return answer
