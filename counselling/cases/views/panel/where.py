"""Where somebody in danger is, or how to reach them: asked kindly, told of their own accord."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from counselling.cases.domain import emergency, keys
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.panel_forms import TextForm
from counselling.cases.views.own.guard import home, see_other, with_case
from counselling.errors import Empty, Invalid, TooLong
from counselling.people.domain.actors import Actor


@require_http_methods(["GET", "POST"])
@with_case
def page(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Help first, then the question. Whoever was never asked is led on to their case."""
    if not emergency.may_tell(actor, case.id):
        return redirect(home(case))
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            emergency.tell_where(actor, case.id, form.cleaned_data["text"])
        except (Empty, Invalid, TooLong) as refusal:
            form.add_error("text", str(refusal.sentence))
        else:
            return see_other("panel:where")
    told = emergency.told(actor, case.id, keys.case_key(actor, case.id))
    context = {"form": form, "told": told, "home": home(case)}
    return render(request, "cases/panel/where.html", context, status=422 if form.errors else 200)
