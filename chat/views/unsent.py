"""Unsent text, kept on the server while somebody types: it survives a reload and never lies on the device."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from chat.forms import DraftForm
from counselling.cases.domain import talks
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own.guard import see_other, with_case
from counselling.people.domain.actors import Actor
from counselling.web.errors import wants_json


@require_POST
@with_case
def draft(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Keep the text, and answer whether it becomes the first message when a counsellor arrives, and whether help helps.

    So the page knows what it must not show as unsent any more once the chat begins.
    """
    form = DraftForm(request.POST)
    form.is_valid()
    text, first = form.cleaned_data["text"], form.cleaned_data["first"]
    keep = talks.keep_first if first else talks.keep_unsent
    kept = keep(actor, case.id, text)
    if not wants_json(request):
        return see_other("chat:room")
    return JsonResponse({"first": kept.first, "help": kept.hinted})
