"""The buttons of the waiting room. Each works without JavaScript and leads back to the room."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from counselling.cases.domain import closing, queue
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case
from counselling.cases.views.own.guard import see_other, with_case
from counselling.errors import Closed, Conflict
from counselling.people.domain.actors import Actor
from counselling.web.errors import wants_json


@require_POST
@with_case
def leave(_request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Give the place up; what was written is kept for a day."""
    queue.leave(actor, case.id)
    return see_other("chat:room")


@require_POST
@with_case
def extend(_request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Some more minutes to appear. Who is not called any more sees in the room what happened instead."""
    try:
        queue.extend(actor, case.id)
    except Conflict:
        return see_other("chat:room")
    return see_other("chat:room")


@require_POST
@with_case
def stay(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Here still: the place at the top stays after a missed call, a silent chat stays open. Else the room says so."""
    if case.state == Case.State.ACTIVE:
        closing.still_here(actor, case.id)
        return JsonResponse({}) if wants_json(request) else see_other("chat:room")
    try:
        queue.stay(actor, case.id)
    except Conflict:
        return see_other("chat:room")
    return see_other("chat:room")


@require_POST
@with_case
def rejoin(_request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Queue again; where the door is shut by now, say so and what to do instead."""
    try:
        queue.rejoin(actor, case.id)
    except Closed:
        return see_other("chat:begin")
    return see_other("chat:room")
