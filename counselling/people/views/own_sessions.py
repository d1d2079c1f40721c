"""Where I am signed in: since when, last active, and how to end it from here."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from counselling.errors import NotFound
from counselling.people.domain import sessions
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET lists my sign-ins; POST `session` ends one, `others` all but this one. No device, no address is known."""
    if request.method == "POST":
        _end(request, actor)
        return redirect("people:sessions")
    own = sessions.own(actor)
    context = {"own": own, "here": UUID(actor.access), "others": len(own) - 1}
    return render(request, "people/sessions.html", context)


def _end(request: HttpRequest, actor: Actor) -> None:
    """One that is over already is no mistake of anybody's."""
    if "others" in request.POST:
        sessions.revoke_others(actor)
        return
    try:
        sessions.revoke(actor, UUID(request.POST.get("session", "")))
    except (NotFound, ValueError):
        return
