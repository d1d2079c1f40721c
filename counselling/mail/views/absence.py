"""My absences: when I am away, and who answers my letters meanwhile."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from counselling.mail.absence_forms import AbsenceForm
from counselling.mail.domain import absences
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

MOST_DIGITS = 15


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET lists them; POST plans one, or with `drop` takes one back."""
    people = absences.substitutes(actor)
    form = AbsenceForm(people, request.POST if request.method == "POST" and "drop" not in request.POST else None)
    if request.method == "POST" and ("drop" in request.POST or _plan(actor, form)):
        _drop(actor, request.POST.get("drop", ""))
        return HttpResponseRedirect(resolve_url("mail:absence"), status=303)
    context = {"planned": absences.planned(actor), "form": form, "people": people}
    return render(request, "mail/absence.html", context, status=422 if form.is_bound else 200)


def _plan(actor: Actor, form: AbsenceForm) -> bool:
    if not form.is_valid():
        return False
    try:
        absences.plan(actor, **form.cleaned_data)
    except absences.Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _drop(actor: Actor, number: str) -> None:
    """One that is gone already is no mistake of anybody's."""
    if number.isdecimal() and len(number) <= MOST_DIGITS:
        absences.drop(actor, int(number))
