"""Ending a chat and what comes after: two questions, taking it up again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from chat.forms import FeedbackForm
from counselling.cases.domain import closing
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own.guard import see_other, with_case
from counselling.errors import Closed
from counselling.people.domain.actors import Actor


@require_http_methods(["GET", "POST"])
@with_case
def end(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """GET asks whether to end the chat (the room's dialog asks the same without leaving it), POST ends it."""
    if request.method == "GET":
        return render(request, "chat/confirm_end.html")
    closing.end(actor, case.id)
    return see_other("chat:room")


@require_POST
@with_case
def again(_request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Take a closed chat up again; where the door is shut by now, say so and what to do instead."""
    try:
        closing.take_up_again(actor, case.id)
    except Closed:
        return see_other("chat:begin")
    return see_other("chat:room")


@require_POST
@with_case
def feedback(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Two voluntary answers; broken ones are as good as none."""
    form = FeedbackForm(request.POST)
    if form.is_valid():
        closing.feedback(actor, case.id, **form.cleaned_data)
    return see_other("chat:room")
