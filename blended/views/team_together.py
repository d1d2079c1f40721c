"""What both agree on, written together: the counsellor's page, also for a screen that both look at during a visit."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from blended.change_forms import StepForm, plain
from blended.views import texts
from counselling.cases.domain import keys, seats
from counselling.errors import Closed, DomainError
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Begin, write, stand by it, let it be."""
    if request.method == "GET":
        return _show(request, actor, case_id)
    try:
        said = plain(StepForm(request.POST))
        texts.saved(actor, case_id, said)
    except (*texts.REFUSED, Closed) as refusal:
        return _show(request, actor, case_id, refusal)
    return HttpResponseRedirect(f"{resolve_url('blended:team_together', case_id)}?done={said['step']}", status=303)


@require_GET
@counsellor_required
def now(request: HttpRequest, actor: Actor) -> JsonResponse:
    """How it stands."""
    return texts.now(request, actor)


@require_POST
@counsellor_required
def write(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Words."""
    return texts.write(request, actor)


@require_POST
@counsellor_required
def step(request: HttpRequest, actor: Actor) -> JsonResponse:
    """A button."""
    return texts.step(request, actor)


def _show(request: HttpRequest, actor: Actor, case_id: UUID, refusal: DomainError | None = None) -> HttpResponse:
    case = seats.seated(actor, case_id).case
    context = {
        "side": "counsellor",
        "base": "web/team.html",
        "back": resolve_url("panel:file", case_id),
        "nickname": keys.nickname(case, keys.case_key(actor, case_id)),
        "running": case.state != "closed",
        "done": request.GET.get("done", ""),
    }
    return texts.show(request, actor, case_id, context, refusal)
