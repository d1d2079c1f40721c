"""Offering times: the form, what it would make, and only then the offers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from blended.date_forms import OfferForm
from blended.domain import offers, places, series
from blended.domain.refusals import Clash, Refused
from blended.domain.series import Preview
from blended.views.team_calendar import to_calendar
from counselling.errors import Locked
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_http_methods(["GET", "POST"])
@counsellor_required
def offer(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows the form (`day`: filled in); POST shows what it would make, with `save` makes it."""
    teams = places.teams_of(actor)
    there = [place for team in teams for place in places.of_team(team.pk)]
    initial = {"first_on": request.GET.get("day") or timezone.localdate()}
    form = OfferForm(request.POST or None, teams=teams, places=there, initial=initial)
    context: dict[str, object] = {"form": form, "places": there}
    if request.method == "POST" and form.is_valid():
        try:
            if "save" in request.POST:
                return _save(actor, form)
            context["preview"] = _preview(actor, form)
        except Refused as refusal:
            form.refuse(refusal)
        except (Clash, Locked) as trouble:
            context["trouble"] = trouble.sentence
    status = 422 if form.errors or "trouble" in context else 200
    return render(request, "blended/team_offer.html", context, status=status)


def _save(actor: Actor, form: OfferForm) -> HttpResponse:
    cleaned = form.cleaned_data
    if form.repeats:
        series.create(actor, team_id=cleaned["team"], what=form.offer, rhythm=form.rhythm)
        return to_calendar("series", cleaned["first_on"])
    offers.offer(actor, team_id=cleaned["team"], day=cleaned["first_on"], starts=cleaned["starts"], what=form.offer)
    return to_calendar("offered", cleaned["first_on"])


def _preview(actor: Actor, form: OfferForm) -> Preview:
    cleaned = form.cleaned_data
    if form.repeats:
        return series.preview(actor, team_id=cleaned["team"], what=form.offer, rhythm=form.rhythm)
    return series.preview_one(
        actor, team_id=cleaned["team"], day=cleaned["first_on"], starts=cleaned["starts"], what=form.offer
    )
