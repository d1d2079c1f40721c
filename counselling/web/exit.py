"""Quick exit: end this browser's visit and be somewhere harmless at once, with and without JavaScript.

It must never fail and never ask: no CSRF token (an expired one would hold somebody back), any method that a button or
a link can send, and the same answer however often it comes.

What is left on the device afterwards is one empty mark for some minutes (`away`): with it a page that the back button
opens again goes on to the neutral site at once, and without it that page would be our start page.
"""

import logging
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

logger = logging.getLogger(__name__)

# Filled by AppConfig.ready() of the rooms that own the thing; the edge itself knows nobody.
on_exit: Final[list[Callable[[HttpRequest], None]]] = []
"""What ends on the server when a browser leaves (a seeker's way in). Each is called once and may fail alone."""
exit_sites: Final[list[Callable[[], str]]] = []
"""Where to go instead, by wish of the centre; the first that answers with an address wins."""


AWAY_SECONDS: Final = 900


@csrf_exempt
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit of this browser and send it to the neutral site; the case itself stays.

    A link (GET) is answered with 303, the button (POST) with an empty page that goes on by itself: after a form our
    own `form-action 'self'` forbids a redirect to elsewhere (measured: Chromium 156 stays where it was).
    """
    site = neutral_site()
    response = _empty_page(site) if request.method == "POST" else HttpResponseRedirect(site, status=303)
    if _from_our_pages(request):
        _end_visit(request)
        _expire_cookies(response)
        response.set_cookie(
            away_cookie_name(), "1", max_age=AWAY_SECONDS, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    return response


@csrf_exempt
@require_POST
def returned(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Whoever opens a page again on purpose is welcome: forget the mark (204)."""
    response = HttpResponse(status=204)
    response.delete_cookie(away_cookie_name(), samesite="Lax")
    return response


def neutral_site() -> str:
    """The absolute address that a quick exit leads to: the centre's wish, else the server's setting."""
    for site in exit_sites:
        try:
            if wished := site():
                return wished
        except Exception as error:  # noqa: BLE001 -- leaving is the edge that must not fail
            logger.warning("exit: the centre's neutral site is unknown: %s", type(error).__name__)
    return default_site()


def default_site() -> str:
    """The neutral site of the settings; asks no database."""
    return str(settings.EXIT_URL)


def away_cookie_name() -> str:
    """The mark's name, built like the seeker's: a demo server tells itself apart by port (pitfalls 27)."""
    return settings.SEEKER_COOKIE_NAME.replace("seat", "away")


def _empty_page(site: str) -> HttpResponse:
    context = {"site": site, "host": urlsplit(site).hostname, "language": get_language()}
    return HttpResponse(render_to_string("web/gone.html", context))


def _from_our_pages(request: HttpRequest) -> bool:
    """False where a foreign page or a prefetch sent this: neither may throw somebody out of their chat."""
    prefetch = "prefetch" in request.headers.get("Sec-Purpose", "")
    return not prefetch and request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}


def _end_visit(request: HttpRequest) -> None:
    for end in on_exit:
        try:
            end(request)
        except Exception as error:  # noqa: BLE001 -- nothing may keep somebody on the page
            logger.warning("exit: a visit was not ended on the server: %s", type(error).__name__)


def _expire_cookies(response: HttpResponse) -> None:
    for name in (
        settings.SEEKER_COOKIE_NAME,
        settings.SESSION_COOKIE_NAME,
        settings.VAULT_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
    ):
        response.delete_cookie(name, samesite="Lax")
