"""Absences of my teams on one page: who is away, and somebody who fell ill entered or back again."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from counselling.errors import DomainError, NotFound
from counselling.mail.domain import absences
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import steering_absences
from counselling.statistics.steering_forms_team import AbsenceForm
from counselling.statistics.views import steering_pages

PAGE = "statistics:steering_absences"


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows all; POST enters an absence, or with `drop` ends one."""
    today = timezone.localdate()
    lists = steering_absences.of_teams(actor, today)
    forms = [AbsenceForm(one, today) for one in lists]
    refused: DomainError | None = None
    if request.method == "POST" and "drop" in request.POST:
        absence = steering_pages.number(request.POST["drop"])
        absences.drop(actor, absence, of=steering_pages.uuid(request.POST.get("staff", "")))
        return steering_pages.done(PAGE, "ended")
    if request.method == "POST":
        team = steering_pages.uuid(request.POST.get("team", ""))
        place = next((place for place, one in enumerate(lists) if one.team.pk == team), None)
        if place is None:
            raise NotFound
        form = forms[place] = AbsenceForm(lists[place], today, request.POST)
        refused = steering_pages.tried(form, lambda: steering_absences.plan(actor, **form.absence()), str)
        if refused is None:
            return steering_pages.done(PAGE, "added")
    context = {"lists": list(zip(lists, forms, strict=True))}
    return steering_pages.draw(request, "statistics/steering_absences.html", context, refused)
