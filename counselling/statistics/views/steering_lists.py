"""Absences and text modules of my teams, to look at: those who counsel keep them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import steering_lists


@require_GET
@staff_required
def absences(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is away, and who answers meanwhile."""
    return _draw(request, actor, "statistics/steering_absences.html")


@require_GET
@staff_required
def modules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the teams write often."""
    return _draw(request, actor, "statistics/steering_modules.html")


def _draw(request: HttpRequest, actor: Actor, template: str) -> HttpResponse:
    lists = steering_lists.of_teams(actor, timezone.localdate())
    return render(request, template, {"lists": lists})
