"""The published numbers as pages: what there is, and one release with its charts and tables."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics import exports
from counselling.statistics.domain import charts, comparing, forewords
from counselling.statistics.domain.shapes import Period
from counselling.statistics.exports import sheets


@require_GET
@staff_required
def index(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every release, the newest first; before the first one, when it comes."""
    found, today = comparing.published(actor), timezone.localdate()
    context = {
        "periods": [(period, comparing.named(period)) for period in found],
        "expected": None if found else comparing.first_expected(actor, today),
        "today": today,
    }
    return render(request, "statistics/report.html", context)


@require_GET
@staff_required
def one(request: HttpRequest, actor: Actor, of: Period) -> HttpResponse:
    """One release: figures, charts, tables."""
    report = comparing.report(actor, of)
    context = {
        "report": report,
        "name": comparing.named(of),
        "yearly": of.quarter is None,
        "foreword": forewords.paragraphs(forewords.of(of)) if of.quarter is None else [],
        "lines": [
            (line.figure, comparing.said(line.figure, line.now), comparing.compared(line)) for line in report.lines
        ],
        "tables": [(table, charts.drawn(table)) for table in report.tables],
        "withheld": sheets.withheld(),
        "forms": exports.FORMS,
        "said": request.GET.get("said", "") == "written",
    }
    return render(request, "statistics/report_one.html", context)
