"""The coded answers, corrected by the counsellor."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from counselling.cases.domain import fact_editing
from counselling.cases.panel_forms import FactsEditForm
from counselling.cases.views.panel import back
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """The form with what is known; saving it leads back."""
    known = fact_editing.current(actor, case_id)
    form = FactsEditForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        fact_editing.change(actor, case_id, form.answers())
        return back.see_other(request, case_id, "facts-title")
    context = {"form": form, "case_id": case_id, "back": request.POST.get("back") or request.GET.get("back", "")}
    return render(request, "cases/panel/facts.html", context, status=422 if form.errors else 200)
