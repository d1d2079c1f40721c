"""What stands at the top of an open chat, for its script: lines change while somebody talks."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from counselling.cases.domain import extras
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own.guard import with_case
from counselling.people.domain.actors import Actor


@require_GET
@with_case
def lines(_request: HttpRequest, actor: Actor, case: CaseBrief) -> JsonResponse:
    """`{"lines": [{"text", "url", "icon"}, …]}`, as the page had them when it was drawn."""
    found = extras.on_top(actor, case.id)
    return JsonResponse({"lines": [{"text": one.text, "url": reverse(one.page), "icon": one.icon} for one in found]})
