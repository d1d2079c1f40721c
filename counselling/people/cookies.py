"""The seeker's cookie: an own random token, never Django's session (pitfalls 5)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, parse_cookie

from counselling.people.domain import access, sessions
from counselling.people.domain.actors import Actor


def seeker_of(request: HttpRequest) -> Actor | None:
    """The seeker this browser belongs to; None for a newcomer."""
    token = request.COOKIES.get(settings.SEEKER_COOKIE_NAME)
    return access.seeker_by_token(token) if token else None


def set_seeker(response: HttpResponseBase, token: str) -> None:
    """A session cookie: gone with the browser."""
    response.set_cookie(
        settings.SEEKER_COOKIE_NAME, token, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def clear_seeker(response: HttpResponseBase) -> None:
    """Expire the cookie in this browser."""
    response.delete_cookie(settings.SEEKER_COOKIE_NAME, samesite="Lax")


def end_seeker_session(request: HttpRequest) -> None:
    """Quick exit: this browser's way in ends on the server too; the case stays."""
    actor = seeker_of(request)
    if actor:
        access.end_session(actor)


def staff_cookies(request: HttpRequest) -> tuple[str, str]:
    """(Django's session key, the token around the private half) of a member of staff's browser; "" when missing."""
    return request.session.session_key or "", request.COOKIES.get(settings.VAULT_COOKIE_NAME, "")


def set_vault(response: HttpResponseBase, token: str) -> None:
    """The second cookie of staff: without it the session's row opens nothing."""
    response.set_cookie(
        settings.VAULT_COOKIE_NAME, token, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def clear_vault(response: HttpResponseBase) -> None:
    """Expire it in this browser."""
    response.delete_cookie(settings.VAULT_COOKIE_NAME, samesite="Lax")


def end_staff_session(request: HttpRequest) -> None:
    """Quick exit from a page of the team: its keys are dropped and its sockets close."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if key:
        sessions.end_by_key(key)


def from_header(header: bytes, name: str) -> str | None:
    """One cookie's value out of a raw Cookie header (sockets have no request object)."""
    return parse_cookie(header.decode("latin-1")).get(name)
