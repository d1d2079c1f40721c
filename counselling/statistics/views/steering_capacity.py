"""How many chats at once, for each of my teams on one page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from counselling.errors import NotFound
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import steering_capacity
from counselling.statistics.steering_forms_team import CapacityForm
from counselling.statistics.views import steering_pages


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows all teams; POST saves the one it names."""
    forms = [CapacityForm(capacity) for capacity in steering_capacity.of_teams(actor)]
    refused = None
    if request.method == "POST":
        team = steering_pages.uuid(request.POST.get("team", ""))
        place = next((place for place, form in enumerate(forms) if form.capacity.team.pk == team), None)
        if place is None:
            raise NotFound
        capacity = forms[place].capacity
        form = forms[place] = CapacityForm(capacity, request.POST)

        def write() -> None:
            data = form.cleaned_data
            steering_capacity.write(actor, team, data["default"], form.own(), seen=data["seen"])

        refused = steering_pages.tried(form, write, lambda: capacity.mark)
        if refused is None:
            return steering_pages.done("statistics:steering_capacity", "saved")
    return steering_pages.draw(request, "statistics/steering_capacity.html", {"forms": forms}, refused)
