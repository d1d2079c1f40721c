"""Another system's room, for the counsellor: the same consent, the way in as host, and the link that they bring."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_http_methods

from blended.domain import elsewhere, meetings
from blended.domain.elsewhere import Elsewhere
from blended.models import Room
from blended.room_forms import BringForm
from blended.views import calls, rooms
from counselling.cases.domain import keys, seats
from counselling.errors import Invalid, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

TEMPLATE = "blended/team_other_room.html"


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor, meeting: UUID) -> HttpResponseBase:
    """`step`: agree (the way in), bring (a link or code), here (the room of this page), end (over for both)."""
    known = elsewhere.look(actor, meeting)
    if known.meeting.provider == Room.Provider.BUILTIN:
        return redirect("blended:team_meeting", meeting=meeting)
    match request.POST.get("step", "") if request.method == "POST" else None:
        case None:
            return rooms.show(request, known, TEMPLATE, _around(actor, known))
        case "bring":
            return _brought(request, actor, known)
        case "here":
            elsewhere.stay_here(actor, meeting)
            return calls.to("blended:team_meeting", meeting)
        case "end":
            meetings.end(actor, meeting)
            return rooms.to_page(resolve_url("cases:desk"))
        case _:
            return rooms.opened(request, actor, known, TEMPLATE, _around(actor, known))


def _brought(request: HttpRequest, actor: Actor, known: Elsewhere) -> HttpResponse:
    form = BringForm(request.POST)
    try:
        elsewhere.bring(actor, known.meeting.id, form.cleaned_data["link"] if form.is_valid() else "?")
    except (Invalid, TooLong) as refusal:
        more = {"refusal": refusal, "typed": request.POST.get("link", "")}
        return rooms.show(request, known, TEMPLATE, _around(actor, known), **more)
    return rooms.to_page(request.path)


def _around(actor: Actor, known: Elsewhere) -> dict[str, Any]:
    case = seats.seated(actor, known.meeting.case).case
    return {"nickname": keys.nickname(case, keys.case_key(actor, case.pk)), "case": case}
