"""The private calendar address: made, renewed, removed by its counsellor; read by a calendar without signing in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from blended.domain import feed, ics
from counselling.errors import NotFound, SlowDown
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required
from counselling.web import limits

READS, PER_SECONDS = 30, 60  # a calendar asks every few minutes; a guesser has 256 bits before them


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET says whether there is one; POST with `renew` shows a fresh one, once; with `remove` ends it."""
    address = ""
    if "remove" in request.POST:
        feed.remove(actor)
        return HttpResponseRedirect(resolve_url("blended:feed"), status=303)
    if "renew" in request.POST:
        address = request.build_absolute_uri(resolve_url("blended:calendar_feed", feed.renew(actor)))
    return render(request, "blended/team_feed.html", {"since": feed.since(actor), "address": address})


@require_safe
def read(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind an address; an unknown one is nothing."""
    if not limits.hit(request, "calendar-feed", READS, PER_SECONDS):
        raise SlowDown
    data = feed.read(secret, timezone.now())
    if data is None:
        raise NotFound
    return HttpResponse(data, content_type=ics.CONTENT_TYPE)
