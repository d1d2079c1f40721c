"""The audit trail as supervisors read it: a page, a check of the whole chain, a table to keep."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from counselling.people.audit_forms import FilterForm
from counselling.people.domain import audit_reading
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required

MOST_SHOWN = 5
BOM = "\ufeff"  # tells spreadsheets that it is UTF-8


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Fifty entries, and whether the newest of the trail are as they were written.

    POST looks at every entry there is: a few seconds for a hundred thousand.
    """
    thorough = request.method == "POST"
    data = request.POST if thorough else request.GET
    form = _form(actor, data)
    found, lines = audit_reading.page(actor, form.filters, data.get("page", "1"))
    report = audit_reading.state(actor, thorough=thorough)
    context = {
        "form": form,
        "chosen": form.chosen,
        "query": urlencode(form.chosen),
        "case": form.filters.case,
        "found": found,
        "lines": lines,
        "report": report,
        "problems": [audit_reading.in_words(problem) for problem in report.problems[:MOST_SHOWN]],
    }
    return render(request, "people/audit.html", context)


@require_POST
@staff_required
def export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the filters show, as a file."""
    form = _form(actor, request.POST)
    name = "-".join(["protokoll", *form.chosen.get("month", "").split()])
    return HttpResponse(
        BOM + audit_reading.table(actor, form.filters),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _form(actor: Actor, data: QueryDict) -> FilterForm:
    return FilterForm(data, people=audit_reading.people(actor), months=audit_reading.months(actor))
