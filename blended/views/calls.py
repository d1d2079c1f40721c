"""A call, for the young person: the page, and what its script says: I come, I am here, I go, it is over."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from blended.call_forms import PageForm
from blended.domain import meetings, turn
from blended.domain.meetings import MeetingView
from blended.views import call_words
from counselling.cases.domain import seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.domain.timeline import MAX_TEXT
from counselling.cases.models import Case
from counselling.cases.views import parse
from counselling.cases.views.own.guard import home
from counselling.errors import NotFound
from counselling.people.cookies import seeker_of
from counselling.people.domain.actors import Actor
from counselling.web.devices import asks_for_devices
from counselling.web.errors import wants_json

STEPS = ("enter", "here", "leave", "end")
WIRE = {"socket": "/chat/socket", "frames": "/chat/frames", "poll": "/chat/poll"}

SeekerView = Callable[..., HttpResponseBase]


def seeker_required(view: SeekerView) -> SeekerView:
    """Calls the view with (request, actor, …): a browser that is nobody's is led to the start, a script gets a 404."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        actor = seeker_of(request)
        if actor:
            return view(request, actor, *args, **kwargs)
        if wants_json(request):
            raise NotFound
        return redirect("start")

    return guarded


@require_GET
@asks_for_devices
@seeker_required
def page(request: HttpRequest, actor: Actor, meeting: UUID) -> HttpResponseBase:
    """Where one waits, tries out the microphone, and talks."""
    view = meetings.look(actor, meeting)
    if is_elsewhere(view):
        return redirect("blended:other_room", meeting=meeting)
    case = next(case for case in seats.own_cases(actor) if case.id == view.case)
    urls = {"wire": WIRE, **addresses("meeting"), "back": resolve_url(home(case)), "telephone": reverse("centre:help")}
    return shown(request, furniture(actor, view, urls, case))


@require_POST
@seeker_required
def of_date(_request: HttpRequest, actor: Actor, appointment: UUID) -> HttpResponse:
    """From an appointment to its call."""
    return to("blended:meeting", meetings.of_appointment(actor, appointment))


@require_POST
@seeker_required
def enter(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Take part: how it stands, and the way to the relay."""
    return JsonResponse(entered(actor, **parse.body(request, PageForm)))


@require_POST
@seeker_required
def here(request: HttpRequest, actor: Actor) -> JsonResponse:
    """A sign of life."""
    return JsonResponse(standing(*meetings.here(actor, *_named(request))))


@require_POST
@seeker_required
def leave(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Out of it; the other side is told."""
    meetings.leave(actor, *_named(request))
    return JsonResponse({})


@require_POST
@seeker_required
def end(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Over for both."""
    meetings.end(actor, _named(request)[0])
    return JsonResponse({})


# --- for both sides --------------------------------------------------------------------------------------------------


def is_elsewhere(view: MeetingView) -> bool:
    """Whether the other system's room has a page of its own to go to (views/rooms.py)."""
    return view.provider != "builtin" and view.state == "open"


def shown(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page: early, open, or over, which is told to machines as well."""
    return render(request, "blended/call.html", context, status=410 if context["phase"] == "over" else 200)


def phase_of(view: MeetingView, now: datetime) -> str:
    """Before its door opens `early`, then `open`, then `over`."""
    if view.state == "open":
        return "open"
    return "early" if now < view.opens_at else "over"


def furniture(actor: Actor, view: MeetingView, urls: dict[str, Any], case: Case | CaseBrief) -> dict[str, Any]:
    """What the template and its script begin with."""
    now = timezone.now()
    name, calls, phase = meetings.partner_name(actor, view), turn.mode(), phase_of(view, now)
    setup = {
        "meeting": str(view.id),
        "case": str(view.case),
        "side": view.side,
        "kind": view.kind,
        "calls": calls,
        "state": "early" if phase == "early" else view.state,
        "opens_at": stamp(view.opens_at),
        "ends_at": stamp(view.ends_at),
        "now": stamp(now),
        "warn_s": int(meetings.WARNING.total_seconds()),
        "here": view.here,
        "name": name,
        "seq": case.last_seq,
        "case_state": case.state,
        "text_max": MAX_TEXT,
        "urls": urls | {"chat": urls["back"]},
        "words": call_words.for_script(view.side, name),
    }
    base = "web/team.html" if view.side == "counsellor" else "web/base.html"
    letters = case.state == Case.State.LETTERS
    known = {"side": view.side, "meeting": view, "calls": calls, "name": name, "phase": phase, "letters": letters}
    return known | {"base": base, "setup": setup, "over": call_words.after("ended")}


def addresses(prefix: str) -> dict[str, str]:
    """Where the script says what it does."""
    return {step: reverse(f"blended:{prefix}_{step}") for step in STEPS}


def entered(actor: Actor, meeting: UUID, page: UUID) -> dict[str, Any]:
    """The answer to coming in."""
    found = meetings.enter(actor, meeting, page)
    return {**_told(found.view), "policy": found.policy, "servers": found.servers}


def standing(view: MeetingView, state: str) -> dict[str, Any]:
    """The answer to a sign of life: `state` is out | waiting | both | replaced | ended."""
    return {**_told(view), "state": state}


def to(name: str, meeting: UUID) -> HttpResponse:
    """After a POST: the call's page."""
    response = redirect(name, meeting=meeting)
    response.status_code = 303
    return response


def stamp(at: datetime) -> str:
    """UTC as JavaScript reads it."""
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _told(view: MeetingView) -> dict[str, Any]:
    return {"here": view.here, "ends_at": stamp(view.ends_at), "now": stamp(timezone.now())}


def _named(request: HttpRequest) -> tuple[UUID, UUID]:
    said = parse.body(request, PageForm)
    return said["meeting"], said["page"]
