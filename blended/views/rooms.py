"""Another system's room, for the young person: first what that means, then, if they want it, the way in."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from blended.domain import elsewhere
from blended.domain.elsewhere import Elsewhere
from blended.domain.rooms import NotYet, RoomProblem
from blended.models import Room
from blended.views.calls import seeker_required, to
from counselling.cases.domain import seats
from counselling.cases.views.own.guard import home
from counselling.errors import Conflict, DomainError, Invalid, SlowDown
from counselling.people.domain.actors import Actor
from counselling.web import limits

# Each may ask another system something; nobody needs more.
PER_FIVE_MINUTES = 15


@require_http_methods(["GET", "POST"])
@seeker_required
def page(request: HttpRequest, actor: Actor, meeting: UUID) -> HttpResponseBase:
    """GET asks the other system nothing. `step`: agree (the way in), here (the room of this page)."""
    known = elsewhere.look(actor, meeting)
    if known.meeting.provider == Room.Provider.BUILTIN:
        return redirect("blended:meeting", meeting=meeting)
    if request.method == "GET":
        return show(request, known, "blended/other_room.html", addresses(actor, known))
    if request.POST.get("step") == "here":
        elsewhere.stay_here(actor, meeting)
        return to("blended:meeting", meeting)
    return opened(request, actor, known, "blended/other_room.html", addresses(actor, known))


def opened(
    request: HttpRequest, actor: Actor, known: Elsewhere, template: str, links: dict[str, Any]
) -> HttpResponseBase:
    """After consent: the link, in the page itself. No address of ours and no redirect ever carries it."""
    try:
        _require_consent(request)
        door = elsewhere.enter(actor, known.meeting.id)
    except Conflict:  # somebody chose the room of this page meanwhile
        return to_page(request.path)
    except (RoomProblem, NotYet, SlowDown) as trouble:
        return show(request, known, template, links, trouble=trouble)
    return show(request, known, template, links, door=door)


def show(request: HttpRequest, known: Elsewhere, template: str, links: dict[str, Any], **more: Any) -> HttpResponse:
    """The page in one of its states: asked, open, trouble."""
    trouble = more.get("trouble")
    wrong = trouble or more.get("refusal")
    status = wrong.status if isinstance(wrong, DomainError) else 200
    context = {"known": known, "meeting": known.meeting, "down": isinstance(trouble, RoomProblem), **links, **more}
    return render(request, template, context, status=status)


def _require_consent(request: HttpRequest) -> None:
    """The button itself, and not all the time."""
    if request.POST.get("step") != "agree":
        raise Invalid
    if not limits.hit(request, "rooms", PER_FIVE_MINUTES, 300):
        raise SlowDown


def to_page(path: str) -> HttpResponse:
    """After a POST."""
    return HttpResponseRedirect(path, status=303)


def addresses(actor: Actor, known: Elsewhere) -> dict[str, Any]:
    """Where else one can go."""
    case = next(case for case in seats.own_cases(actor) if case.id == known.meeting.case)
    return {"back": resolve_url(home(case))}
