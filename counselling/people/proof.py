"""Who changes how they sign in has shown their password within ten minutes: an open desk is not enough."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from counselling.errors import NotAllowed
from counselling.people.domain.actors import Actor
from counselling.web.errors import wants_json

SECONDS: Final = 600
_KEY: Final = "proved_at"


class ProofNeeded(NotAllowed):
    """The password was shown too long ago."""

    code = "proof_needed"
    sentence = _("Lade die Seite neu und gib noch einmal dein Passwort ein. Es ist nichts verloren.")


def note(request: HttpRequest) -> None:
    """The password was right just now."""
    request.session[_KEY] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether that was within ten minutes."""
    return bool(0 <= time.time() - request.session.get(_KEY, 0) < SECONDS)


def required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Goes inside `staff_required`: pages ask for the password first, scripts get `ProofNeeded`."""

    @wraps(view)
    def guarded(request: HttpRequest, actor: Actor, *args: object, **kwargs: object) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, actor, *args, **kwargs)
        if wants_json(request):
            raise ProofNeeded
        return ask(request)

    return guarded


def ask(request: HttpRequest) -> HttpResponseBase:
    """The way to the page that asks, and from there back; what was posted is not repeated by itself."""
    query = QueryDict(mutable=True)
    query["next"] = request.get_full_path() if request.method == "GET" else reverse("people:factors")
    return redirect(f"{reverse('people:proof')}?{query.urlencode(safe='/')}")
