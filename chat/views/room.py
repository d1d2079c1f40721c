"""The room: one page for waiting, talking and afterwards. It is drawn as the case stands; room.js keeps it alive."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_GET

from chat.views import words
from counselling.cases.domain import attention, drafts, extras, places, talks
from counselling.cases.domain.places import Place
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.domain.timeline import MAX_TEXT
from counselling.cases.models import Case
from counselling.cases.views.own.guard import home, see_other, with_case
from counselling.cases.views.panel import agreed
from counselling.people.domain.actors import Actor

_PATHS = {
    "draft": "chat:draft",
    "code": "own:code",
    "extend": "chat:extend",
    "stay": "chat:stay",
    "room": "chat:room",
    "start": "start",
}


@require_GET
@with_case
def room(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """The view that fits the state; the others lie hidden beside it, so that no reload is needed."""
    if case.state == Case.State.LETTERS:
        return see_other(home(case))
    place = places.place(actor, case.id)
    view, goes_first = view_of(case, place), talks.goes_first(actor, case.id)
    context = {
        "case": case,
        "place": place,
        "view": view,
        "title": words.title(view),
        "draft": drafts.read(actor, case.id),
        "goes_first": goes_first,
        "on_top": extras.on_top(actor, case.id),
        "agreements": agreed.found(actor, case.id) if case.agreed else [],
        "place_line": words.place_line(place),
        "wait_line": words.wait_line(place),
        "missed_line": words.missed_line(place),
        "door_line": words.door_line(place),
        "back": attention.of_chat(case.id, timezone.now()),
        "counsellor": next((seat["name"] for seat in case.seats if seat["role"] == "counsellor"), ""),
        "hours": settings.CLOSED_CHAT_HOURS,
        "call_minutes": settings.CALL_MINUTES,
        "room": _for_script(case, place, view) | {"goesFirst": goes_first},
    }
    return render(request, "chat/room.html", context)


def view_of(case: CaseBrief, place: Place) -> str:
    """One of waiting, called, chat, ended (a place that ended without a talk), closed."""
    if case.state == Case.State.ACTIVE:
        return "chat"
    if case.state == Case.State.WAITING:
        return "called" if place.state == "called" else "waiting"
    return "ended" if place.state == "ended" else "closed"


def _for_script(case: CaseBrief, place: Place, view: str) -> dict[str, Any]:
    """What room.js begins with; JSON in the page, dates as ISO texts."""
    return {
        "case": str(case.id),
        "state": case.state,
        "view": view,
        "lastSeq": case.last_seq,
        "seats": case.seats,
        "place": asdict(place),
        "limit": MAX_TEXT,
        "urls": {
            "socket": "/chat/socket",
            "frames": "/chat/frames",
            "poll": "/chat/poll",
            **{key: resolve_url(name) for key, name in _PATHS.items()},
        },
        "words": words.for_script(),
    }
