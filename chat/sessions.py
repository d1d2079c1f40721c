"""Who connects: the seeker's own cookie, or the staff's Django session. Synchronous; run by `run_db`."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils import timezone

from counselling.errors import Locked
from counselling.people import cookies
from counselling.people.domain import access, audit
from counselling.people.domain import sessions as staff_sessions
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff

_store = import_module(settings.SESSION_ENGINE).SessionStore


def seeker(scope: dict[str, Any]) -> Actor | None:
    """The seeker whose cookie came with this connection."""
    token = cookies.from_header(_cookie_header(scope), settings.SEEKER_COOKIE_NAME)
    return access.seeker_by_token(token) if token else None


def counsellor(scope: dict[str, Any]) -> Actor | None:
    """The signed-in counsellor whose two cookies came with this connection; nobody else has a socket."""
    key = cookies.from_header(_cookie_header(scope), settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = _store(key)
    user = auth.get_user(request)
    if not isinstance(user, Staff):
        return None
    token = cookies.from_header(_cookie_header(scope), settings.VAULT_COOKIE_NAME) or ""
    try:
        actor = staff_sessions.actor_of(user, key, token, timezone.now())
    except Locked:
        return None
    if actor and actor.role != Staff.Role.COUNSELLOR:
        audit.note_once("content_refused", by=actor, code="socket")
        return None
    return actor


def _cookie_header(scope: dict[str, Any]) -> bytes:
    return b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
