"""The published numbers as files."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from counselling.centre.models import Centre
from counselling.errors import NotFound
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import comparing, forewords
from counselling.statistics.domain.comparing import Report
from counselling.statistics.domain.shapes import Period
from counselling.statistics.exports import FORMS, csv, ods, pdf, xlsx


@require_GET
@staff_required
def file(_request: HttpRequest, actor: Actor, of: Period, form: str) -> HttpResponse:
    """One release as csv, xlsx, ods or pdf, to be saved under a name that says nothing but the period."""
    report = comparing.report(actor, of)
    if form not in FORMS:
        raise NotFound
    headers = {
        "Content-Disposition": f'attachment; filename="statistik-{of.code}.{form}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(_rendered(report, form), content_type=FORMS[form], headers=headers)


def _rendered(report: Report, form: str) -> bytes:
    centre = Centre.load()
    if form == "csv":
        return csv.render(report)
    if form == "xlsx":
        return xlsx.render(report, centre=centre.name)
    if form == "ods":
        return ods.render(report, centre=centre.name)
    return pdf.render(report, centre=centre, foreword=forewords.of(report.period))
