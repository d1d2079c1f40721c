"""A call, for the counsellor: the same page and the same four words of its script."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from blended.call_forms import PageForm
from blended.domain import meetings
from blended.views import calls
from counselling.cases.domain import seats
from counselling.cases.models import Case
from counselling.cases.views import parse
from counselling.people.domain import sessions
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required
from counselling.web.devices import asks_for_devices

WIRE = {"socket": "/team/socket", "frames": "/team/frames", "poll": "/team/poll"}


@require_GET
@asks_for_devices
@counsellor_required
def page(request: HttpRequest, actor: Actor, meeting: UUID) -> HttpResponseBase:
    """Where one waits, tries out the microphone, and talks."""
    view = meetings.look(actor, meeting)
    if calls.is_elsewhere(view):
        return redirect("blended:team_other_room", meeting=meeting)
    case = seats.seated(actor, view.case).case
    back = reverse("mail:case", args=[case.pk]) if case.state == Case.State.LETTERS else reverse("cases:desk")
    urls = {"wire": WIRE, **calls.addresses("team_meeting"), "back": back, "telephone": back}
    return calls.shown(request, calls.furniture(actor, view, urls, case))


@require_POST
@counsellor_required
def of_date(_request: HttpRequest, actor: Actor, appointment: UUID) -> HttpResponse:
    """From an appointment to its call."""
    return calls.to("blended:team_meeting", meetings.of_appointment(actor, appointment))


@require_POST
@counsellor_required
def enter(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Take part: how it stands, and the way to the relay."""
    return JsonResponse(calls.entered(actor, **parse.body(request, PageForm)))


@require_POST
@counsellor_required
def here(request: HttpRequest, actor: Actor) -> JsonResponse:
    """A sign of life. Whoever talks with somebody is at work: the screen is not locked meanwhile."""
    said = parse.body(request, PageForm)
    view, state = meetings.here(actor, said["meeting"], said["page"])
    if state == "both":
        sessions.touch(actor, timezone.now())
    return JsonResponse(calls.standing(view, state))


@require_POST
@counsellor_required
def leave(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Out of it; the other side is told."""
    said = parse.body(request, PageForm)
    meetings.leave(actor, said["meeting"], said["page"])
    return JsonResponse({})


@require_POST
@counsellor_required
def end(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Over for both."""
    meetings.end(actor, parse.body(request, PageForm)["meeting"])
    return JsonResponse({})
