"""How many cases were erased, for those who lead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from counselling.cases.domain import deletions
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required


@require_GET
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Numbers only."""
    context = {"months": deletions.by_month(actor), "reasons": [name for _, name in deletions.REASONS]}
    return render(request, "cases/deletions.html", context)
