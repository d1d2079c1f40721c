"""For who is on call: letters that cannot wait and lie with somebody else. For the others: what was taken over."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from counselling.errors import Conflict
from counselling.mail.domain import taking_over
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_GET
@counsellor_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Both lists."""
    return _show(request, actor)


@require_POST
@counsellor_required
def take_over(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Answer it from now on; somebody may have answered meanwhile."""
    try:
        taking_over.take_over(actor, case_id)
    except Conflict as refused:
        return _show(request, actor, refused)
    return HttpResponseRedirect(f"{reverse('mail:case', args=[case_id])}?said=claimed", status=303)


def _show(request: HttpRequest, actor: Actor, refused: Conflict | None = None) -> HttpResponse:
    context = {
        "on_call": taking_over.is_on_call(actor),
        "pressing": taking_over.pressing(actor),
        "taken": taking_over.taken_from_me(actor, timezone.now()),
        "trouble": refused.sentence if refused else "",
    }
    return render(request, "mail/on_call.html", context, status=refused.status if refused else 200)
