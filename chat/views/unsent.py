"""Unsent text, kept on the server while somebody types: it survives a reload and never lies on the device."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from chat.forms import DraftForm
from chat.views.seat import see_other, with_case
from counselling.cases.domain import talks
from counselling.cases.domain.seats import CaseBrief
from counselling.people.domain.actors import Actor
from counselling.web.errors import wants_json


@require_POST
@with_case
def draft(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Keep the text, and answer whether it becomes the first message when a counsellor arrives.

    So the page knows what it must not show as unsent any more once the chat begins.
    """
    form = DraftForm(request.POST)
    form.is_valid()
    text, first = form.cleaned_data["text"], form.cleaned_data["first"]
    if first:
        first = talks.keep_first(actor, case.id, text)
    else:
        talks.keep_unsent(actor, case.id, text)
    return JsonResponse({"first": first}) if wants_json(request) else see_other("chat:room")
