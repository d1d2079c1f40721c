"""Between the password and the second step: nobody is signed in, and the private half lies here only under a token.

Django's session keeps whose password was right and their private half, wrapped; the token lies in a cookie of this
browser alone, as with `StaffSession`. Both end after minutes, and with the first full sign-in.
"""

import base64
import time
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.vault import digests, wraps
from counselling.vault.sealing import Unreadable

SECONDS: Final = 300
SET_UP_SECONDS: Final = 900  # somebody may first have to install an app
_KEY: Final = "halfway"


@dataclass(frozen=True)
class Halfway:
    """Somebody whose password was right. `proved`: the second factor they showed or set up since, "" for none."""

    staff: Staff
    private: bytes = field(repr=False)
    token: str = field(repr=False)
    proved: str
    target: str

    @property
    def actor(self) -> Actor:
        """Them as an actor without a session: good for setting up a factor, holds no keys."""
        return Actor.for_staff(self.staff, "")


def begin(
    request: HttpRequest, response: HttpResponseBase, staff: Staff, private: bytes, target: str, *, set_up: bool
) -> None:
    """Remember them in a session of its own (fixation) and hand out the token. `target`: where they were going."""
    request.session.flush()
    token = digests.new_token()
    request.session[_KEY] = {
        "staff": str(staff.pk),
        "password": staff.get_session_auth_hash(),
        "wrapped": base64.b64encode(wraps.wrap(digests.token_kek(token), private, _purpose(staff))).decode(),
        "proved": "",
        "target": target,
        "until": 0,
    }
    extend(request, response, token, SET_UP_SECONDS if set_up else SECONDS)


def extend(request: HttpRequest, response: HttpResponseBase, token: str, seconds: int) -> None:
    """So much time from now on, for the row as for the cookie."""
    request.session[_KEY] = {**request.session[_KEY], "until": time.time() + seconds}
    request.session.set_expiry(seconds)
    response.set_cookie(
        settings.HALFWAY_COOKIE_NAME,
        token,
        max_age=seconds,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def of(request: HttpRequest) -> Halfway | None:
    """Who is halfway in this browser; None when nobody is, it took too long, or their password or access changed."""
    kept = request.session.get(_KEY)
    token = request.COOKIES.get(settings.HALFWAY_COOKIE_NAME, "")
    if not kept or not token or kept["until"] < time.time():
        return None
    staff = Staff.objects.filter(pk=kept["staff"], is_active=True).first()
    if staff is None or staff.get_session_auth_hash() != kept["password"]:
        return None
    private = _open(kept["wrapped"], token, staff)
    return Halfway(staff, private, token, kept["proved"], kept["target"]) if private else None


def is_begun(request: HttpRequest) -> bool:
    """Whether something of it lies in this browser's session, still valid or not."""
    return _KEY in request.session


def prove(request: HttpRequest, response: HttpResponseBase, half: Halfway, how: str) -> None:
    """They showed or set up a second factor; what may be left are the spare codes, which take their time."""
    request.session[_KEY] = {**request.session[_KEY], "proved": how}
    extend(request, response, half.token, SET_UP_SECONDS)


def end(request: HttpRequest, response: HttpResponseBase) -> None:
    """Nothing of it is left, here or in the browser."""
    request.session.flush()
    response.delete_cookie(settings.HALFWAY_COOKIE_NAME, samesite="Lax")


def _open(wrapped: str, token: str, staff: Staff) -> bytes | None:
    try:
        return wraps.unwrap(digests.token_kek(token), base64.b64decode(wrapped), _purpose(staff))
    except Unreadable:
        return None


def _purpose(staff: Staff) -> bytes:
    return b"halfway|v1|" + staff.pk.bytes
