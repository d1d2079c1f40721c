"""The start page: every way to reach the centre, each one tap away.

It says how the door stands, never whether this browser was here before.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from counselling.cases.domain import door
from counselling.centre.domain.doors import doors


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """GET shows the doors. POST is a tap on the chat's door while it is shut: counted, then told what works instead."""
    team = door.chat_team()
    if request.method == "POST":
        door.knock(team.pk)
        return redirect("chat:begin")
    hours = next((found for found in doors() if found.team == team.name), None)
    context = {"door": door.status(team.pk, timezone.now()), "hours": hours}
    return render(request, "cases/start.html", context)
