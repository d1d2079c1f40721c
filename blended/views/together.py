"""What you agree on, written together: the young person's page and the four words of its script."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from blended.change_forms import StepForm, plain
from blended.views import texts
from blended.views.calls import seeker_required
from counselling.cases.domain import attention
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own.guard import home, with_case
from counselling.errors import DomainError
from counselling.people.domain.actors import Actor


@require_http_methods(["GET", "POST"])
@with_case
def page(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Read, write, agree, or rather not; also long after a visit."""
    if request.method == "GET":
        return _show(request, actor, case)
    try:
        said = plain(StepForm(request.POST))
        texts.saved(actor, case.id, said)
    except texts.REFUSED as refusal:
        return _show(request, actor, case, refusal)
    return HttpResponseRedirect(f"{resolve_url('blended:together')}?done={said['step']}", status=303)


@require_GET
@seeker_required
def now(request: HttpRequest, actor: Actor) -> JsonResponse:
    """How it stands."""
    return texts.now(request, actor)


@require_POST
@seeker_required
def write(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Words."""
    return texts.write(request, actor)


@require_POST
@seeker_required
def step(request: HttpRequest, actor: Actor) -> JsonResponse:
    """A button."""
    return texts.step(request, actor)


def _show(request: HttpRequest, actor: Actor, case: CaseBrief, refusal: DomainError | None = None) -> HttpResponse:
    context = {
        "side": "seeker",
        "base": "web/base.html",
        "back": resolve_url(home(case)),
        "done": request.GET.get("done", ""),
        "attention": attention.of_case(case.id, timezone.now()),
    }
    return texts.show(request, actor, case.id, context, refusal)
