"""Going on another way, for the counsellor: at the desk by its script, and a page with the course so far."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from blended.change_forms import AnswerForm, DeskProposeForm, ProposeForm, plain
from blended.domain import changes, course, standing, ways
from blended.models import MediaChange
from blended.views import standings
from counselling.cases.domain import keys
from counselling.cases.forms import CaseForm
from counselling.cases.models import Role
from counselling.cases.views import parse
from counselling.errors import Closed, Conflict, DomainError, Invalid
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

_KIND = (Closed, Conflict, Invalid)


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """What may be proposed, what waits, and every change so far."""
    if request.method == "GET":
        return _show(request, actor, case_id)
    try:
        if "answer" in request.POST:
            said = plain(AnswerForm(request.POST))
            standings.carry_out(actor, said["change"], said["answer"])
        else:
            wish = plain(ProposeForm(request.POST))
            changes.propose(actor, case_id, wish["to"], reason=wish["reason"])
    except _KIND as refusal:
        return _show(request, actor, case_id, refusal)
    return HttpResponseRedirect(resolve_url("blended:case_changes", case_id), status=303)


@require_GET
@counsellor_required
def now(request: HttpRequest, actor: Actor) -> JsonResponse:
    """How a case stands, for the desk."""
    return JsonResponse(standings.told(actor, parse.query(request, CaseForm)["case"]))


@require_POST
@counsellor_required
def propose(request: HttpRequest, actor: Actor) -> JsonResponse:
    """From the desk's menu."""
    wish = parse.body(request, DeskProposeForm)
    changes.propose(actor, wish["case"], wish["to"], reason=wish["reason"])
    return JsonResponse(standings.told(actor, wish["case"]))


@require_POST
@counsellor_required
def answer(request: HttpRequest, actor: Actor) -> JsonResponse:
    """From the desk's card. After it the case may be in letters, and the card is gone with the chat."""
    said = parse.body(request, AnswerForm)
    standings.carry_out(actor, said["change"], said["answer"])
    case_id = MediaChange.objects.values_list("case", flat=True).get(pk=said["change"])
    return JsonResponse(standings.told(actor, case_id))


def _show(request: HttpRequest, actor: Actor, case_id: UUID, refusal: DomainError | None = None) -> HttpResponse:
    case = changes.part(actor, case_id, lock=False).case
    found = standing.of(actor, case_id)
    context = {
        "case": case,
        "nickname": keys.nickname(case, keys.case_key(actor, case_id)),
        "refusal": refusal,
        "standing": standings.as_data(found, side="counsellor"),
        "offered": [(code, standings.channel(code), ways.anonymity(code, case)) for code in found.offered],
        "reasons": ways.REASONS,
        "history": [_told(change) for change in standing.history(actor, case_id)],
    }
    return render(request, "blended/case_changes.html", context, status=refusal.status if refusal else 200)


def _told(change: MediaChange) -> dict[str, object]:
    return {
        "at": change.at,
        "before": standings.channel(change.before),
        "after": standings.channel(change.after),
        "by": course.SIDES[Role(change.proposed_by)],
        "reason": dict(ways.REASONS).get(change.reason, ""),
        "phase": change.phase,
        "state": change.state,
        "planned": change.appointment_id is not None,
    }
