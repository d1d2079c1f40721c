"""Going on another way, for the young person: where one can, what it means, yes and no. All of it without a script."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from blended.change_forms import AnswerForm, ProposeForm, plain
from blended.domain import changes, standing, ways
from blended.domain.changes import NeedsWayBack
from blended.views import standings
from counselling.cases.domain import seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views import parse
from counselling.cases.views.own.guard import home, see_other, with_case
from counselling.errors import Closed, Conflict, DomainError, Invalid
from counselling.people.domain.actors import Actor
from counselling.web.errors import wants_json

_KIND = (Closed, Conflict, Invalid)


@require_http_methods(["GET", "POST"])
@with_case
def page(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Every way there is from here; POST asks the team."""
    if request.method == "GET":
        return _show(request, actor, case)
    try:
        changes.propose(actor, case.id, plain(ProposeForm(request.POST))["to"])
    except _KIND as refusal:
        return _show(request, actor, case, refusal)
    return see_other(home(case))


@require_GET
@with_case
def now(_request: HttpRequest, actor: Actor, case: CaseBrief) -> JsonResponse:
    """How it stands, for the script of the card."""
    return JsonResponse(standings.told(actor, case.id))


@require_POST
@with_case
def answer(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponseBase:
    """Yes, no, back: from the card's script, or its plain form."""
    if wants_json(request):
        said = parse.body(request, AnswerForm)
        standings.carry_out(actor, said["change"], said["answer"])
        return JsonResponse(standings.told(actor, case.id))
    try:
        said = plain(AnswerForm(request.POST))
        standings.carry_out(actor, said["change"], said["answer"])
    except _KIND as refusal:
        return _show(request, actor, case, refusal)
    after = seats.own_case(actor)
    return see_other(home(after)) if after else redirect("start")


def _show(request: HttpRequest, actor: Actor, case: CaseBrief, refusal: DomainError | None = None) -> HttpResponse:
    found = standing.of(actor, case.id)
    seat = changes.part(actor, case.id, lock=False)
    context = {
        "case": case,
        "home": home(case),
        "refusal": refusal,
        "needs_way_back": isinstance(refusal, NeedsWayBack),
        "standing": standings.as_data(found, side="seeker"),
        "offered": [(code, standings.channel(code), ways.anonymity(code, seat.case)) for code in found.offered],
        "later": [(code, standings.channel(code), ways.anonymity(code, seat.case)) for code in ways.LATER],
    }
    return render(request, "blended/change.html", context, status=refusal.status if refusal else 200)
