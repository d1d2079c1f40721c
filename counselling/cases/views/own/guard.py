"""Whose page it is: the seeker of this browser and their own case, before any view begins."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url

from counselling.cases.domain import closing, seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case
from counselling.errors import NotFound
from counselling.people.cookies import seeker_of
from counselling.people.domain.actors import Actor
from counselling.web import limits
from counselling.web.errors import wants_json

SeatedView = Callable[[HttpRequest, Actor, CaseBrief], HttpResponseBase]


def with_case(view: SeatedView) -> Callable[..., HttpResponseBase]:
    """Calls the view with (request, actor, case): the case of the address, else the open or newest one.

    A browser without that case is led to the start, a script gets a 404.
    """

    @wraps(view)
    def guarded(request: HttpRequest, case_id: UUID | None = None) -> HttpResponseBase:
        actor = seeker_of(request)
        case = _case(actor, case_id) if actor else None
        if actor and case:
            remember_block(request, case)
            return view(request, actor, case)
        if wants_json(request):
            raise NotFound
        return redirect("start")

    return guarded


def remember_block(request: HttpRequest, case: CaseBrief) -> None:
    """Who was blocked today works harder before the next chat, also if no page of theirs was connected then."""
    if closing.blocked_today(case.ending, case.closed_at):
        limits.make_harder(limits.address_tag(request))


def _case(actor: Actor, case_id: UUID | None) -> CaseBrief | None:
    if case_id is None:
        return seats.own_case(actor)
    return next((case for case in seats.own_cases(actor) if case.id == case_id), None)


def home(case: CaseBrief) -> str:
    """The name of the page on which this case goes on."""
    if case.state == Case.State.LETTERS:
        return "mail:inbox"
    return "own:read" if case.state == Case.State.CLOSED else "chat:room"


def see_other(name: str) -> HttpResponse:
    """After a POST: look at that page, so that a reload repeats nothing."""
    return HttpResponseRedirect(resolve_url(name), status=303)
