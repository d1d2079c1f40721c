"""The chat of an appointment, for the young person: the way in, and the page on which the one who came first waits."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from blended.domain import chat_dates, own_dates
from blended.views import date_words, my_dates
from blended.views.signed_out import with_dates
from counselling.cases.domain.seats import CaseBrief
from counselling.errors import DomainError, NotFound
from counselling.people.domain.actors import Actor
from counselling.web.errors import wants_json

ROOM = "chat:room"


@require_http_methods(["GET", "POST"])
@with_dates
def door(request: HttpRequest, actor: Actor, case: CaseBrief, appointment: UUID) -> HttpResponse:
    """POST comes to the door, again and again by the page's script; GET is where one waits."""
    if request.method == "GET":
        return _wait(request, actor, appointment)
    try:
        runs = chat_dates.arrive(actor, appointment)
    except NotFound:
        raise
    except DomainError as refusal:
        if wants_json(request):
            raise
        return my_dates.show(request, actor, case, refusal)
    if wants_json(request):
        return JsonResponse({"runs": runs})
    page = resolve_url(ROOM) if runs else resolve_url("blended:my_chat", appointment)
    return HttpResponseRedirect(page, status=303)


def _wait(request: HttpRequest, actor: Actor, appointment: UUID) -> HttpResponse:
    one = date_words.shown(own_dates.one(actor, appointment))
    if not one.door or one.date.channel != "chat":
        return HttpResponseRedirect(resolve_url("blended:my_dates"))
    return render(request, "blended/chat_door.html", {"one": one, "zone": date_words.zone()})
