"""The words before a year's report."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from counselling.errors import DomainError, Invalid, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import comparing, forewords
from counselling.statistics.domain.shapes import Period
from counselling.statistics.forms import ForewordForm

SEE_OTHER = 303


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor, of: Period) -> HttpResponse:
    """Write it, change it, take it away."""
    forewords.require(actor, of)
    if request.method != "POST":
        return _form(request, of, ForewordForm({"text": forewords.of(of)}))
    form = ForewordForm(request.POST)
    try:
        forewords.write(actor, of, _checked(form))
    except (TooLong, Invalid) as refused:
        return _form(request, of, form, refused)
    return HttpResponseRedirect(f"{reverse('statistics:report', args=[of])}?said=written", status=SEE_OTHER)


def _checked(form: ForewordForm) -> str:
    """The text as typed; raises Invalid for what no keyboard writes, so that it never counts as taken away."""
    if not form.is_valid():
        raise Invalid
    return str(form.cleaned_data["text"])


def _form(request: HttpRequest, of: Period, form: ForewordForm, refused: DomainError | None = None) -> HttpResponse:
    context = {"form": form, "of": of, "name": comparing.named(of), "trouble": refused.sentence if refused else ""}
    return render(request, "statistics/report_foreword.html", context, status=refused.status if refused else 200)
