"""Who is asking, on the staff's side: the signed-in member of staff as an actor, before any view begins."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from counselling.errors import NotAllowed
from counselling.people import kept_text
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.web.errors import wants_json

View = Callable[..., HttpResponseBase]


def staff_of(request: HttpRequest) -> Actor:
    """The member of staff who asks, with the keys of their session, as `middleware` found them.

    Raises `NotAllowed` when nobody is signed in.
    """
    known: Actor | None = getattr(request, "actor", None)
    if known is None:
        raise NotAllowed
    return known


def staff_required(view: View) -> View:
    """Calls the view with (request, actor, …); pages lead to the sign-in, JSON is refused with 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated and not wants_json(request):
            return kept_text.signed_out(request) or _to_sign_in(request)
        return view(request, staff_of(request), *args, **kwargs)

    return guarded


def counsellor_required(view: View) -> View:
    """As `staff_required`, for counsellors alone: everybody else's role is refused with `NotAllowed`, and noted."""

    @wraps(view)
    def guarded(request: HttpRequest, actor: Actor, *args: object, **kwargs: object) -> HttpResponseBase:
        if actor.role != Staff.Role.COUNSELLOR:
            asked = request.resolver_match
            audit.note_once("content_refused", by=actor, code=(asked.url_name or "")[:24] if asked else "")
        actor.require_counsellor()
        return view(request, actor, *args, **kwargs)

    return staff_required(guarded)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Only a page that was looked at is returned to; repeating a POST after signing in would surprise."""
    target = request.get_full_path() if request.method == "GET" else resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect_to_login(target)
