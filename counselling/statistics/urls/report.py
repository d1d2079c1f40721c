"""Addresses of the published numbers."""

from django.urls import path, register_converter

from counselling.statistics.domain import shapes
from counselling.statistics.domain.shapes import Period
from counselling.statistics.views import exports, foreword, report


class PeriodConverter:
    """`2026-Q3` or `2026`; everything else is no address."""

    regex = "20[0-9]{2}(?:-Q[1-4])?"

    def to_python(self, value: str) -> Period:
        """The period it names."""
        return shapes.period(value)

    def to_url(self, value: Period) -> str:
        """As it stands in an address."""
        return value.code


register_converter(PeriodConverter, "period")

urlpatterns = [
    path("team/statistics/", report.index, name="reports"),
    path("team/statistics/<period:of>/", report.one, name="report"),
    path("team/statistics/<period:of>/foreword/", foreword.page, name="foreword"),
    path("team/statistics/<period:of>/<slug:form>/", exports.file, name="export"),
]
