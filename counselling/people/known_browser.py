"""A browser in which somebody signed in fully is known again, so that no flood of guesses keeps its owner out.

Its cookie opens nothing and names nobody: a random number, signed for one user name. All it does is that the tries of
this browser are counted by themselves (`attempts`), not among those of others.
"""

import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseBase

LIFE: Final = timedelta(days=180)
"""From the last full sign-in on."""

_NUMBER_BYTES: Final = 16


def remember(response: HttpResponseBase, username: str) -> None:
    """After the second step, never sooner: who has only the password must not become known by it."""
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        _signer(username).sign(secrets.token_hex(_NUMBER_BYTES)),
        max_age=LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def number(request: HttpRequest, username: str) -> str:
    """The number of this browser, if somebody signed in here by this user name; "" otherwise. No row is asked."""
    try:
        return _signer(username).unsign(request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""), max_age=LIFE)
    except BadSignature:
        return ""


def _signer(username: str) -> TimestampSigner:
    return TimestampSigner(salt=f"{__name__}|{username.strip().casefold()}")
