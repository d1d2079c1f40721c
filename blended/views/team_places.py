"""Where one can come, and on which days the team offers nothing; by those who counsel or lead."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from blended.date_forms import ClosingForm, PlaceForm
from blended.domain import places
from blended.domain.refusals import Refused
from counselling.errors import NotFound
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.people.models import Team


@require_http_methods(["GET", "POST"])
@staff_required
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Places and closing days of my teams; POST closes days, or with `reopen` one less."""
    teams = places.teams_of(actor)
    form = ClosingForm(request.POST if request.method == "POST" and "reopen" not in request.POST else None)
    if request.method == "POST" and ("reopen" in request.POST or form.is_valid()):
        try:
            _change(actor, request, form)
            return HttpResponseRedirect(resolve_url("blended:places"), status=303)
        except Refused as refusal:
            form.refuse(refusal)
    rows = [(team, places.of_team(team.pk, also_old=True), places.closing_days(team.pk)) for team in teams]
    context = {"rows": rows, "form": form, "asked": request.POST.get("team", ""), "several": len(teams) > 1}
    return render(request, "blended/team_places.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_required
def new(request: HttpRequest, actor: Actor, team: UUID) -> HttpResponse:
    """One more place."""
    places.require_keeping(actor, team)
    return _form(request, actor, team, None)


@require_http_methods(["GET", "POST"])
@staff_required
def edit(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Change a place, or use it no more."""
    for team in places.teams_of(actor):
        if any(place.pk == number for place in places.of_team(team.pk, also_old=True)):
            return _form(request, actor, team.pk, number)
    raise NotFound


def _form(request: HttpRequest, actor: Actor, team: UUID, number: int | None) -> HttpResponse:
    known = next((place for place in places.of_team(team, also_old=True) if place.pk == number), None)
    names = ("name", "address", "way", "door", "access", "active")
    initial = {name: getattr(known, name) for name in names} if known else {}
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            places.save(actor, team, form.texts, place=number, active=form.cleaned_data["active"])
            return HttpResponseRedirect(resolve_url("blended:places"), status=303)
        except Refused as refusal:
            form.refuse(refusal)
    return render(
        request, "blended/team_place.html", {"form": form, "place": known}, status=422 if form.errors else 200
    )


def _change(actor: Actor, request: HttpRequest, form: ClosingForm) -> None:
    team = _team(actor, request.POST.get("team", ""))
    if "reopen" in request.POST:
        places.reopen(actor, team.pk, _day(request.POST["reopen"]))
    else:
        first = form.cleaned_data["first"]
        places.close(actor, team.pk, first, form.cleaned_data["last"] or first)


def _team(actor: Actor, text: str) -> Team:
    found = next((team for team in places.teams_of(actor) if str(team.pk) == text), None)
    if found is None:
        raise NotFound
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
